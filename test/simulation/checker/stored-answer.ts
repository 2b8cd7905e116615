import type { StaleDetail } from '../../../functions/lookup/freshness.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { Scene } from './check.ts';

/** An answer from the store, whichever look-up fetched it. */
export interface StoredAnswer {
  readonly fetched: Fetched;
  /** Undefined: it is fresh. */
  readonly detail: StaleDetail | undefined;
  /** True age. Milliseconds. */
  readonly ageMs: number;
  /** The text for a violation. */
  readonly what: string;
}

/** The stored answer that a look-up got; undefined: it was answered in another way. */
export function storedAnswerOf({ answers, now }: Scene, { answer, cache }: LookupResult): StoredAnswer | undefined {
  const hasNoBody = answer.kind === 'failed' || answer.kind === 'not-cached' || answer.kind === 'pending';
  if (hasNoBody || cache.status === 'forward') return undefined;
  // An erased customer is in the store only as the outcome of a lease.
  if (answer.kind === 'erased') return undefined;
  const fetched = answers.readBack(answer.body);
  if (fetched === undefined) return undefined;
  const detail = cache.status === 'hit' ? cache.detail : undefined;
  const ageMs = now - fetched.askedAt;
  return { fetched, detail, ageMs, what: `${detail ?? 'fresh'} s${fetched.serial}, ${ageMs} ms old` };
}
