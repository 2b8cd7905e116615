import type { Clock } from '../../ports.ts';

interface Waiters {
  readonly told: AbortController;
  count: number;
  /** Reads that began later than this show the end of the lease. Monotonic milliseconds. */
  readAfter: number | undefined;
}

/**
 * Wakes the look-ups of an instance that wait for one lease. It wakes them when one of them reads that the lease has
 * ended, or when the holder runs on this instance and ends the lease. Each instance has one. On Lambda only a batch
 * needs it.
 */
export class LeaseEnds {
  readonly #clock: Pick<Clock, 'sleep'>;
  /** By the token of the lease that they wait for. */
  readonly #waiters = new Map<string, Waiters>();

  constructor(clock: Pick<Clock, 'sleep'>) {
    this.#clock = clock;
  }

  /**
   * Sleeps for this long, or until `tell` says that the lease has ended.
   *
   * @param token of the lease; undefined: there is no lease to wait for
   * @returns the moment after which reads show the end. Monotonic milliseconds; undefined: nobody said that it has
   *   ended
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
   * @param readAfter the moment after which reads show it. Monotonic milliseconds
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
