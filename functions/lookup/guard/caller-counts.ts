/** The number of a caller's look-ups, and how many of them found no customer. */
export interface Counts {
  readonly lookups: number;
  readonly notFound: number;
}

/**
 * The counts of all instances for a caller, window by window. A caller is named by a keyed hash, a window by its end in
 * epoch milliseconds. The counts of a window are removed some time after its end.
 *
 * Every call throws `StoreUnavailableError` if the store fails or does not answer in time. An addition that threw may
 * have been made, unless the store throttled it.
 */
export interface CallerCounts {
  /** The sums so far. Both are zero if nothing was added. */
  readCounts(caller: string, windowEndsAt: number): Promise<Counts>;

  /** Adds the counts of one instance, in one atomic operation. Returns the new sums. */
  addCounts(caller: string, windowEndsAt: number, seen: Counts): Promise<Counts>;
}
