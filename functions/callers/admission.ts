import type { AskedLookup, CanonicalRequest } from '../customer/request/canonical-request.ts';
import { InvalidRequestError } from '../customer/request/invalid-request-error.ts';
import { SOURCE_WITHOUT_ACCOUNTS } from '../customer/v2/v2-subject.ts';
import type { CallerClass } from './caller-class.ts';

/**
 * A look-up as the caller's class allows it: its answer holds no more than the class's `fields`. The caller's own
 * `fields` narrow the answer further.
 *
 * @throws {InvalidRequestError} if the class does not allow its source
 */
export function admit(asked: AskedLookup, { name, sources, fields }: CallerClass): AskedLookup {
  const source = sourceOf(asked.request);
  if (sources !== undefined && !sources.includes(source)) {
    throw notAllowed(
      name,
      asked.request.api === 'v2'
        ? `source is not allowed for this class; allowed is ${sources.join(', ')}`
        : `v1.1 asks for customers of ${source}, which this class may not ask for; allowed is ${sources.join(', ')}`,
    );
  }
  if (fields === undefined) return asked;
  const most = fields[asked.request.api];
  return { ...asked, fields: asked.fields === undefined ? most : { ...asked.fields, within: most } };
}

/**
 * Refuses a batch that the caller's class does not allow.
 *
 * @throws {InvalidRequestError} if the class does not allow this many look-ups at once
 */
export function admitBatch(lookups: number, { name, maxBatch }: CallerClass): void {
  if (lookups <= maxBatch) return;
  const most = maxBatch === 1 ? 'one look-up in a request' : `up to ${maxBatch} in one request`;
  throw notAllowed(name, `lookups holds ${lookups} look-ups; allowed for this class is ${most}`);
}

/** The refusal of a caller of this class. */
function notAllowed(name: string, why: string): InvalidRequestError {
  return new InvalidRequestError('not_allowed', `This caller belongs to the class ${name}: ${why}.`);
}

/** Where a look-up's identifier is registered. v1.1 has one source, and its requests do not name it. */
function sourceOf({ subjectParameters }: CanonicalRequest): string {
  return subjectParameters.find(([name]) => name === 'source')?.[1] ?? SOURCE_WITHOUT_ACCOUNTS;
}
