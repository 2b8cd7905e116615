/** The intended duration of a batch: an instance takes calls about once a second. Milliseconds. */
const BATCH_LASTS_MS = 1000;
/**
 * A batch takes at most this part of the calls that are left: the other instances cannot use calls that one instance
 * has taken and leaves unused.
 */
const LARGEST_PART = 1 / 16;

/** The batch that an instance took last, and how long it lasted. */
export interface LastBatch {
  /** The number of calls. At least 1. */
  readonly size: number;
  /** Milliseconds. */
  readonly lastedMs: number;
}

/** What an instance knows when it takes calls out of the fleet's budget. */
export interface Demand {
  /** Undefined: the instance has taken none yet. */
  readonly last: LastBatch | undefined;
  /** How many look-ups wait for a call now. At least 1. */
  readonly waiting: number;
  /** How many calls may still be taken, as far as the instance knows. At least 1. */
  readonly left: number;
  /** Whether only few calls are allowed now: the instance takes them one by one. */
  readonly isEdge: boolean;
}

/**
 * How many calls an instance takes at once: as many as it uses in a second. It takes at most twice as many as the last
 * time, and at most a small part of the calls left. So it takes them one by one when few are left. But it takes a call
 * for every look-up that waits, so that none needs a second batch. A whole number from 1 to `left`.
 */
export function batchSize({ last, waiting, left, isEdge }: Demand): number {
  if (isEdge) return 1;
  const perSecond = last === undefined ? 1 : Math.round((last.size * BATCH_LASTS_MS) / Math.max(1, last.lastedMs));
  const wanted = Math.min(Math.max(1, perSecond), 2 * (last?.size ?? 1));
  const largest = Math.max(1, Math.floor(left * LARGEST_PART));
  return Math.min(Math.max(waiting, Math.min(wanted, largest)), left);
}
