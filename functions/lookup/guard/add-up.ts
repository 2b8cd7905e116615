import { StoreUnavailableError } from '../ports.ts';
import type { CallerCounts } from './caller-counts.ts';
import { type GuardLimits, isEnumerating } from './limits.ts';
import type { Pending } from './pending.ts';

export interface AddUpOptions {
  readonly store: CallerCounts;
  readonly limits: GuardLimits;
  /** Turns the name of a caller into a keyed hash, by which the store knows it. */
  readonly hash: (caller: string) => string;
}

/**
 * Adds up what this instance counted of a caller, or reads what all instances did.
 *
 * @returns whether the caller tries numbers out. False, if the store fails
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
    // What was throttled was not added. What failed otherwise may have been: no look-up is to be counted twice.
    if (taken !== undefined && error.trouble === 'throttled') pending.add(taken);
    return false;
  }
}
