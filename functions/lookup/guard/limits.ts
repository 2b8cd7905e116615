import type { Counts } from './caller-counts.ts';

/** A caller tries numbers out if it is above both of these limits. */
export interface GuardLimits {
  /** How many of its look-ups may find no customer within one window (`GUARD_NOT_FOUND_LIMIT`). */
  readonly notFound: number;
  /**
   * Which share of its look-ups may find no customer (`GUARD_NOT_FOUND_SHARE`). Percent. Hits count too. Otherwise
   * almost only look-ups of new customers would count.
   */
  readonly sharePercent: number;
}

/** Whether a caller tries numbers out: too many of its look-ups found no customer, by number and by share. */
export function isEnumerating({ lookups, notFound }: Counts, limits: GuardLimits): boolean {
  return notFound > limits.notFound && 100 * notFound > limits.sharePercent * lookups;
}

/** The limits that the two settings make; undefined: the number is 0, so the service refuses no caller. */
export function toGuardLimits(notFound: number, sharePercent: number): GuardLimits | undefined {
  return notFound === 0 ? undefined : { notFound, sharePercent };
}
