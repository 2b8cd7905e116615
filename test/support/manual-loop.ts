import type { Timers } from '../../functions/adapters/free-time-deadline.ts';

interface Planned {
  readonly at: number;
  readonly callback: () => void;
}

/** An event loop that the test turns by hand: timers, then the poll phase, then the callbacks after it. */
export class ManualLoop implements Timers {
  #now = 5000;
  readonly timeouts = new Map<number, Planned>();
  readonly immediates = new Map<number, () => void>();
  #handles = 0;
  /** How many timers were set in all. */
  timersSet = 0;
  /** How long each of them should wait. */
  readonly delays: number[] = [];

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): NodeJS.Timeout {
    this.timersSet += 1;
    this.delays.push(ms);
    this.timeouts.set(++this.#handles, { at: this.#now + ms, callback });
    return this.#handles as unknown as NodeJS.Timeout;
  }

  clearTimeout(timeout: NodeJS.Timeout | undefined): void {
    this.timeouts.delete(timeout as unknown as number);
  }

  setImmediate(callback: () => void): void {
    this.immediates.set(++this.#handles, callback);
  }

  get isIdle(): boolean {
    return this.timeouts.size === 0 && this.immediates.size === 0;
  }

  /** One turn: the due timers, then the poll phase in which replies are read, then the callbacks after it. */
  turn(poll: () => void = () => {}): void {
    for (const [handle, { at, callback }] of this.timeouts) {
      if (at > this.#now) continue;
      this.timeouts.delete(handle);
      callback();
    }
    poll();
    const due = [...this.immediates];
    this.immediates.clear();
    for (const [, callback] of due) callback();
  }

  /** Lets time pass in which the loop turns every half a millisecond. */
  idle(ms: number): void {
    for (let passed = 0; passed < ms; passed += 0.5) {
      this.#now += 0.5;
      this.turn();
    }
  }

  /** Lets time pass in which the loop does not turn. */
  block(ms: number): void {
    this.#now += ms;
  }
}
