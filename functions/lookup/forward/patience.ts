import type { Asked } from '../asked.ts';
import { canJoin, type FreshnessWindows } from '../freshness.ts';
import { isRevalidating, type LookupPolicy } from '../lookup-policy.ts';

/**
 * Whether the fetch of another look-up can give the answer. If one fetch was too old for the caller's max-age or
 * min-fresh, the look-up does not wait for the next one: callers with such a demand would queue. A revalidation always
 * waits for one fetch, even against its directives.
 *
 * @param wasUnmet whether a fetch that the look-up waited for did not give the answer
 */
export function joinsOthers(
  { directives, purpose }: Pick<Asked, 'directives' | 'purpose'>,
  windows: FreshnessWindows,
  wasUnmet: boolean,
): boolean {
  if (isRevalidating(purpose)) return !wasUnmet;
  const isChoosy = directives.maxAgeMs !== undefined || directives.minFreshMs !== undefined;
  return canJoin(directives, windows) && !(isChoosy && wasUnmet);
}

/** The facts about a look-up's store that its patience needs. */
type StoreFacts = Pick<Asked['store'], 'hasTrouble' | 'isWorthAsking' | 'troubleSince'>;

/**
 * How much longer a store that answers nothing counts as late or busy; 0 or less: it is down (promise 7). Infinity: the
 * store is well, or has answered this instance since the trouble began. Milliseconds.
 *
 * @param now monotonic milliseconds
 */
export function silenceMsLeft(
  store: StoreFacts,
  { storeTimeoutMs }: Pick<LookupPolicy, 'storeTimeoutMs'>,
  now: number,
): number {
  return store.hasTrouble && !store.isWorthAsking ? timeoutMsLeft(store, storeTimeoutMs, now) : Infinity;
}

/** How much of the store's timeout is left, counted from the beginning of the present trouble. Milliseconds. */
function timeoutMsLeft(
  { troubleSince }: Pick<StoreFacts, 'troubleSince'>,
  storeTimeoutMs: number,
  now: number,
): number {
  return storeTimeoutMs - (now - troubleSince);
}

/** The present time, and the limits of a look-up's patience. */
export interface PatienceLimits {
  /** Monotonic milliseconds. */
  readonly now: number;
  /**
   * How much longer the look-up waits before it serves a usable stale entry; undefined: there is no such entry.
   * Milliseconds.
   */
  readonly softMsLeft: number | undefined;
}

/**
 * How much longer the look-up asks a store that throttles or is late; 0 or less: no longer. Milliseconds.
 *
 * - While the store answers other look-ups, the look-up asks it for as long as it would wait for a lease.
 * - If the store answers no look-up, it counts as down after its timeout (promise 7).
 */
export function storePatienceMs(
  { startedAt, store }: Pick<Asked, 'startedAt'> & { readonly store: Omit<StoreFacts, 'hasTrouble'> },
  { leaseMs, storeTimeoutMs }: Pick<LookupPolicy, 'leaseMs' | 'storeTimeoutMs'>,
  { now, softMsLeft }: PatienceLimits,
): number {
  if (!store.isWorthAsking) return timeoutMsLeft(store, storeTimeoutMs, now);
  return Math.min(leaseMs - (now - startedAt), softMsLeft ?? Number.POSITIVE_INFINITY);
}
