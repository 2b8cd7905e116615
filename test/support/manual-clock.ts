import type { Clock } from '../../functions/lookup/ports.ts';

/** Somebody who waits. */
interface Sleeper {
  readonly wakeAt: number;
  readonly wake: () => void;
}

/** A clock that is turned by hand. Whoever sleeps wakes when it has been turned far enough. */
export class ManualClock implements Clock {
  #now: number;
  readonly #startedAt: number;
  readonly #sleepers = new Set<Sleeper>();
  /** How long the process is busy while somebody waits for it to be free. Milliseconds. */
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
      const sleeper = { wakeAt: this.#now + ms, wake };
      this.#sleepers.add(sleeper);
      signal?.addEventListener('abort', () => {
        this.#sleepers.delete(sleeper);
        wake();
      });
    });
  }

  sleepFree(ms: number, signal?: AbortSignal): Promise<void> {
    return this.sleep(ms + this.busyMs, signal);
  }

  /** Turns the clock at once; sleepers wake when they next get their turn. */
  advance(ms: number): void {
    this.#now += ms;
    this.#wakeDue();
  }

  /** Turns the clock from one sleeper's hour to the next, letting each go on before it turns further. */
  async run(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (;;) {
      const next = Math.min(...[...this.#sleepers].map(({ wakeAt }) => wakeAt));
      if (next > end) break;
      this.#now = Math.max(this.#now, next);
      this.#wakeDue();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  #wakeDue(): void {
    for (const sleeper of [...this.#sleepers]) {
      if (sleeper.wakeAt > this.#now) continue;
      this.#sleepers.delete(sleeper);
      sleeper.wake();
    }
  }
}

/** Lets everything go on that waits for nothing but its turn. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
  await new Promise((resolve) => setImmediate(resolve));
}
