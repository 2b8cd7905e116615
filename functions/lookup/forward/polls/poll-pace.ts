/** The first sleep of a waiter that does not know how long the fetch takes. Milliseconds. */
const FIRST_INTERVAL_MS = 50;
/** The sleep after the moment at which the fetch should have ended. Milliseconds. */
const CLOSE_INTERVAL_MS = 25;
/** Each sleep is longer than the one before by this factor, up to the longest. Milliseconds. */
const GROWTH = 1.3;
const MAX_INTERVAL_MS = 200;

/**
 * A poll may take another look-up's read on this instance instead of its own, if that read is no older than this.
 * Milliseconds.
 */
const MAX_AGE_MS = 50;
/** The same, after the moment at which the fetch should have ended. Milliseconds. */
const MAX_CLOSE_AGE_MS = 20;

/** How long a waiting look-up sleeps between two reads. */
export class PollPace {
  #intervalMs = FIRST_INTERVAL_MS;
  #aheadMs = 0;
  #isClose = false;

  /** The greatest age of another look-up's read on this instance that the next poll may take. Milliseconds. */
  get maxAgeMs(): number {
    return this.#isClose ? MAX_CLOSE_AGE_MS : MAX_AGE_MS;
  }

  /**
   * Takes note of a read.
   * @param aheadMs how much earlier the read began than this look-up asked for it. More than 0: another look-up of this
   *   instance made it. 0 or less: it began later. The next interval counts from its beginning.
   */
  noteRead(aheadMs: number): void {
    this.#aheadMs = Math.max(0, aheadMs);
  }

  /**
   * How long to sleep now. Milliseconds.
   *
   * - If the fetch should end later than a close interval from now: until that end, and up to a close interval longer.
   * - Otherwise: a random part of the interval, from half of it to all of it.
   *
   * @param random 0 (included) to 1 (excluded)
   * @param untilEndMs when the fetch should end, from now on; 0: it should have ended, or its end is not known
   */
  nextMs(random: number, untilEndMs = 0): number {
    const aheadMs = this.#aheadMs;
    this.#aheadMs = 0;
    if (untilEndMs > CLOSE_INTERVAL_MS) {
      this.#intervalMs = CLOSE_INTERVAL_MS;
      this.#isClose = true;
      return untilEndMs + random * CLOSE_INTERVAL_MS;
    }
    const sleepMs = this.#intervalMs * (0.5 + random / 2) - aheadMs;
    this.#intervalMs = Math.min(this.#intervalMs * GROWTH, MAX_INTERVAL_MS);
    return Math.max(0, sleepMs);
  }
}
