import type { LookupPurpose } from '../../lookup-policy.ts';

/**
 * The purpose of a call to the upstream. When calls become few, calls of the last purpose in this list stop first.
 *
 * - `miss`: a caller waits for the answer
 * - `revalidation`: the service serves a stale entry meanwhile
 * - `prefetch`: a caller is expected to ask soon
 * - `audit`: the service compares a served answer with the upstream's present answer
 */
export type CallPriority = 'miss' | 'revalidation' | 'prefetch' | 'audit';

/**
 * The share of a minute's calls that is reserved for more important calls: if no more than this share is left, calls of
 * this priority stop.
 */
const KEPT_SHARE: Readonly<Record<CallPriority, number>> = {
  miss: 0,
  revalidation: 0.1,
  prefetch: 0.2,
  audit: 0.3,
};

/** The priority of each purpose of a look-up. A new purpose names its priority here. */
const PRIORITY_OF: Readonly<Record<LookupPurpose, CallPriority>> = {
  answer: 'miss',
  prefetch: 'prefetch',
  revalidate: 'revalidation',
  audit: 'audit',
};

/** The priority of a look-up. @param caller `isForPrefetch`: a revalidation that a prefetch asked for */
export function priorityOf({
  purpose,
  isForPrefetch = false,
}: {
  readonly purpose: LookupPurpose;
  readonly isForPrefetch?: boolean;
}): CallPriority {
  return isForPrefetch ? 'prefetch' : PRIORITY_OF[purpose];
}

/**
 * The number of taken calls at which calls of this priority stop. A whole number.
 *
 * @param calls the whole number of a minute's calls
 */
export function ceilingOf(priority: CallPriority, calls: number): number {
  // Round first: 1 - 0.1 times 10 is a little less than 9.
  return Math.floor(Math.round(calls * (1 - KEPT_SHARE[priority]) * 1e6) / 1e6);
}
