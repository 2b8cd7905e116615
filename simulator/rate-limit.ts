const MINUTE_MS = 60_000;

/** Limits the calls in a minute, per caller and API, counted from the full minute [P]. */
export class RateLimit {
  readonly #now: () => number;
  #window = Number.NaN;
  readonly #counts = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * Counts a call.
   *
   * @param perMinute 0: no limit
   * @returns zero if it is allowed; if not, the seconds until the next minute begins, at least 1
   */
  take(caller: string, api: string, perMinute: number): number {
    const now = this.#now();
    const window = Math.floor(now / MINUTE_MS);
    if (window !== this.#window) {
      this.#window = window;
      this.#counts.clear();
    }
    const key = JSON.stringify([caller, api]);
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    if (perMinute === 0 || count <= perMinute) return 0;
    return Math.max(1, Math.ceil(((window + 1) * MINUTE_MS - now) / 1000));
  }
}
