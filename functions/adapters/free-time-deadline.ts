/** Node's timers, and the clock that is never set back. */
export interface Timers {
  /** Milliseconds since some moment. */
  now(): number;
  setTimeout(callback: () => void, ms: number): NodeJS.Timeout;
  clearTimeout(timeout: NodeJS.Timeout): void;
  /** Calls back after the next poll phase of the event loop: after the replies that have arrived were read. */
  setImmediate(callback: () => void): NodeJS.Immediate;
  clearImmediate(immediate: NodeJS.Immediate): void;
}

const NODE_TIMERS: Timers = { now: () => performance.now(), setTimeout, clearTimeout, setImmediate, clearImmediate };

/** The time of a deadline is counted in about so many ticks, each of them so long. Milliseconds. */
const TICKS = 20;
const MIN_TICK_MS = 5;
const MAX_TICK_MS = 50;

/** How long the event loop may be busy in all before a deadline passes all the same. Milliseconds. */
const MAX_BUSY_MS = 1000;

/** How often the event loop looks for replies, after the time is over, before the deadline passes. */
const LAST_POLLS = 2;

/**
 * A deadline that counts the time in which this process was free to read an answer (contract §5, promises 7 and 11). An
 * event loop that is busy, because it loads code or parses a large body, reads nothing: an answer that comes meanwhile is
 * not late. So the time is counted in short ticks, and a tick counts as long as it was meant to be, however late it ends.
 * After the last tick, the loop reads what has arrived before the deadline passes.
 *
 * It is on the path of every hit: a call that ends within the first tick costs one timer.
 */
export class FreeTimeDeadline {
  readonly #timers: Timers;
  readonly #tickMs: number;
  readonly #passed = new AbortController();
  /** When it passes at the latest, by the clock that is never set back. */
  readonly #latestAt: number;
  #leftMs: number;
  #timeout: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;

  /** @param ms how much free time there is. Milliseconds. */
  constructor(ms: number, timers: Timers = NODE_TIMERS) {
    this.#timers = timers;
    this.#tickMs = Math.min(Math.max(ms / TICKS, MIN_TICK_MS), MAX_TICK_MS);
    this.#latestAt = timers.now() + ms + MAX_BUSY_MS;
    this.#leftMs = ms;
    this.#startTick();
  }

  /** Aborted with a `TimeoutError` when the deadline passes. */
  get signal(): AbortSignal {
    return this.#passed.signal;
  }

  /** Ends the deadline: it does not pass any more. To be called when the call has ended, however it has. */
  clear(): void {
    if (this.#timeout !== undefined) this.#timers.clearTimeout(this.#timeout);
    if (this.#immediate !== undefined) this.#timers.clearImmediate(this.#immediate);
  }

  #startTick(): void {
    const tickMs = Math.min(this.#tickMs, this.#leftMs);
    this.#timeout = this.#timers.setTimeout(() => {
      this.#leftMs -= tickMs;
      if (this.#leftMs > 0 && this.#timers.now() < this.#latestAt) this.#startTick();
      else this.#pollLast(LAST_POLLS);
    }, tickMs);
  }

  #pollLast(times: number): void {
    this.#immediate = this.#timers.setImmediate(() => {
      if (times > 1) this.#pollLast(times - 1);
      else this.#passed.abort(new DOMException('The time for this call is over.', 'TimeoutError'));
    });
  }
}
