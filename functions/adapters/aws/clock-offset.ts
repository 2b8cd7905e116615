/** A clock that differs by less is near enough: a service takes signatures that are up to 5 minutes old. Milliseconds. */
const MIN_OFFSET_MS = 4 * 60_000;

/** A reply that took longer says nothing about the time: the process may have been frozen. Milliseconds. */
const MAX_WAIT_MS = 10_000;

/**
 * How far this machine's clock is from a service's, by the `Date` of its replies. A service refuses a signature with a
 * wrong time. Its refusal says the right time, and the next signature uses that.
 */
export class ClockOffset {
  #offsetMs = 0;

  /** The difference to add to this machine's time. Milliseconds. */
  get ms(): number {
    return this.#offsetMs;
  }

  /**
   * Learns from a reply.
   *
   * @param date the header of that name; undefined: there is none
   * @param sentAt when the request was sent, by this machine's clock. Epoch milliseconds
   * @param now when the reply came, by the same clock. Epoch milliseconds
   */
  learn(date: string | undefined, sentAt: number, now: number): void {
    const serverTime = Date.parse(date ?? '');
    if (Number.isNaN(serverTime) || now - sentAt > MAX_WAIT_MS || now < sentAt) return;
    const offsetMs = serverTime - now;
    this.#offsetMs = Math.abs(offsetMs) >= MIN_OFFSET_MS ? offsetMs : 0;
  }
}
