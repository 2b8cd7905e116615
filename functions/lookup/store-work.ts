import { type Clock, StoreUnavailableError } from './ports.ts';

/** How many operations of one piece of work run at the same time. */
const CONCURRENCY = 24;

/** How long a throttled operation waits: from the first time to the last, doubling. Milliseconds. */
const MIN_BACKOFF_MS = 25;
const MAX_BACKOFF_MS = 400;

/**
 * Work with many operations of the store. A limited number run at the same time. Each begins when its turn comes, so
 * its time-out does not run while it waits. After one has failed for good, or when the time is over, no operation
 * begins. The work waits for the running operations: none goes on after its end.
 */
export class StoreWork {
  readonly #clock: Clock;
  /** By the clock that is never set back. Undefined: no limit. */
  readonly #endsAt: number | undefined;
  readonly #waiting: (() => void)[] = [];
  /** The numbers of the free places. */
  readonly #free = Array.from({ length: CONCURRENCY }, (_, place) => place);
  #failure: { readonly error: unknown } | undefined;

  /**
   * @param endsAt after this moment no operation begins; undefined: no limit, and throttled operations are not
   * repeated. Monotonic milliseconds.
   */
  constructor(clock: Clock, endsAt: number | undefined) {
    this.#clock = clock;
    this.#endsAt = endsAt;
  }

  /** Does one operation when there is a place for it. */
  async do<T>(operation: () => Promise<T>): Promise<T> {
    const place = await this.#takePlace();
    try {
      return await this.#repeated(operation, place);
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    } finally {
      this.#free.push(place);
      this.#waiting.shift()?.();
    }
  }

  /** Does something with each of these, side by side, and waits for all of it to end. */
  async all<T, R>(each: readonly T[], act: (one: T) => Promise<R>): Promise<readonly R[]> {
    const parts = each.map(act);
    await Promise.allSettled(parts);
    return Promise.all(parts);
  }

  async #takePlace(): Promise<number> {
    for (;;) {
      const place = this.#free.pop();
      if (place !== undefined) return place;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  async #repeated<T>(operation: () => Promise<T>, place: number): Promise<T> {
    let throttled: StoreUnavailableError | undefined;
    for (let backoffMs = MIN_BACKOFF_MS; ; backoffMs = Math.min(2 * backoffMs, MAX_BACKOFF_MS)) {
      this.#mustGoOn(throttled);
      try {
        return await operation();
      } catch (error) {
        const isThrottled = error instanceof StoreUnavailableError && error.trouble === 'throttled';
        if (!isThrottled || this.#endsAt === undefined) throw error;
        throttled = error;
        // Each place waits for its own time, so that they do not come back together.
        const ownBackoffMs = backoffMs * (0.5 + (place + 1) / (2 * CONCURRENCY));
        const leftMs = Math.max(0, this.#endsAt - this.#clock.monotonicNow());
        await this.#clock.sleep(Math.min(ownBackoffMs, leftMs));
      }
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
