import type { Clock } from './ports.ts';

/**
 * How long a read waits at most for the one under way, so that one slow answer does not hold up the others. After the same
 * time a read that several look-ups wait for is sent again. Milliseconds.
 */
const MAX_DELAY_MS = 25;

/** What a read showed. */
export interface Shown<T> {
  readonly value: T;
  /** When the read began. Monotonic milliseconds. */
  readonly beganAt: number;
}

/** A read under way. */
interface Read<T> {
  readonly beganAt: number;
  /** What this read shows, or one that began later and was answered first. */
  readonly shown: Promise<Shown<T>>;
  /** Answers those that wait for this read. It has no effect after the read's own end. */
  readonly answer: (shown: Shown<T>) => void;
  hasEnded: boolean;
  /** Aborted when those that wait have their answer, or their failure. Made by the first that sleeps until then. */
  ended?: AbortController;
  waiterCount: number;
}

/**
 * One read of the store, which many look-ups of an instance make at the same time, and share.
 *
 * If several look-ups wait for a read, one late answer would send all of them to the upstream. So such a read is sent
 * again while it is not answered, and the first answer counts. A look-up that waits alone sends nothing twice.
 */
export class SharedRead<T> {
  readonly #clock: Pick<Clock, 'monotonicNow' | 'sleep'>;
  /** The reads that have not ended, in the order in which they began. */
  #underWay: readonly Read<T>[] = [];
  /** What the last read showed that did not fail. */
  #shown: Shown<T> | undefined;
  /** The read that begins soon, for all that have asked for one since the last began. */
  #next: Promise<Read<T>> | undefined;

  constructor(clock: Pick<Clock, 'monotonicNow' | 'sleep'>) {
    this.#clock = clock;
  }

  /** Whether no read is under way, and none begins soon. */
  get isIdle(): boolean {
    return this.#underWay.length === 0 && this.#next === undefined;
  }

  /**
   * Reads, by a read that has not begun yet: an acknowledged purge counts. If a read is under way, the next one begins when
   * that one ends, or a short while after it began, once for all that have asked.
   */
  async readAnew(read: () => Promise<T>): Promise<Shown<T>> {
    const last = this.#last;
    if (last === undefined) return this.#waitFor(this.#begin(read), read);
    this.#next ??= this.#endOf(last).then(() => this.#begin(read));
    return this.#waitFor(await this.#next, read);
  }

  /**
   * Reads, or takes what a read shows that began later than this moment.
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
    // Those that wait see the failure. A read that was only sent again has nothing that waits for it.
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

  /** Answers the read, and all that began before it: what it shows is younger than what they would. */
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

  /** The end of a read, or the moment until which others wait for it. */
  async #endOf(read: Read<T>): Promise<void> {
    const delayMs = MAX_DELAY_MS - (this.#clock.monotonicNow() - read.beganAt);
    if (delayMs > 0) await this.#clock.sleep(delayMs, endOf(read));
  }
}

/** Aborted when the read ends. Most reads are a hit's, and end with nobody asleep: they make no signal. */
function endOf(read: Pick<Read<unknown>, 'ended'>): AbortSignal {
  read.ended ??= new AbortController();
  return read.ended.signal;
}
