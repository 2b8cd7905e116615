/** How often those that wait read again: from the first to the last, doubling; jittered. Milliseconds. */
export const MIN_POLL_INTERVAL_MS = 50;
const MAX_POLL_INTERVAL_MS = 200;

/** How long a look-up that waits sleeps between two reads. */
export class PollPace {
  #intervalMs = MIN_POLL_INTERVAL_MS;
  #aheadMs = 0;

  /**
   * Takes note of a read.
   *
   * @param aheadMs how much earlier than it was asked for the read began, since another look-up of this instance had made
   *   it; 0 or less: it began later. The next interval counts from its beginning.
   */
  noteRead(aheadMs: number): void {
    this.#aheadMs = Math.max(0, aheadMs);
  }

  /** How long to sleep now: half of the interval to all of it. Milliseconds. @param random 0 (included) to 1 (excluded) */
  nextMs(random: number): number {
    const sleepMs = this.#intervalMs * (0.5 + random / 2) - this.#aheadMs;
    this.#intervalMs = Math.min(this.#intervalMs * 2, MAX_POLL_INTERVAL_MS);
    this.#aheadMs = 0;
    return Math.max(0, sleepMs);
  }
}
