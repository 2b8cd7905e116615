import type { Clock } from '../../ports.ts';

interface Waiters {
  readonly told: AbortController;
  count: number;
  /** Reads that began later than this show the end of the lease. Monotonic milliseconds. */
  readAfter: number | undefined;
}

/**
 * Wakes the look-ups of an instance that wait for one lease, when one of them reads that it has ended, or when its holder
 * runs on this instance and ends it. One for each instance. On Lambda only a batch gains by it.
 */
export class LeaseEnds {
  readonly #clock: Pick<Clock, 'sleep'>;
  /** By the token of the lease that they wait for. */
  readonly #waiters = new Map<string, Waiters>();

  constructor(clock: Pick<Clock, 'sleep'>) {
    this.#clock = clock;
  }

  /**
   * Sleeps for so long, or until this lease is said to have ended.
   *
   * @param token of the lease; undefined: there is no lease to wait for
   * @returns undefined: it was not said. Else reads that began later than this show the end. Monotonic milliseconds
   */
  async sleep(ms: number, token: string | undefined): Promise<number | undefined> {
    if (token === undefined) {
      await this.#clock.sleep(ms);
      return undefined;
    }
    const waiters = this.#waiters.get(token) ?? { told: new AbortController(), count: 0, readAfter: undefined };
    this.#waiters.set(token, waiters);
    waiters.count += 1;
    await this.#clock.sleep(ms, waiters.told.signal);
    waiters.count -= 1;
    if (waiters.count === 0 && this.#waiters.get(token) === waiters) this.#waiters.delete(token);
    return waiters.readAfter;
  }

  /**
   * Says that a lease has ended.
   * @param readAfter reads that began later than this show it. Monotonic milliseconds
   */
  tell(token: string, readAfter: number): void {
    const waiters = this.#waiters.get(token);
    if (waiters === undefined) return;
    this.#waiters.delete(token);
    waiters.readAfter = readAfter;
    waiters.told.abort();
  }

  /** The number of leases that look-ups wait for. */
  get size(): number {
    return this.#waiters.size;
  }
}
