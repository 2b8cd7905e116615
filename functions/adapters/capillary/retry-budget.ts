/** The number of look-ups that go upstream for each retry: a budget of 10 % (contract §3). */
const LOOKUPS_PER_RETRY = 10;

/**
 * The instance's budget of retries: 10 % of its look-ups, burst 1.
 *
 * The first retry may come at once. The next one must wait for ten more look-ups. So the calls stay within 1.1 times
 * the look-ups, rounded up to a whole call (contract §5, promise 9).
 */
export class RetryBudget {
  #lookupsSinceRetry = LOOKUPS_PER_RETRY;

  /** A look-up goes upstream. */
  countLookup(): void {
    this.#lookupsSinceRetry += 1;
  }

  /** Takes a retry out of the budget; false if none is left. */
  take(): boolean {
    if (this.#lookupsSinceRetry < LOOKUPS_PER_RETRY) return false;
    this.#lookupsSinceRetry = 0;
    return true;
  }
}
