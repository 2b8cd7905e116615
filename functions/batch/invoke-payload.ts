import { InvalidRequestError } from '../customer/request/invalid-request-error.ts';
import { MAX_LOOKUPS } from '../lookup/max-lookups.ts';
import { isPlainObject } from '../plain-object.ts';

/** A direct invocation: one look-up, or several at once. */
export type InvokePayload =
  | { readonly kind: 'single'; readonly lookup: unknown }
  | { readonly kind: 'batch'; readonly lookups: readonly unknown[] };

/**
 * Distinguishes a batch from a single look-up.
 *
 * @throws {InvalidRequestError} if the payload is neither, or holds too many
 */
export function readInvokePayload(payload: unknown): InvokePayload {
  if (!isPlainObject(payload)) throw notAnObject('one look-up, or {"lookups":[…]}');
  if (!('lookups' in payload)) return { kind: 'single', lookup: payload };
  const { lookups } = payload;
  if (Object.keys(payload).length > 1) {
    throw new InvalidRequestError(
      'unknown_parameter',
      'A batch holds lookups and nothing else; give the other members inside each look-up.',
    );
  }
  if (!Array.isArray(lookups)) {
    throw new InvalidRequestError(
      'invalid_parameter',
      `lookups is not an array; allowed is {"lookups":[…]} with up to ${MAX_LOOKUPS} look-ups.`,
    );
  }
  if (lookups.length > MAX_LOOKUPS) {
    throw new InvalidRequestError(
      'too_many_lookups',
      `lookups holds ${lookups.length} look-ups; allowed are ${MAX_LOOKUPS} at once.`,
    );
  }
  return { kind: 'batch', lookups };
}

/**
 * Reads a batch, and nothing else.
 *
 * @throws {InvalidRequestError} if the payload is not a batch, or holds too many
 */
export function readBatchPayload(payload: unknown): readonly unknown[] {
  if (!isPlainObject(payload)) throw notAnObject('{"lookups":[…]}');
  const invocation = readInvokePayload(payload);
  if (invocation.kind === 'batch') return invocation.lookups;
  throw new InvalidRequestError('missing_parameter', 'lookups is missing; allowed is {"lookups":[…]}.');
}

function notAnObject(allowed: string): InvalidRequestError {
  return new InvalidRequestError('invalid_parameter', `The payload is not a JSON object; allowed is ${allowed}.`);
}
