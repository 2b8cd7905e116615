import type { LookupPurpose } from '../../lookup-policy.ts';

/**
 * For what the upstream is called, from what stops last to what stops first.
 *
 * - `miss`: a caller waits for the answer
 * - `revalidation`: a stale entry is served meanwhile
 * - `prefetch`: a caller is expected to ask soon
 * - `audit`: a served answer is compared with what the upstream says now
 */
export type CallPriority = 'miss' | 'revalidation' | 'prefetch' | 'audit';

/**
 * The share of a minute's calls that is kept for what matters more: if no more than this share is left, calls of this
 * priority stop.
 */
const KEPT_SHARE: Readonly<Record<CallPriority, number>> = {
  miss: 0,
  revalidation: 0.1,
  prefetch: 0.2,
  audit: 0.3,
};

/** The priority of what a look-up asks for. A new purpose names its priority here. */
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
 * How many calls may be taken before calls of this priority stop. A whole number.
 *
 * @param calls how many there are in all
 */
export function ceilingOf(priority: CallPriority, calls: number): number {
  // Rounded first: 1 - 0.1 times 10 is a little less than 9.
  return Math.floor(Math.round(calls * (1 - KEPT_SHARE[priority]) * 1e6) / 1e6);
}
