import type { Clock } from './ports.ts';
import { type StoreTrouble, StoreUnavailableError } from './store-unavailable-error.ts';
import type { StoreVitality } from './store-vitality.ts';

/** How many times the service sends a write of a lease holder, if the store throttles or is late. */
const MAX_TRIES = 4;
/**
 * The least time before the holder sends a write again. It doubles each time, and a random part is added. Milliseconds.
 */
const MIN_RETRY_INTERVAL_MS = 20;

/** The ports and values that `StoreAccess` needs. */
export interface StoreAccessOptions<Store> {
  /** Undefined: the cache is off. */
  readonly store: Store | undefined;
  readonly clock: Pick<Clock, 'monotonicNow' | 'sleep'>;
  /** A number from 0 (included) to 1 (excluded). */
  readonly random: () => number;
  readonly vitality: StoreVitality;
  /**
   * After this moment the service repeats no write: the look-up needs its answer. Monotonic milliseconds. Default: no
   * limit.
   */
  readonly retryUntil?: number;
}

/**
 * One look-up's access to the store.
 *
 * After one failure the look-up does not use the store again, so an outage costs one timeout at most and causes no
 * error (contract §5, promise 7). The only exception is the release of the look-up's own lease. It is not a failure if
 * the store throttles, or if it is late and has answered another call meanwhile: such a store is not down.
 */
export class StoreAccess<Store> {
  readonly #options: StoreAccessOptions<Store>;
  #failure: string | undefined;
  /** The error of the last unsuccessful call, even if it does not count as a failure. */
  #trouble: StoreUnavailableError | undefined;
  #troubleSince: number | undefined;
  #isReleaseTried = false;

  constructor(options: StoreAccessOptions<Store>) {
    this.#options = options;
  }

  /** How the store failed during this look-up; undefined if it did not. */
  get failure(): string | undefined {
    return this.#failure;
  }

  /** Whether the cache is off, or its store does not answer. */
  get isBypassed(): boolean {
    return this.#options.store === undefined || this.#failure !== undefined;
  }

  /** Whether a call of this look-up did not succeed, even if that does not count as a failure. */
  get hasTrouble(): boolean {
    return this.#trouble !== undefined;
  }

  /** The problem of the last unsuccessful call of this look-up. */
  get lastTrouble(): StoreTrouble | undefined {
    return this.#trouble?.trouble;
  }

  /** Whether the store has answered any call of this instance since the present trouble of this look-up began. */
  get isAlive(): boolean {
    return this.#options.vitality.hasAnsweredSince(this.troubleSince);
  }

  /** Whether another try may succeed: the store is alive, or it throttles and served a look-up a short time ago. */
  get isWorthAsking(): boolean {
    return this.isAlive || (this.lastTrouble === 'throttled' && this.#options.vitality.maySoonServe);
  }

  /** When the first unsuccessful call of the present trouble began. Monotonic milliseconds. Default: now. */
  get troubleSince(): number {
    return this.#troubleSince ?? this.#options.clock.monotonicNow();
  }

  /** Gives the store up for this look-up, after it throttled or was late for the look-up's whole patience. */
  giveUp(): void {
    this.#failure ??= this.#trouble?.reason;
    if (this.lastTrouble === 'throttled' && !this.isAlive) this.#options.vitality.servedNothing();
  }

  /**
   * Makes a call that may be repeated.
   *
   * @param noteTrouble gets the problem of this call: `lastTrouble` may be that of another call at the same time
   * @returns undefined if the store is off or has failed, fails now, or throttles or is late: see `isBypassed`
   */
  async attempt<T>(
    operation: (store: Store) => Promise<T>,
    noteTrouble: (trouble: StoreTrouble | undefined) => void = () => {},
  ): Promise<T | undefined> {
    return this.#unlessBypassed(operation, (error) => {
      noteTrouble(error.trouble);
      // After a timeout the look-up does not try again, unless the store has answered another call meanwhile.
      const isPassing = error.trouble === 'throttled' || (error.trouble === 'late' && this.isAlive);
      if (!isPassing) this.#failure = error.reason;
    });
  }

  /**
   * Makes a call that is never repeated. @returns undefined if the store is off, has failed, or fails now in any way
   */
  async use<T>(operation: (store: Store) => Promise<T>): Promise<T | undefined> {
    return this.#unlessBypassed(operation, (error) => {
      this.#failure = error.reason;
    });
  }

  /** Makes a call and ignores its failure. @returns undefined if the store is off, has failed, or fails now */
  async poll<T>(operation: (store: Store) => Promise<T>): Promise<T | undefined> {
    return this.#unlessBypassed(operation, () => {});
  }

  /**
   * Makes a call beside the look-up's own calls, and ignores the trouble of this call. Another partition of the store
   * may throttle or be late, while the partition of the look-up's item answers.
   *
   * @returns undefined if the store is off, has failed, or fails now
   */
  async aside<T>(operation: (store: Store) => Promise<T>): Promise<T | undefined> {
    const store = this.#usable;
    return store && this.#send(store, operation, () => {});
  }

  /**
   * Makes a write of the lease's holder. If the store throttles or is late, the service repeats the write, because its
   * content is ready and others wait for it. The write must be safe to make twice.
   *
   * @returns undefined if the store is off, has failed, or fails at the last try
   */
  async persist<T>(operation: (store: Store) => Promise<T>): Promise<T | undefined> {
    const result = await this.#repeat(
      () => this.attempt(operation),
      () => this.isBypassed,
    );
    if (result === undefined) this.#failure ??= this.#trouble?.reason;
    return result;
  }

  /**
   * Makes the one write that the service tries even after a failure: a dead lease would delay the next look-up of its
   * key. After a failure it sends the write once, or again and again while the store throttles. If it has already sent
   * the write several times, it sends it once more.
   */
  async release<T>(operation: (store: Store) => Promise<T>): Promise<T | undefined> {
    const { isBypassed } = this;
    const result = await this.persist(operation);
    const { store } = this.#options;
    if (result !== undefined || store === undefined || this.#isReleaseTried) return result;
    this.#isReleaseTried = true;
    return this.#repeat(
      () => this.#make(store, operation, () => {}),
      () => !isBypassed || this.lastTrouble !== 'throttled',
    );
  }

  /** The store; undefined: the cache is off, or the store has failed. */
  get #usable(): Store | undefined {
    return this.isBypassed ? undefined : this.#options.store;
  }

  /** Tries until there is a result, or until another try is useless. */
  async #repeat<T>(attempt: () => Promise<T | undefined>, isOver: () => boolean): Promise<T | undefined> {
    const { clock, random, retryUntil = Number.POSITIVE_INFINITY } = this.#options;
    let intervalMs = MIN_RETRY_INTERVAL_MS;
    for (let tries = 1; ; tries += 1) {
      const result = await attempt();
      const sleepMs = intervalMs * (1 + random());
      const isLate = clock.monotonicNow() + sleepMs > retryUntil;
      if (result !== undefined || isOver() || tries === MAX_TRIES || isLate) return result;
      await clock.sleep(sleepMs);
      intervalMs *= 2;
    }
  }

  async #unlessBypassed<T>(
    operation: (store: Store) => Promise<T>,
    onFailure: (error: StoreUnavailableError) => void,
  ): Promise<T | undefined> {
    const store = this.#usable;
    return store && this.#make(store, operation, onFailure);
  }

  async #make<T>(
    store: Store,
    operation: (store: Store) => Promise<T>,
    onFailure: (error: StoreUnavailableError) => void,
  ): Promise<T | undefined> {
    const begunAt = this.#options.clock.monotonicNow();
    return this.#send(store, operation, (error) => {
      this.#trouble = error;
      this.#troubleSince = this.#beginningOf(error.begunAt ?? begunAt);
      onFailure(error);
    });
  }

  /** When the present trouble began, with an unsuccessful call that began at this moment. Monotonic milliseconds. */
  #beginningOf(begunAt: number): number {
    const { vitality } = this.#options;
    // If the store has answered since the trouble before, that trouble is over.
    if (this.isAlive && !vitality.hasAnsweredSince(begunAt)) return begunAt;
    // Two calls may run at the same time.
    return Math.min(this.troubleSince, begunAt);
  }

  async #send<T>(
    store: Store,
    operation: (store: Store) => Promise<T>,
    onTrouble: (error: StoreUnavailableError) => void,
  ): Promise<T | undefined> {
    const { clock, vitality } = this.#options;
    try {
      const result = await operation(store);
      vitality.answered(clock.monotonicNow());
      return result;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      onTrouble(error);
      return undefined;
    }
  }
}
