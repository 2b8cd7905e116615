import { StoreUnavailableError } from '../store-unavailable-error.ts';
import type { CallerCounts } from './caller-counts.ts';
import { type GuardLimits, isEnumerating } from './limits.ts';
import type { Pending } from './pending.ts';

/** What adding up the counts of a caller needs. */
export interface AddUpOptions {
  readonly store: CallerCounts;
  readonly limits: GuardLimits;
  /** Turns the name of a caller into a keyed hash, which is its name in the store. */
  readonly hash: (caller: string) => string;
}

/**
 * Adds this instance's counts of a caller to the sums, or reads the sums of all instances.
 * @returns whether the caller tries numbers out; false if the store fails
 */
export async function addUp(
  { store, limits, hash }: AddUpOptions,
  caller: string,
  windowEndsAt: number,
  pending: Pending,
): Promise<boolean> {
  const name = hash(caller);
  const taken = pending.take();
  try {
    const sums =
      taken === undefined
        ? await store.readCounts(name, windowEndsAt)
        : await store.addCounts(name, windowEndsAt, taken);
    return isEnumerating(sums, limits);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    // A throttled addition was not made, so its counts are added later. An addition that failed in another way may have
    // been made, and no look-up may count twice.
    if (taken !== undefined && error.trouble === 'throttled') pending.putBack(taken);
    return false;
  }
}
