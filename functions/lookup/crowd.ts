import { type CacheKey, nameOf } from '../customer/request/cache-key.ts';
import type { Lease, StoredItem } from './entry.ts';
import type { Clock } from './ports.ts';

/** How long a read waits at most for the one under way, so that one slow answer does not hold up the others. Milliseconds. */
const MAX_DELAY_MS = 25;

/** What a read showed. */
export interface ReadItem {
  readonly item: StoredItem;
  /** When the read began. Monotonic milliseconds. */
  readonly beganAt: number;
}

/** What came of a try for the lease. */
export interface LeaseTry {
  /** Whether it was our own try, or that of another look-up, which was under way. */
  readonly isOurs: boolean;
  /** The lease that was taken by it. */
  readonly taken: Lease | undefined;
}

interface Read {
  readonly beganAt: number;
  readonly shown: Promise<ReadItem>;
}

/**
 * The look-ups of one key that run on one instance at the same time. They share their reads, and one of them at a time
 * tries for the lease.
 *
 * On Lambda an instance serves one request at a time: only a batch that names a key twice makes a crowd of two. A process
 * of `npm start` serves a whole crowd. Without this, its reads queue before the store until their time is over.
 */
export class Crowd {
  readonly #clock: Pick<Clock, 'monotonicNow' | 'sleep'>;
  readonly #onEmpty: () => unknown;
  #memberCount = 0;
  /** The read that began last, if it has not ended. */
  #underWay: Read | undefined;
  /** What the last read showed that did not fail. */
  #shown: ReadItem | undefined;
  /** The read that begins soon, for everybody who has asked for one since the last began. */
  #next: Promise<Read> | undefined;
  /** The try for the lease that is under way: the lease, if it is taken. */
  #try: Promise<Lease | undefined> | undefined;
  /** When a look-up of the crowd last ended a try for the lease. */
  #triedAt = Number.NEGATIVE_INFINITY;

  /** @param onEmpty called when the last look-up leaves */
  constructor(clock: Pick<Clock, 'monotonicNow' | 'sleep'>, onEmpty: () => unknown) {
    this.#clock = clock;
    this.#onEmpty = onEmpty;
  }

  enter(): void {
    this.#memberCount += 1;
  }

  leave(): void {
    this.#memberCount -= 1;
    if (this.#memberCount === 0) this.#onEmpty();
  }

  /**
   * Tries for the lease. If a try of another look-up is under way, its end is waited for instead: what fails for that one
   * fails for all.
   *
   * @param take returns whether the lease was taken
   */
  async tryForLease(lease: Lease, take: () => Promise<boolean>): Promise<LeaseTry> {
    if (this.#try !== undefined) return { isOurs: false, taken: await this.#try };
    this.#try = take().then((isTaken) => (isTaken ? lease : undefined));
    try {
      return { isOurs: true, taken: await this.#try };
    } finally {
      this.#try = undefined;
      this.#triedAt = this.#clock.monotonicNow();
    }
  }

  /**
   * Reads, by a read that has not begun yet: an acknowledged purge counts. If a read is under way, the next one begins when
   * that one ends, or a short while after it began, once for everybody.
   */
  async readAnew(read: () => Promise<StoredItem>): Promise<ReadItem> {
    const underWay = this.#underWay;
    if (underWay === undefined) return this.#begin(read).shown;
    this.#next ??= this.#endOf(underWay).then(() => this.#begin(read));
    return (await this.#next).shown;
  }

  /**
   * Reads, or takes what another look-up's read shows that began later than this moment and after the last try for the
   * lease.
   *
   * @param after monotonic milliseconds
   */
  async readSince(after: number, read: () => Promise<StoredItem>): Promise<ReadItem> {
    const isUsable = ({ beganAt }: { readonly beganAt: number }) => beganAt > Math.max(after, this.#triedAt);
    if (this.#shown !== undefined && isUsable(this.#shown)) return this.#shown;
    if (this.#underWay !== undefined && isUsable(this.#underWay)) return this.#underWay.shown;
    return this.readAnew(read);
  }

  #begin(read: () => Promise<StoredItem>): Read {
    const beganAt = this.#clock.monotonicNow();
    const begun: Read = { beganAt, shown: read().then((item) => ({ item, beganAt })) };
    const end = (shown: ReadItem | undefined) => {
      if (this.#underWay === begun) this.#underWay = undefined;
      if (shown !== undefined && beganAt >= (this.#shown?.beganAt ?? beganAt)) this.#shown = shown;
    };
    begun.shown.then(end, () => end(undefined));
    this.#underWay = begun;
    this.#next = undefined;
    return begun;
  }

  /** The end of a read, or the moment until which others wait for it. */
  async #endOf({ beganAt, shown }: Read): Promise<void> {
    const ended = new AbortController();
    const delayMs = MAX_DELAY_MS - (this.#clock.monotonicNow() - beganAt);
    const waited = delayMs > 0 ? this.#clock.sleep(delayMs, ended.signal) : Promise.resolve();
    await Promise.race([waited, shown.catch(() => undefined)]);
    ended.abort();
  }
}

/** The crowds of an instance, by their keys. */
export class Crowds {
  readonly #clock: Pick<Clock, 'monotonicNow' | 'sleep'>;
  readonly #crowds = new Map<string, Crowd>();

  constructor(clock: Pick<Clock, 'monotonicNow' | 'sleep'>) {
    this.#clock = clock;
  }

  /**
   * Adds a look-up to the crowd of its key: `leave` has to be called when the look-up ends.
   *
   * @param key undefined: the look-up is not stored, and is a crowd of its own
   */
  enter(key: CacheKey | undefined): Crowd {
    const name = key && nameOf(key);
    const known = name === undefined ? undefined : this.#crowds.get(name);
    const crowd = known ?? new Crowd(this.#clock, () => name !== undefined && this.#crowds.delete(name));
    if (name !== undefined) this.#crowds.set(name, crowd);
    crowd.enter();
    return crowd;
  }

  /** How many keys are looked up at this moment. */
  get size(): number {
    return this.#crowds.size;
  }
}
