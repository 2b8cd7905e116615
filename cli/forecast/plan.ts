import type { FreshnessWindows } from '../../functions/lookup/freshness.ts';

/** A fleet of tills, its customers, its settings and its upstream. */
export interface ForecastPlan {
  readonly stores: number;
  /** Tills of a store. */
  readonly tills: number;
  /** Customers that one till serves in a day. */
  readonly visitsPerTill: number;
  /** Customers that the fleet knows. */
  readonly customers: number;
  /** The exponent of Zipf's law: how much more often some customers come than others. 0: all come equally often. */
  readonly skew: number;
  /** The share of visits in which a kiosk asks first, a minute or so before the till. 0 to 1. */
  readonly kioskShare: number;
  /** The share of visits in which another service asks after the till, some seconds later. 0 to 1. */
  readonly serviceShare: number;
  /** The share of visits of customers that the upstream does not know. 0 to 1. */
  readonly unknownShare: number;
  /** When the stores open and close. Hours of the day, 0 to 24. */
  readonly opens: number;
  readonly closes: number;
  /** The number of simulated days. If there are more than one, the first fills the cache and does not count. */
  readonly days: number;
  readonly windows: FreshnessWindows;
  readonly staleSoftTimeoutMs: number;
  /** The duration of an upstream call: the median. Milliseconds. */
  readonly upstreamMs: number;
  /** When the upstream fails, each day. */
  readonly outage: Outage | undefined;
  /** The fleet's budget: how often it may call the upstream in a minute. Undefined: there is none. */
  readonly callsPerMinute: number | undefined;
  readonly seed: number;
}

/** A time of each day at which every upstream call fails. Milliseconds since midnight. */
export interface Outage {
  readonly from: number;
  readonly to: number;
}

/** A minute. Milliseconds. */
export const MINUTE_MS = 60_000;
/** An hour. Milliseconds. */
export const HOUR_MS = 3_600_000;
/** A day. Milliseconds. */
export const DAY_MS = 86_400_000;

/** The number of minutes of a simulated time: work that begins in the last one may go on into one more. */
export function minutesOf(lengthMs: number): number {
  return Math.ceil(lengthMs / MINUTE_MS) + 1;
}

/** The minute of a moment; after the end it is the last one. @param minutes the number of minutes */
export function minuteAt(at: number, minutes: number): number {
  return Math.min(minutes - 1, Math.floor(at / MINUTE_MS));
}

/** How many visits the fleet has in a day. */
export function visitsPerDay({ stores, tills, visitsPerTill }: ForecastPlan): number {
  return stores * tills * visitsPerTill;
}

/** Whether the upstream fails at this moment of the simulated time. */
export function isOut({ outage }: Pick<ForecastPlan, 'outage'>, at: number): boolean {
  const sinceMidnight = at % DAY_MS;
  return outage !== undefined && sinceMidnight >= outage.from && sinceMidnight < outage.to;
}
