import type { Api } from '../../customer/request/canonical-request.ts';

/** The weight of a new fetch in the running estimate. */
const WEIGHT = 0.25;

interface Estimate {
  meanMs: number;
  deviationMs: number;
}

/**
 * How long the fetches of an instance take, from the lease until its end: a running mean and a running deviation, as TCP
 * estimates a round trip (RFC 6298). One for each instance.
 */
export class FetchTimes {
  readonly #measured = new Map<Api, Estimate>();
  readonly #told = new Map<Api, number>();

  /** Takes note of a fetch that was answered. */
  note(api: Api, tookMs: number): void {
    const known = this.#measured.get(api);
    if (known === undefined) {
      this.#measured.set(api, { meanMs: tookMs, deviationMs: 0 });
      return;
    }
    const errorMs = tookMs - known.meanMs;
    known.meanMs += WEIGHT * errorMs;
    known.deviationMs += WEIGHT * (Math.abs(errorMs) - known.deviationMs);
  }

  /** Takes note of what another instance expects. It counts until this instance has measured a fetch of its own. */
  hear(api: Api, expectedMs: number): void {
    this.#told.set(api, expectedMs);
  }

  /**
   * Most fetches take at least this long: a waiter need not read earlier. Whole milliseconds; undefined: not known yet.
   */
  expectedMs(api: Api): number | undefined {
    const measured = this.#measured.get(api);
    if (measured === undefined) return this.#told.get(api);
    return Math.max(0, Math.round(measured.meanMs - measured.deviationMs));
  }
}
