import type { KeyedAsked } from '../asked.ts';
import { EMPTY_ITEM, type Lease, type StoredItem } from '../entry.ts';
import { MAX_READ_AGE_MS } from '../fleet.ts';
import type { Clock } from '../ports.ts';
import type { Shown } from '../shared-read.ts';
import type { Polls, SleepLimits } from './polls/polls.ts';

/** What the reads of the item need. */
export interface KnownItemOptions {
  readonly clock: Pick<Clock, 'monotonicNow'>;
  readonly polls: Polls;
  /** Gets the item of each read that the store answers. */
  readonly noteRead: (item: StoredItem) => void;
}

/** The item under the key of one look-up that goes forward: what the look-up knows about it, and since when. */
export class KnownItem {
  readonly #asked: Pick<KeyedAsked, 'key' | 'startedAt' | 'store' | 'crowd'>;
  readonly #options: KnownItemOptions;
  #value: StoredItem;
  #isRead: boolean;
  #readAt: number;
  #triedAt: number;

  /**
   * @param shown the item of the first read, which may have begun before the look-up; undefined: the store did not
   *   answer
   */
  constructor(
    asked: Pick<KeyedAsked, 'key' | 'startedAt' | 'store' | 'crowd'>,
    shown: Shown<StoredItem> | undefined,
    options: KnownItemOptions,
  ) {
    this.#asked = asked;
    this.#options = options;
    this.#value = shown?.value ?? EMPTY_ITEM;
    this.#isRead = shown !== undefined;
    this.#readAt = shown?.beganAt ?? asked.startedAt;
    this.#triedAt = this.#readAt;
  }

  /** The item as it was known last; empty: it was never read. */
  get value(): StoredItem {
    return this.#value;
  }

  /** Whether the item is known. After an uncertain write it is not known until the next read. */
  get isRead(): boolean {
    return this.#isRead;
  }

  /** When the last read that the store answered began. Monotonic milliseconds. */
  get readAt(): number {
    return this.#readAt;
  }

  /** When the look-up last tried to read the item. Monotonic milliseconds. */
  get triedAt(): number {
    return this.#triedAt;
  }

  /** Takes note of the lease that another look-up of this instance has just taken. */
  noteLease(lease: Lease): void {
    this.#value = { ...this.#value, lease };
  }

  /** Takes note of an uncertain write: only the item shows whose write the store made. */
  noteUncertainWrite(): void {
    this.#isRead = false;
  }

  /** Sleeps until the next poll, or until this instance learns of the end of the item's lease. */
  sleep(limits: SleepLimits): Promise<void> {
    return this.#options.polls.sleep(this.#isRead ? this.#value.lease : undefined, limits);
  }

  /** Reads the item again. If the store does not answer, the last read still counts. */
  async read(): Promise<void> {
    const { key, startedAt, store, crowd } = this.#asked;
    const { clock, polls, noteRead } = this.#options;
    const now = clock.monotonicNow();
    this.#triedAt = now;
    const after = this.#isRead ? polls.takesAfter(this.#readAt) : now - MAX_READ_AGE_MS;
    const read = await store.poll((each) => crowd.readSince(Math.max(startedAt, after), () => each.read(key)));
    if (read === undefined) return;
    polls.noteRead(read, now, this.#value.lease);
    this.#value = read.value;
    this.#isRead = true;
    this.#readAt = read.beganAt;
    this.#triedAt = Math.min(now, read.beganAt);
    noteRead(read.value);
  }
}
