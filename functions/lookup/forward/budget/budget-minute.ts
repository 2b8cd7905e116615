import { MAX_CLOCK_DIFFERENCE_MS } from '../../fleet.ts';

/** The length of a minute. Milliseconds. */
export const MINUTE_MS = 60_000;

/** The share of a minute's calls that may be made around its beginning. */
const EDGE_SHARE = 0.05;

/** The minute for which a call counts, by the clock of one instance. */
export interface BudgetMinute {
  /** Minutes since the epoch. */
  readonly minute: number;
  /** Whether it is so near its beginning that another clock of the fleet may still show the minute before. */
  readonly isEdge: boolean;
  /** The time until more calls are allowed. More than 0. Milliseconds. */
  readonly refillsInMs: number;
}

/**
 * The minute for which a call counts. The clocks of the fleet and of the upstream differ by up to half a second. So a
 * call near the end of a minute may reach the upstream in this minute or in the next one. It counts for the next one,
 * and only a small share of the next minute's calls may be used this early. So in each minute of its own clock the
 * upstream gets the calls of one minute's counter, and at most that share of another one.
 *
 * @param now epoch milliseconds
 */
export function budgetMinute(now: number): BudgetMinute {
  const sinceMs = ((now % MINUTE_MS) + MINUTE_MS) % MINUTE_MS;
  const minute = Math.floor(now / MINUTE_MS);
  if (sinceMs < MAX_CLOCK_DIFFERENCE_MS) {
    return { minute, isEdge: true, refillsInMs: MAX_CLOCK_DIFFERENCE_MS - sinceMs };
  }
  const leftMs = MINUTE_MS - sinceMs;
  if (leftMs > MAX_CLOCK_DIFFERENCE_MS) return { minute, isEdge: false, refillsInMs: leftMs };
  return { minute: minute + 1, isEdge: true, refillsInMs: leftMs + MAX_CLOCK_DIFFERENCE_MS };
}

/** How many of a minute's calls are allowed so far. At least 1. @param limit calls a minute, at least 1 */
export function callsByNow({ isEdge }: Pick<BudgetMinute, 'isEdge'>, limit: number): number {
  return isEdge ? Math.max(1, Math.floor(Math.round(limit * EDGE_SHARE * 1e6) / 1e6)) : limit;
}
