/** The state of the upstream: the kind of its next answers. */
export interface UpstreamMood {
  readonly failProbability: number;
  readonly slowProbability: number;
  /**
   * How long a slow answer takes. Default: from a little less than the soft timeout to more than the upstream's budget.
   */
  readonly slowMs?: readonly [from: number, to: number];
  /** Found, but incomplete; found, but another customer; refused. */
  readonly oddProbability: number;
}

/** An API that throttles: for how long, and with which Retry-After. */
export interface Throttling {
  /** True time. */
  readonly until: number;
  /** The value of Retry-After. Undefined: there is none, or an unusable one. */
  readonly retryAfterMs: number | undefined;
}

const STEADY = { failProbability: 0, slowProbability: 0, oddProbability: 0 };

export const WELL: UpstreamMood = STEADY;
export const SLOW: UpstreamMood = { ...STEADY, slowProbability: 0.7 };
export const DOWN: UpstreamMood = { ...STEADY, failProbability: 1, slowProbability: 0.3 };
/** Slower than the soft timeout, and faster than the fetch's whole budget. */
export const STEADILY_SLOW: UpstreamMood = { ...STEADY, slowProbability: 1, slowMs: [650, 2200] };
export const ODD: UpstreamMood = { failProbability: 0, slowProbability: 0.2, oddProbability: 0.3 };
/** Slow or not, and as often refused as not: a caller may be refused while an older fetch is in progress. */
export const CONTRADICTING: UpstreamMood = {
  ...STEADY,
  slowProbability: 0.5,
  slowMs: [300, 2000],
  oddProbability: 0.5,
};
export const FAILING: UpstreamMood = { failProbability: 0.3, slowProbability: 0.3, oddProbability: 0.1 };

export const MOODS: readonly UpstreamMood[] = [WELL, SLOW, FAILING, ODD, DOWN];
