/** How many look-ups of a caller there were, and how many of them found nobody. */
export interface Counts {
  readonly lookups: number;
  readonly notFound: number;
}

/**
 * What all instances counted of a caller, window by window. A caller is known by a keyed hash, and a window by its end, in
 * epoch milliseconds. Counts are gone some time after their window.
 *
 * Every call throws `StoreUnavailableError` if the store fails or does not answer in time. An addition that threw may have
 * happened, unless the store throttled it.
 */
export interface CallerCounts {
  /** What was added up until now. Zero of both, if nothing was. */
  readCounts(caller: string, windowEndsAt: number): Promise<Counts>;

  /** Adds what one instance counted, in one atomic operation. Returns the new sums. */
  addCounts(caller: string, windowEndsAt: number, seen: Counts): Promise<Counts>;
}
