import type { ErrorOutcome, LookupOutcome } from './outcome.ts';

/** A way to a Lookaside. If it throws, there was no answer at all. */
export interface Transport {
  /** Its target, for messages: `https://…`, or a function's name. */
  readonly name: string;
  /** One look-up. */
  one(payload: object, signal: AbortSignal): Promise<LookupOutcome>;
  /** Several, in the same order; one error if the whole batch is refused. */
  many(payloads: readonly object[], signal: AbortSignal): Promise<readonly LookupOutcome[] | ErrorOutcome>;
}

/** The outcomes in the answer to a batch; undefined: it is not such an answer. */
export function readResults(answer: unknown, count: number): readonly LookupOutcome[] | undefined {
  const results = isRecord(answer) ? answer.results : undefined;
  const isComplete = Array.isArray(results) && results.length === count && results.every(isOutcome);
  return isComplete ? results : undefined;
}

const OUTCOME_KINDS: ReadonlySet<unknown> = new Set<LookupOutcome['kind']>(['found', 'not-found', 'pending', 'error']);

/** Whether this is an outcome. */
export function isOutcome(value: unknown): value is LookupOutcome {
  return isRecord(value) && OUTCOME_KINDS.has(value.kind);
}

/** Whether this is an error of a whole batch. */
export function isErrorOutcome(value: unknown): value is ErrorOutcome {
  return isRecord(value) && value.kind === 'error';
}

/** Whether this is an object with names. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
