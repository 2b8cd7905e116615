import { Places } from './places.ts';
import { type Clock, StoreUnavailableError } from './ports.ts';

/** How many operations of one piece of work run at the same time; and how many of one lane run or wait to be repeated. */
const CONCURRENCY = 24;

/** How long a throttled operation waits: from the first time to the last, doubling. Milliseconds. */
const MIN_BACKOFF_MS = 25;
const MAX_BACKOFF_MS = 400;

/**
 * Work with many operations of the store. A limited number run at the same time. Each begins when its turn comes, so
 * its time-out does not run while it waits. After one has failed for good, or when the time is over, no operation
 * begins. The work waits for the running operations: none goes on after its end.
 *
 * The operations of one partition have a lane. If the store throttles that partition, its operations wait in their lane
 * and leave the places to the other partitions: they do not wait for it.
 */
export class StoreWork {
  readonly #clock: Clock;
  /** By the clock that is never set back. Undefined: no limit. */
  readonly #endsAt: number | undefined;
  /** Held while an operation runs. */
  readonly #places = new Places(CONCURRENCY);
  /** The lane of operations that have no lane of their own. */
  readonly #commonLane = new Places(CONCURRENCY);
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param endsAt after this moment no operation begins; undefined: no limit, and throttled operations are not
   * repeated. Monotonic milliseconds.
   */
  constructor(clock: Clock, endsAt: number | undefined) {
    this.#clock = clock;
    this.#endsAt = endsAt;
  }

  /** Makes a lane, for the operations of one partition. */
  lane(): Places {
    return new Places(CONCURRENCY);
  }

  /**
   * Does one operation when there is a place for it.
   * @param lane default: the lane of all operations without one
   */
  async do<T>(operation: () => Promise<T>, lane = this.#commonLane): Promise<T> {
    const slot = await lane.take();
    try {
      return await this.#repeated(operation, slot);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    } finally {
      lane.give(slot);
    }
  }

  /** Does something with each of these, side by side, and waits for all of it to end. */
  async all<T, R>(each: readonly T[], act: (one: T) => Promise<R>): Promise<readonly R[]> {
    const parts = each.map(act);
    await Promise.allSettled(parts);
    return Promise.all(parts);
  }

  async #repeated<T>(operation: () => Promise<T>, slot: number): Promise<T> {
    let throttled: StoreUnavailableError | undefined;
    for (let backoffMs = MIN_BACKOFF_MS; ; backoffMs = Math.min(2 * backoffMs, MAX_BACKOFF_MS)) {
      const place = await this.#places.take();
      const tried = await this.#attempt(operation, throttled).finally(() => this.#places.give(place));
      if ('value' in tried) return tried.value;
      throttled = tried.throttled;
      // Each slot waits for its own time, so that they do not come back together.
      const ownBackoffMs = backoffMs * (0.5 + (slot + 1) / (2 * CONCURRENCY));
      const leftMs = Math.max(0, tried.endsAt - this.#clock.monotonicNow());
      await this.#clock.sleep(Math.min(ownBackoffMs, leftMs));
    }
  }

  /** @returns the result, or that the store throttles the operation and it is to be repeated before the work ends */
  async #attempt<T>(
    operation: () => Promise<T>,
    before: StoreUnavailableError | undefined,
  ): Promise<{ readonly value: T } | { readonly throttled: StoreUnavailableError; readonly endsAt: number }> {
    this.#mustGoOn(before);
    try {
      return { value: await operation() };
    } catch (error) {
      const isThrottled = error instanceof StoreUnavailableError && error.trouble === 'throttled';
      if (!isThrottled || this.#endsAt === undefined) throw error;
      return { throttled: error, endsAt: this.#endsAt };
    }
  }

  /** @param throttled why this operation has not been done yet; undefined: it was not its turn */
  #mustGoOn(throttled: StoreUnavailableError | undefined): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#endsAt !== undefined && this.#clock.monotonicNow() >= this.#endsAt) {
      throw throttled ?? new StoreUnavailableError('TimeLimit', { trouble: 'late' });
    }
  }
}
