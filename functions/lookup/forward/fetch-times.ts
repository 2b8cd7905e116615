import type { Api } from '../../customer/request/canonical-request.ts';

/** The weight of a new fetch in the running estimate. */
const WEIGHT = 0.25;
/** How many of an instance's first fetches may have taken longer than others, because they opened its connections. */
const FIRST_COUNT = 3;

interface Estimate {
  meanMs: number;
  deviationMs: number;
  shortestMs: number;
  /** How many fetches the estimate is made of. If another instance's estimate was the start, it begins at FIRST_COUNT. */
  count: number;
}

/**
 * How long the fetches of an instance take, from the lease until its end: a running mean and a running deviation, as
 * TCP estimates a round trip (RFC 6298). Each instance has one.
 */
export class FetchTimes {
  readonly #measured = new Map<Api, Estimate>();
  readonly #told = new Map<Api, number>();

  /** Takes note of a fetch that was answered. */
  note(api: Api, tookMs: number): void {
    const estimate = this.#measured.get(api) ?? this.#begin(api, tookMs);
    const errorMs = tookMs - estimate.meanMs;
    estimate.meanMs += WEIGHT * errorMs;
    estimate.deviationMs += WEIGHT * (Math.abs(errorMs) - estimate.deviationMs);
    estimate.shortestMs = Math.min(estimate.shortestMs, tookMs);
    estimate.count += 1;
  }

  /** Takes note of what another instance expects. It counts until this instance has measured a fetch of its own. */
  hear(api: Api, expectedMs: number): void {
    this.#told.set(api, expectedMs);
  }

  /**
   * Most fetches take at least this long: a waiter need not read earlier. While all known fetches are the first ones of
   * this instance, the shortest of them counts. Whole milliseconds; undefined: not known yet.
   */
  expectedMs(api: Api): number | undefined {
    const measured = this.#measured.get(api);
    if (measured === undefined) return this.#told.get(api);
    const { meanMs, deviationMs, shortestMs, count } = measured;
    const usualMs = Math.max(0, meanMs - deviationMs);
    return Math.round(count <= FIRST_COUNT ? Math.min(usualMs, shortestMs) : usualMs);
  }

  /** Begins the estimate of an API with the time that another instance expects, or with the first fetch. */
  #begin(api: Api, tookMs: number): Estimate {
    const told = this.#told.get(api);
    const count = told === undefined ? 0 : FIRST_COUNT;
    const estimate = { meanMs: told ?? tookMs, deviationMs: 0, shortestMs: Number.POSITIVE_INFINITY, count };
    this.#measured.set(api, estimate);
    return estimate;
  }
}
