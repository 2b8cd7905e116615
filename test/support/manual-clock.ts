import type { Clock } from '../../functions/lookup/ports.ts';

/** A sleeper that waits. */
interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** A clock that a test turns by hand. A sleeper wakes when the test has turned the clock far enough. */
export class ManualClock implements Clock {
  #now: number;
  readonly #startedAt: number;
  /**
   * In the order in which they wake, the first one last; sleepers that wake at the same time, in the order in which
   * they came.
   */
  #sleepers: Sleeper[] = [];
  /** How long the process is busy while a caller waits for free time. Milliseconds. */
  busyMs = 0;

  constructor(now = Date.UTC(2026, 10, 22)) {
    this.#now = now;
    this.#startedAt = now;
  }

  now(): number {
    return this.#now;
  }

  monotonicNow(): number {
    return this.#now - this.#startedAt;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((wake) => {
      const stop = () => {
        this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
        wake();
      };
      const sleeper: Sleeper = {
        wakeAt: this.#now + ms,
        wake: () => {
          signal?.removeEventListener('abort', stop);
          wake();
        },
      };
      this.#sleepers.splice(this.#positionOf(sleeper.wakeAt), 0, sleeper);
      signal?.addEventListener('abort', stop, { once: true });
    });
  }

  sleepFree(ms: number, signal?: AbortSignal): Promise<void> {
    return this.sleep(ms + this.busyMs, signal);
  }

  /** Turns the clock at once; sleepers wake when they next run. */
  advance(ms: number): void {
    this.#now += ms;
    this.#wakeDue();
  }

  /** Turns the clock from one sleeper's time to the next, and lets each continue before it turns further. */
  async run(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = this.#sleepers.at(-1)?.wakeAt ?? Number.POSITIVE_INFINITY;
      if (next > end) break;
      this.#now = Math.max(this.#now, next);
      this.#wakeDue();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  /** The place of a sleeper that wakes at this time: before all that wake as early. */
  #positionOf(wakeAt: number): number {
    let [low, high] = [0, this.#sleepers.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#sleepers[middle]?.wakeAt ?? wakeAt) > wakeAt) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #wakeDue(): void {
    const firstDue = this.#positionOf(this.#now);
    const due = this.#sleepers.splice(firstDue);
    for (const { wake } of due.reverse()) wake();
  }
}

/** Lets all code continue that waits only for its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}
