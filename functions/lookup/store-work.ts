import { Places } from './places.ts';
import type { Clock } from './ports.ts';
import { StoreUnavailableError } from './store-unavailable-error.ts';

/**
 * How many operations of one piece of work run at the same time. Also how many operations of one lane run or wait for
 * their repetition.
 */
const CONCURRENCY = 24;

/** How long a throttled operation waits. The time doubles, from the first to the longest. Milliseconds. */
const MIN_BACKOFF_MS = 25;
const MAX_BACKOFF_MS = 400;

/**
 * Work with many operations of the store. A limited number run at the same time. The timeout of an operation begins
 * when its turn comes. After one operation has failed for good, or when the time is over, no operation begins. The work
 * waits for the running operations, so that none continues after its end.
 *
 * The operations of one partition have a lane. If the store throttles that partition, its operations wait in their lane
 * and take no places. So the other partitions do not wait for it.
 */
export class StoreWork {
  readonly #clock: Clock;
  /** When the work ends. Monotonic milliseconds. Undefined: no limit. */
  readonly #endsAt: number | undefined;
  /** A running operation holds one of these places. */
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
   * @param lane default: the lane of the operations that have none
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

  /** Acts on each of these at the same time, and waits until all have ended. */
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
      // Each slot waits for its own time, so that the repetitions do not come at the same moment.
      const ownBackoffMs = backoffMs * (0.5 + (slot + 1) / (2 * CONCURRENCY));
      const leftMs = Math.max(0, tried.endsAt - this.#clock.monotonicNow());
      await this.#clock.sleep(Math.min(ownBackoffMs, leftMs));
    }
  }

  /** @returns the result; or, if the store throttles, the error and the time by which the operation may be repeated */
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

  /** @param throttled the error of the last try; undefined: the operation was not tried yet */
  #mustGoOn(throttled: StoreUnavailableError | undefined): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#endsAt !== undefined && this.#clock.monotonicNow() >= this.#endsAt) {
      throw throttled ?? new StoreUnavailableError('TimeLimit', { trouble: 'late' });
    }
  }
}
