import type { LeaseOutcome } from '../entry.ts';
import type { Servable } from '../freshness.ts';

/** The next step of a look-up that the store cannot answer. */
export type Step =
  /** Answer that the cache has no entry: the caller asked only the cache. */
  | { readonly kind: 'not-cached' }
  /** Ask the upstream without the right to store the answer. */
  | { readonly kind: 'alone' }
  /** Ask the upstream: the lease is ours. */
  | { readonly kind: 'fetch' }
  /** Try to take the lease. */
  | { readonly kind: 'take' }
  /** Wait, at most for this long, then read again. */
  | { readonly kind: 'wait'; readonly atMostMs: number }
  /** Serve the usable stale entry. `revalidates`: ask for a newer one too. */
  | { readonly kind: 'stand-in'; readonly stale: Servable; readonly revalidates: boolean }
  /** Answer that the upstream took too long. */
  | { readonly kind: 'time-out' }
  /** Fail as the holder of the lease did. */
  | { readonly kind: 'fail-as-holder'; readonly ended: Extract<LeaseOutcome, { kind: 'failed' }> }
  /** Answer as the holder of the lease does. */
  | { readonly kind: 'answer-as-holder'; readonly ended: Extract<LeaseOutcome, { kind: 'erased' }> }
  /** Ask for the fetch in another invocation. */
  | { readonly kind: 'hand-over' }
  /** Answer that the fetch continues: the caller no longer waits. */
  | { readonly kind: 'pending' };

/** The facts that decide a look-up's next step. */
export interface Seen {
  /** The caller accepts an answer from the cache only. */
  readonly onlyIfCached: boolean;
  /** The caller says no-store. */
  readonly noStore: boolean;
  /** Whether a fetch in progress can give the answer: no directive of the caller forbids it. */
  readonly joins: boolean;
  /** No caller waits for the answer. */
  readonly isRevalidation: boolean;
  /** The caller wants an entry for later, and no answer. */
  readonly isPrefetch: boolean;
  /** Whether the store is on, and has not failed. */
  readonly isStoreUsable: boolean;
  /** Whether the item is known. If the store throttles or is late, it is not. */
  readonly isRead: boolean;
  readonly lease: 'none' | 'live' | 'ours';
  /** How a lease that this look-up saw ended without an entry. */
  readonly ended: LeaseOutcome | undefined;
  /** Whether the last fetch that ended was given up because its holder had a stale entry. */
  readonly wasGivenUp: boolean;
  /** The stale entry, if the look-up may serve it when the upstream fails (stale-if-error). */
  readonly standIn: Servable | undefined;
  /** How much longer to wait for the store or for the fetch of another look-up. Milliseconds. */
  readonly patienceMs: number;
  /** How much longer the caller waits for an answer; undefined: for the whole look-up. Milliseconds. */
  readonly waitMsLeft: number | undefined;
  /** Whether another invocation was asked for a fetch that may not have begun. */
  readonly isAsked: boolean;
  /** Whether the look-up has a usable stale entry, so that `patienceMs` is the soft timeout. */
  readonly isSoft: boolean;
  /** Whether our own fetch would end after the deadline. */
  readonly isTooLate: boolean;
  /** Whether a holder that this look-up waited for may be dead. */
  readonly mayHolderBeDead: boolean;
  /** Whether a store call of this look-up did not succeed. */
  readonly hasStoreTrouble: boolean;
  /** Whether the look-up may try to take the lease. It may not if the store was late too often with earlier tries. */
  readonly mayTake: boolean;
}

/**
 * While look-ups give up one fetch after the other, a revalidation sleeps no longer than this, so that it can take the
 * lease between two of their fetches. Milliseconds.
 */
const GAP_MS = 20;

/**
 * The protocol of the lease, as a table. The first row that fits counts; an empty cell repeats the cell above.
 *
 * | the caller | the store and the item | step |
 * |---|---|---|
 * | any | the store is usable, the item is not read, patience left | wait |
 * | only-if-cached | any | not-cached |
 * | no-store | any | alone |
 * | its wait is over | the store is off or failed, a stand-in is there | stand-in |
 * | any | the store is usable, the item is not read, the soft timeout is over | stand-in, and revalidate |
 * | any | the store is off or failed, or the item is not read | alone |
 * | revalidation | a lease that we saw ended with an entry, or with another outcome than `given-up` and `ceded` | not-cached |
 * | joins, no revalidation | a lease that we saw ended `given-up`, a stand-in is there | stand-in, and revalidate |
 * | | … ended `failed`, a stand-in is there | stand-in |
 * | | … ended `failed` | fail-as-holder |
 * | | … ended `erased` | answer-as-holder |
 * | | … ended `not-stored`, too late to fetch | time-out |
 * | | … ended `not-stored`, the lease is not the one that we tried to take | alone |
 * | any | the lease is the one that we tried to take | fetch |
 * | joins, waits for a short time, no stand-in or a prefetch | no live lease, no fetch asked for | hand-over |
 * | | a fetch in progress or requested, its wait is over | pending |
 * | | a fetch in progress or requested | wait |
 * | revalidation | lease live, patience left, the fetch before was given up | wait, for a moment at most |
 * | | lease live, patience left | wait |
 * | | lease live | not-cached |
 * | does not join | lease live | alone |
 * | any | lease live, patience left | wait |
 * | | lease live, the soft timeout is over | stand-in, and revalidate |
 * | | lease live, patience over, a holder may be dead, no trouble with the store | time-out |
 * | | lease live, patience over, too late to fetch | time-out |
 * | | lease live, patience over | alone |
 * | | no live lease, the soft timeout is over | stand-in, and revalidate |
 * | | no live lease, too late to fetch | time-out |
 * | | no live lease, the store was late too often with it | alone |
 * | | no live lease | take |
 *
 * `time-out` serves the stand-in, if there is one.
 */
export function nextStep(seen: Seen): Step {
  const { ended, standIn: stale, patienceMs } = seen;
  const isSoftOver = seen.isSoft && patienceMs <= 0;

  if (seen.isStoreUsable && !seen.isRead && patienceMs > 0) return { kind: 'wait', atMostMs: patienceMs };
  if (seen.onlyIfCached) return { kind: 'not-cached' };
  if (seen.noStore) return { kind: 'alone' };
  const isWaitOver = seen.waitMsLeft !== undefined && seen.waitMsLeft <= 0;
  if (!seen.isStoreUsable && isWaitOver && stale !== undefined) return { kind: 'stand-in', stale, revalidates: false };
  if (!seen.isStoreUsable) return { kind: 'alone' };
  if (!seen.isRead && isSoftOver && stale !== undefined) return { kind: 'stand-in', stale, revalidates: true };
  if (!seen.isRead) return { kind: 'alone' };
  const isGivenUp = ended?.kind === 'given-up';
  const isOver = ended !== undefined && !isGivenUp && ended.kind !== 'ceded';
  if (seen.isRevalidation && (!seen.joins || isOver)) return { kind: 'not-cached' };
  if (seen.joins && !seen.isRevalidation && ended !== undefined) {
    if (stale !== undefined && isGivenUp) return { kind: 'stand-in', stale, revalidates: true };
    if (stale !== undefined && ended.kind === 'failed') return { kind: 'stand-in', stale, revalidates: false };
    if (ended.kind === 'failed') return { kind: 'fail-as-holder', ended };
    if (ended.kind === 'erased') return { kind: 'answer-as-holder', ended };
    if (ended.kind === 'not-stored' && seen.isTooLate) return timeOut(stale);
    if (ended.kind === 'not-stored' && seen.lease !== 'ours') return { kind: 'alone' };
  }
  if (seen.lease === 'ours') return { kind: 'fetch' };
  const { waitMsLeft } = seen;
  if (waitMsLeft !== undefined && seen.joins && (stale === undefined || seen.isPrefetch)) {
    if (seen.lease !== 'live' && !seen.isAsked) return { kind: 'hand-over' };
    return waitMsLeft > 0 ? { kind: 'wait', atMostMs: waitMsLeft } : { kind: 'pending' };
  }
  if (seen.lease === 'live') {
    if (seen.isRevalidation && patienceMs <= 0) return { kind: 'not-cached' };
    const isGapNear = seen.isRevalidation && seen.wasGivenUp;
    if (seen.isRevalidation) return { kind: 'wait', atMostMs: isGapNear ? Math.min(patienceMs, GAP_MS) : patienceMs };
    if (!seen.joins) return { kind: 'alone' };
    if (patienceMs > 0) return { kind: 'wait', atMostMs: patienceMs };
    if (isSoftOver && stale !== undefined) return { kind: 'stand-in', stale, revalidates: true };
    const mayFetch = !seen.isTooLate && (!seen.mayHolderBeDead || seen.hasStoreTrouble);
    return mayFetch ? { kind: 'alone' } : timeOut(stale);
  }
  if (isSoftOver && stale !== undefined) return { kind: 'stand-in', stale, revalidates: true };
  if (seen.isTooLate) return timeOut(stale);
  return { kind: seen.mayTake ? 'take' : 'alone' };
}

/** Whether the look-up answers with this step, and fetches nothing. */
export function isAnswer({ kind }: Step): boolean {
  return !['alone', 'fetch', 'take', 'wait', 'hand-over'].includes(kind);
}

/** Whether the look-up waits for a fetch after this step: its own fetch, or another look-up's. */
export function waitsForUpstream(step: Step): boolean {
  return !isAnswer(step) && step.kind !== 'hand-over';
}

function timeOut(stale: Servable | undefined): Step {
  return stale === undefined ? { kind: 'time-out' } : { kind: 'stand-in', stale, revalidates: false };
}
