import type { ErrorOutcome, LookupOutcome } from './outcome.ts';

/** A way to a Lookaside. If it throws, there was no answer at all. */
export interface Transport {
  /** Its target, for messages: `https://…`, or a function's name. */
  readonly name: string;
  /** One look-up. */
  one(payload: object, signal: AbortSignal): Promise<LookupOutcome>;
  /** Several look-ups. The outcomes have the same order. If the whole batch is refused, there is one error. */
  many(payloads: readonly object[], signal: AbortSignal): Promise<readonly LookupOutcome[] | ErrorOutcome>;
}

/** The outcomes in the answer to a batch; undefined: it is not such an answer. */
export function readResults(answer: unknown, count: number): readonly LookupOutcome[] | undefined {
  const results = isRecord(answer) ? answer.results : undefined;
  const isComplete = Array.isArray(results) && results.length === count && results.every(isOutcome);
  return isComplete ? results : undefined;
}

/** Whether an outcome of this kind has the members that its type promises. */
const IS_WHOLE: Readonly<Record<LookupOutcome['kind'], (members: Readonly<Record<string, unknown>>) => boolean>> = {
  found: ({ customer, cache }) => isRecord(customer) && isRecord(cache),
  'not-found': ({ upstream, cache }) => isRecord(upstream) && isRecord(cache),
  pending: ({ retryAfterSeconds }) => typeof retryAfterSeconds === 'number',
  error: ({ code, message }) => typeof code === 'string' && typeof message === 'string',
};

/** Whether this is an outcome. If it is, a till can rely on the members of its kind. */
export function isOutcome(value: unknown): value is LookupOutcome {
  return isRecord(value) && isKind(value.kind) && IS_WHOLE[value.kind](value);
}

function isKind(kind: unknown): kind is LookupOutcome['kind'] {
  return typeof kind === 'string' && Object.hasOwn(IS_WHOLE, kind);
}

/** Whether this is an error of a whole batch. */
export function isErrorOutcome(value: unknown): value is ErrorOutcome {
  return isOutcome(value) && value.kind === 'error';
}

/** Whether this is an object, and neither an array nor null. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
