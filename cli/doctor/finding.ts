/** The checks, in their order. Each needs the results of the checks before it. */
export const CHECKS = ['node', 'settings', 'secrets', 'region', 'upstream', 'table', 'clock', 'service'] as const;
/** The name of a check. */
export type Check = (typeof CHECKS)[number];

/** The result of one check. It holds no secret and no identifier. */
export interface Finding {
  readonly check: Check;
  /** `skipped`: there was nothing to check, or it could not be checked. */
  readonly state: 'well' | 'wrong' | 'skipped';
  readonly says: string;
  /** What to do, if there is a problem. */
  readonly todo?: string;
}

/** A check that found nothing wrong. */
export function well(check: Check, says: string): Finding {
  return { check, state: 'well', says };
}

/** A check that found a problem. @param todo what to do about it */
export function wrong(check: Check, says: string, todo: string): Finding {
  return { check, state: 'wrong', says, todo };
}

/** A check that was not made. @param says why */
export function skipped(check: Check, says: string): Finding {
  return { check, state: 'skipped', says };
}
