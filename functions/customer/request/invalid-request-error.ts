/** The machine code of a refusal of the caller's request (contract §1). */
export type InvalidRequestCode =
  | 'missing_parameter'
  | 'unknown_parameter'
  | 'duplicate_parameter'
  | 'invalid_parameter'
  | 'invalid_identifier'
  | 'too_many_lookups'
  /** The caller's class does not allow it. */
  | 'not_allowed';

/**
 * The refusal of a caller's request, before the service asks the store or the upstream. The message says what is wrong,
 * with which parameter, and what is allowed. It never holds the value of an identifier.
 */
export class InvalidRequestError extends Error {
  override readonly name = 'InvalidRequestError';
  readonly code: InvalidRequestCode;

  constructor(code: InvalidRequestCode, message: string) {
    super(message);
    this.code = code;
  }
}
