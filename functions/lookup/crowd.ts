import { type CacheKey, keyText } from '../customer/request/cache-key.ts';
import type { Lease, StoredItem } from './entry.ts';
import type { Clock } from './ports.ts';
import { SharedRead, type Shown } from './shared-read.ts';

/** The result of a try to take the lease. */
export interface LeaseTry {
  /** Whether it was our own try, or a try of another look-up that was in progress. */
  readonly isOurs: boolean;
  /** The lease that it took. */
  readonly taken: Lease | undefined;
}

/** How an instance finds out, during a long try for the lease, whether the store answers at all. */
export interface Asking {
  /** Reads the item, and returns whether the store answered. */
  readonly isAnswered: () => Promise<boolean>;
  /** How long the try takes before the instance reads, and between two reads. Milliseconds of free time. */
  readonly everyMs: number;
}

/**
 * The look-ups of one key that run on one instance at the same time. They share their reads, and one of them at a time
 * tries for the lease.
 *
 * On Lambda an instance serves one request at a time, so only a batch that names a key twice makes a crowd of two. A
 * process of `npm start` serves many look-ups of one key at once. Without this class, their reads would wait for the
 * store until their time is over.
 */
export class Crowd {
  readonly #clock: Pick<Clock, 'monotonicNow' | 'sleep' | 'sleepFree'>;
  readonly #onEmpty: () => unknown;
  readonly #reads: SharedRead<StoredItem>;
  #memberCount = 0;
  /** The lease, if the try that is in progress takes one. */
  #taking: Promise<Lease | undefined> | undefined;
  /** The request of a look-up of the crowd to another invocation. */
  #asking: Promise<unknown> | undefined;
  /** The last time when a look-up of the crowd ended a try for the lease, or asked another invocation. */
  #triedAt = Number.NEGATIVE_INFINITY;

  /** @param onEmpty called when the last look-up leaves */
  constructor(clock: Pick<Clock, 'monotonicNow' | 'sleep' | 'sleepFree'>, onEmpty: () => unknown) {
    this.#clock = clock;
    this.#onEmpty = onEmpty;
    this.#reads = new SharedRead(clock);
  }

  enter(): void {
    this.#memberCount += 1;
  }

  leave(): void {
    this.#memberCount -= 1;
    if (this.#memberCount === 0) this.#onEmpty();
  }

  /**
   * Tries to take the lease. If another look-up's try is in progress, it waits for the end of that try instead. If that
   * try fails, it fails for all of them.
   *
   * If the try takes long, the instance also reads. An answer to the read shows that the store is late, and not down.
   * Otherwise one late answer would send all look-ups of the crowd to the upstream.
   *
   * @param take returns whether the lease was taken
   */
  async tryForLease(lease: Lease, take: () => Promise<boolean>, asking: Asking): Promise<LeaseTry> {
    if (this.#taking !== undefined) return { isOurs: false, taken: await this.#taking };
    const taking = take().then((isTaken) => (isTaken ? lease : undefined));
    const ended = new AbortController();
    this.#taking = taking;
    this.#readUntilEnded(ended.signal, asking);
    try {
      return { isOurs: true, taken: await taking };
    } finally {
      this.#taking = undefined;
      this.#triedAt = this.#clock.monotonicNow();
      ended.abort();
    }
  }

  /** Reads again and again until the store answers, or the try has ended. */
  async #readUntilEnded(signal: AbortSignal, { isAnswered, everyMs }: Asking): Promise<void> {
    let hasAnswered = false;
    for (;;) {
      // Only free time counts: a process that loads code or does other work does not show that the store is late.
      await this.#clock.sleepFree(everyMs, signal);
      if (signal.aborted || hasAnswered) return;
      isAnswered().then(
        (is) => {
          hasAnswered ||= is;
        },
        // The next read of each look-up gets the same error.
        () => undefined,
      );
    }
  }

  /**
   * Asks another invocation. If another look-up of the crowd is asking, it waits for the end of that instead.
   * @returns the result; undefined: another look-up asked
   */
  async askOnce<T>(ask: () => Promise<T>): Promise<T | undefined> {
    if (this.#asking !== undefined) {
      await this.#asking.catch(() => undefined);
      return undefined;
    }
    const asking = ask();
    this.#asking = asking;
    try {
      return await asking;
    } finally {
      this.#asking = undefined;
      this.#triedAt = this.#clock.monotonicNow();
    }
  }

  /** Reads, with a read that has not begun yet. */
  async readAnew(read: () => Promise<StoredItem>): Promise<Shown<StoredItem>> {
    return this.#reads.readAnew(read);
  }

  /**
   * Reads. It uses another look-up's read if that read began after this moment and after the last try for the lease.
   *
   * @param after monotonic milliseconds
   */
  async readSince(after: number, read: () => Promise<StoredItem>): Promise<Shown<StoredItem>> {
    return this.#reads.readSince(Math.max(after, this.#triedAt), read);
  }
}

/** The crowds of an instance, by their keys. */
export class Crowds {
  readonly #clock: Pick<Clock, 'monotonicNow' | 'sleep' | 'sleepFree'>;
  readonly #crowds = new Map<string, Crowd>();

  constructor(clock: Pick<Clock, 'monotonicNow' | 'sleep' | 'sleepFree'>) {
    this.#clock = clock;
  }

  /**
   * Adds a look-up to the crowd of its key. Call `leave` when the look-up ends.
   *
   * @param key undefined: the look-up is not stored, and makes its own crowd
   */
  enter(key: CacheKey | undefined): Crowd {
    const name = key && keyText(key);
    const known = name === undefined ? undefined : this.#crowds.get(name);
    const crowd = known ?? new Crowd(this.#clock, () => name !== undefined && this.#crowds.delete(name));
    if (name !== undefined) this.#crowds.set(name, crowd);
    crowd.enter();
    return crowd;
  }

  /** The number of keys with look-ups in progress. */
  get size(): number {
    return this.#crowds.size;
  }
}
