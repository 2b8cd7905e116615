import { type FreeTime, FreeTimeDeadline } from '../free-time-deadline.ts';

/**
 * How much longer than its budget a fetch may take if the process was busy, in wall-clock time. A waiting look-up that
 * begins to fetch at its last moment must still have its answer within its deadline (contract §5, promise 8).
 * Milliseconds.
 */
export const MAX_OVERRUN_MS = 500;

/**
 * The deadline of one fetch. It counts the time in which this process was free to read an answer (promise 11), and
 * passes at the latest `maxOverrunMs` after its time. Before it passes, the process reads an answer that has arrived.
 * If the caller gives up, it passes at once.
 */
export class FetchDeadline {
  /** Aborted when the deadline passes. */
  readonly signal: AbortSignal;
  readonly #freeTime: FreeTimeDeadline;

  /**
   * @param ms the whole budget of the fetch. Milliseconds.
   * @param givenUp aborted when the caller no longer waits
   * @param maxOverrunMs a longer time than MAX_OVERRUN_MS counts as MAX_OVERRUN_MS. Milliseconds.
   * @param freeTime default: this process's
   */
  constructor(ms: number, givenUp: AbortSignal, maxOverrunMs: number, freeTime?: FreeTime) {
    this.#freeTime = new FreeTimeDeadline(ms, freeTime, Math.min(maxOverrunMs, MAX_OVERRUN_MS));
    this.signal = AbortSignal.any([givenUp, this.#freeTime.signal]);
  }

  /** Ends the deadline: it does not pass any more. Call it when the fetch has ended in any way. */
  clear(): void {
    this.#freeTime.clear();
  }
}
