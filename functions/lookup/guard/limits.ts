import type { Counts } from './caller-counts.ts';

/** From when on a caller counts as one that tries numbers out. Both must be passed. */
export interface GuardLimits {
  /** How many of its look-ups may find nobody within one window (`GUARD_NOT_FOUND_LIMIT`). */
  readonly notFound: number;
  /** Which share of its look-ups may find nobody (`GUARD_NOT_FOUND_SHARE`). Percent. */
  readonly sharePercent: number;
}

/** Whether a caller tries numbers out: too many of its look-ups found nobody, by number and by share. */
export function isEnumerating({ lookups, notFound }: Counts, limits: GuardLimits): boolean {
  return notFound > limits.notFound && 100 * notFound > limits.sharePercent * lookups;
}

/** The limits that two settings say; undefined: a number of 0, and no caller is refused. */
export function toGuardLimits(notFound: number, sharePercent: number): GuardLimits | undefined {
  return notFound === 0 ? undefined : { notFound, sharePercent };
}
