import { monotonicNow } from './monotonic-now.ts';

/** Node's timers, and the clock that is never set back. */
export interface Timers {
  /** Milliseconds since some moment. */
  now(): number;
  setTimeout(callback: () => void, ms: number): NodeJS.Timeout;
  clearTimeout(timeout: NodeJS.Timeout | undefined): void;
  /** Calls back after the next poll phase of the event loop: after it has read the replies that arrived. */
  setImmediate(callback: () => void): unknown;
}

const NODE_TIMERS: Timers = { now: monotonicNow, setTimeout, clearTimeout, setImmediate };

/** Free time is counted in ticks of this length. Milliseconds. */
const TICK_MS = 10;

/** The most that a tick counts, even if it ends later: timers are a little late on a loaded machine. Milliseconds. */
const MAX_COUNTED_MS = 2 * TICK_MS;

/** How long the event loop may be busy in total before a deadline passes anyway. Milliseconds. */
export const MAX_BUSY_MS = 1000;

/** How many times the event loop looks for replies between the end of the time and the end of the deadline. */
const LAST_POLLS = 2;

/**
 * A deadline that counts the time in which this process was free to read an answer (contract §5, promises 7 and 11).
 * While the event loop is busy, because it loads code or parses a large body, it reads nothing, so an answer that comes
 * then is not late. When the time is over, the loop first reads the answers that have arrived. Then the deadline
 * passes. Every hit uses this class: a single call that ends at once costs one timer.
 */
export class FreeTimeDeadline {
  readonly #passed = new AbortController();
  readonly #freeTime: FreeTime;
  /** When its time is over, in milliseconds of free time. */
  readonly endsAt: number;
  /** When its time is over at the latest, by the clock that is never set back. */
  readonly latestAt: number;

  /**
   * @param ms how much free time there is; 0 or less: none, so the loop reads only answers that have arrived.
   *   Milliseconds.
   * @param freeTime default: this process's
   * @param maxBusyMs how long the event loop may be busy in total before the deadline passes anyway. Milliseconds
   */
  constructor(ms: number, freeTime: FreeTime = processFreeTime, maxBusyMs = MAX_BUSY_MS) {
    this.#freeTime = freeTime;
    const leftMs = Math.max(0, ms);
    this.endsAt = freeTime.now() + leftMs;
    this.latestAt = freeTime.latestIn(leftMs + maxBusyMs);
    freeTime.watch(this);
  }

  /** Aborted with a `TimeoutError` when the deadline passes. */
  get signal(): AbortSignal {
    return this.#passed.signal;
  }

  /** Ends the deadline: it does not pass any more. Call it when the call has ended in any way. */
  clear(): void {
    this.#freeTime.forget(this);
  }

  /** For `FreeTime` only. */
  pass(): void {
    this.#passed.abort(new DOMException('The time for this call is over.', 'TimeoutError'));
  }
}

/** Counts the time in which a process is free, while there are deadlines. One timer counts it for all of them. */
export class FreeTime {
  readonly #timers: Timers;
  readonly #open = new Set<FreeTimeDeadline>();
  /** The free time until the last tick. */
  #countedMs = 0;
  #tickedAt = 0;
  #tick: NodeJS.Timeout | undefined;

  constructor(timers: Timers = NODE_TIMERS) {
    this.#timers = timers;
  }

  /** Milliseconds of free time since some moment. */
  now(): number {
    if (this.#tick === undefined) return this.#countedMs;
    return this.#countedMs + Math.min(this.#timers.now() - this.#tickedAt, MAX_COUNTED_MS);
  }

  /** The time in this many milliseconds, by the clock that is never set back. */
  latestIn(ms: number): number {
    return this.#timers.now() + ms;
  }

  /** Lets the deadline pass when its time is over. */
  watch(deadline: FreeTimeDeadline): void {
    this.#open.add(deadline);
    if (this.#tick !== undefined) return;
    this.#tickedAt = this.#timers.now();
    this.#startTick(deadline.endsAt - this.#countedMs);
  }

  forget(deadline: FreeTimeDeadline): void {
    this.#open.delete(deadline);
    if (this.#open.size === 0) this.#stop();
  }

  #startTick(untilNextMs: number): void {
    this.#tick = this.#timers.setTimeout(() => this.#endTick(), Math.min(untilNextMs, TICK_MS));
  }

  #endTick(): void {
    const now = this.#timers.now();
    this.#countedMs = this.now();
    this.#tickedAt = now;
    const over: FreeTimeDeadline[] = [];
    let nextAt = Number.POSITIVE_INFINITY;
    for (const deadline of this.#open) {
      if (deadline.endsAt <= this.#countedMs || deadline.latestAt <= now) over.push(deadline);
      else nextAt = Math.min(nextAt, deadline.endsAt);
    }
    this.#startTick(nextAt - this.#countedMs);
    if (over.length > 0) this.#passAfterPolls(over, LAST_POLLS);
  }

  #passAfterPolls(over: readonly FreeTimeDeadline[], polls: number): void {
    this.#timers.setImmediate(() => {
      const stillOpen = over.filter((deadline) => this.#open.has(deadline));
      if (polls > 1) return this.#passAfterPolls(stillOpen, polls - 1);
      for (const deadline of stillOpen) {
        this.forget(deadline);
        deadline.pass();
      }
    });
  }

  #stop(): void {
    this.#timers.clearTimeout(this.#tick);
    this.#tick = undefined;
  }
}

const processFreeTime = new FreeTime();
