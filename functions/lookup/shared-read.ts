import type { Clock } from './ports.ts';

/**
 * A read waits at most this long for the read in progress, so that one slow answer does not delay the others. After the
 * same time the instance repeats a read that several look-ups wait for. Milliseconds.
 */
const MAX_DELAY_MS = 25;

/** The result of a read. */
export interface Shown<T> {
  readonly value: T;
  /** When the read began. Monotonic milliseconds. */
  readonly beganAt: number;
}

/** A read in progress. */
interface Read<T> {
  readonly beganAt: number;
  /** The result of this read, or of a later read that was answered first. */
  readonly shown: Promise<Shown<T>>;
  /** Answers the waiters of this read. It has no effect after the read's own end. */
  readonly answer: (shown: Shown<T>) => void;
  hasEnded: boolean;
  /**
   * Aborted when the waiters have their answer or their failure. The first look-up that sleeps until that end makes it.
   */
  ended?: AbortController;
  waiterCount: number;
}

/**
 * One read of the store that many look-ups of an instance need at the same time, and share. If several look-ups wait
 * for a read, one late answer would send all of them to the upstream. So the instance repeats such a read until it is
 * answered, and the first answer counts. A later answer to another sending does not count. It does not show that the
 * store is alive either, so at worst a late store counts as down. A look-up that waits alone sends nothing twice.
 */
export class SharedRead<T> {
  readonly #clock: Pick<Clock, 'monotonicNow' | 'sleep'>;
  /** The reads that have not ended, in the order in which they began. */
  #underWay: readonly Read<T>[] = [];
  /** The result of the last read that did not fail. */
  #shown: Shown<T> | undefined;
  /** The read that begins soon, for all look-ups that asked since the last read began. */
  #next: Promise<Read<T>> | undefined;

  constructor(clock: Pick<Clock, 'monotonicNow' | 'sleep'>) {
    this.#clock = clock;
  }

  /** Whether no read is in progress, and none begins soon. */
  get isIdle(): boolean {
    return this.#underWay.length === 0 && this.#next === undefined;
  }

  /**
   * Reads, with a read that has not begun yet, so that it shows every acknowledged purge. If a read is in progress, the
   * next one begins when that one ends, or a short time after that one began. It is one read for all look-ups that
   * asked.
   */
  async readAnew(read: () => Promise<T>): Promise<Shown<T>> {
    const last = this.#last;
    if (last === undefined) return this.#waitFor(this.#begin(read), read);
    this.#next ??= this.#endOf(last).then(() => this.#begin(read));
    return this.#waitFor(await this.#next, read);
  }

  /**
   * Reads, or uses a read that began after this moment.
   *
   * @param after monotonic milliseconds
   */
  async readSince(after: number, read: () => Promise<T>): Promise<Shown<T>> {
    if (this.#shown !== undefined && this.#shown.beganAt > after) return this.#shown;
    const last = this.#last;
    if (last !== undefined && last.beganAt > after) return this.#waitFor(last, read);
    return this.readAnew(read);
  }

  /** The read that began last, if it has not ended. */
  get #last(): Read<T> | undefined {
    return this.#underWay.at(-1);
  }

  #begin(read: () => Promise<T>): Read<T> {
    const beganAt = this.#clock.monotonicNow();
    const { promise: shown, resolve: answer, reject } = Promise.withResolvers<Shown<T>>();
    const begun: Read<T> = { beganAt, shown, answer, hasEnded: false, waiterCount: 0 };
    this.#underWay = [...this.#underWay, begun];
    this.#next = undefined;
    // The waiters see the failure. A repetition of a read has no waiters.
    shown.catch(() => undefined);
    read().then(
      (value) => this.#answered(begun, { value, beganAt }),
      (error) => {
        reject(error);
        this.#end(begun);
      },
    );
    return begun;
  }

  /** Answers the read, and all reads that began before it: its result is younger than theirs. */
  #answered(begun: Read<T>, shown: Shown<T>): void {
    if (shown.beganAt >= (this.#shown?.beganAt ?? shown.beganAt)) this.#shown = shown;
    const position = this.#underWay.indexOf(begun);
    for (const each of this.#underWay.slice(0, position + 1)) {
      each.answer(shown);
      this.#end(each);
    }
  }

  #end(read: Read<T>): void {
    read.hasEnded = true;
    read.ended?.abort();
    this.#underWay = this.#underWay.filter((each) => each !== read);
  }

  #waitFor(read: Read<T>, again: () => Promise<T>): Promise<Shown<T>> {
    read.waiterCount += 1;
    if (read.waiterCount === 2) this.#sendAgainUntilEnded(read, again);
    return read.shown;
  }

  async #sendAgainUntilEnded(read: Read<T>, again: () => Promise<T>): Promise<void> {
    while (!read.hasEnded) {
      const sinceLastMs = this.#clock.monotonicNow() - (this.#last?.beganAt ?? 0);
      if (sinceLastMs < MAX_DELAY_MS) await this.#clock.sleep(MAX_DELAY_MS - sinceLastMs, endOf(read));
      else if (this.#next === undefined) this.#begin(again);
      else await this.#next;
    }
  }

  /** Ends with a read, or at the moment until which others wait for it. */
  async #endOf(read: Read<T>): Promise<void> {
    const delayMs = MAX_DELAY_MS - (this.#clock.monotonicNow() - read.beganAt);
    if (delayMs > 0) await this.#clock.sleep(delayMs, endOf(read));
  }
}

/** The signal of a read's end. Most reads belong to a hit, and end while no look-up sleeps, so they make no signal. */
function endOf(read: Pick<Read<unknown>, 'ended'>): AbortSignal {
  read.ended ??= new AbortController();
  return read.ended.signal;
}
