import { ERROR_NAME } from '../error-name.ts';

/**
 * The name that Node, TLS or AWS gives to what went wrong, such as `ENOTFOUND`, `CERT_HAS_EXPIRED` or
 * `AccessDeniedException`. Undefined: the error has no such name. An error without one may wrap another error.
 */
export function failureReason(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const name = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return name !== 'Error' && ERROR_NAME.test(name) ? name : failureReason(error.cause);
}
