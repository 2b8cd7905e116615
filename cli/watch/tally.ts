import type { FailureKind } from '../../functions/lookup/upstream.ts';
import type { Answered } from '../../functions/metric-names.ts';
import type { Observation } from '../../local/observation/observation.ts';
import type { Outcome } from '../../local/observation/outcome.ts';

/** How look-ups were answered in a span of time. */
export interface Tally {
  /** Look-ups by their outcome; an absent outcome counts 0. */
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
  readonly lookups: number;
  /**
   * The share that the cache answered, of the look-ups that it could have answered, 0 to 1. Undefined: there was none.
   */
  readonly hitRatio: number | undefined;
  /** The durations of hits. */
  readonly hitMs: Spread | undefined;
  /** The durations of upstream calls. */
  readonly upstreamMs: Spread | undefined;
  readonly upstreamCalls: number;
  readonly upstreamFailures: number;
  /** How often the fleet's budget had no call left. The upstream was not asked, so this is no failure of it. */
  readonly budgetRefusals: number;
  readonly storeFailures: number;
}

/** Half of them, and 99 of 100, took this long at most. Milliseconds. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
}

/** The outcomes that count as a look-up, in the order in which they are shown. */
export const LOOKUP_OUTCOMES = [
  ...(['hit', 'stale', 'collapsed', 'miss', 'bypass', 'pending', 'not-cached', 'refused', 'failed', 'fault'] as const),
] as const satisfies readonly Outcome[];
type LookupOutcome = (typeof LOOKUP_OUTCOMES)[number];

const FROM_CACHE: readonly LookupOutcome[] = ['hit', 'stale'];
/** Look-ups that the cache could have answered. */
const COUNTED: readonly LookupOutcome[] = [...FROM_CACHE, 'collapsed', 'miss', 'pending', 'failed'];

/** CloudWatch's names, as outcomes. A request for a newer answer went forward, as a miss does. */
export const OUTCOME_OF_METRIC: Readonly<Record<Answered | 'Refused' | 'Fault', LookupOutcome>> = {
  Hit: 'hit',
  Stale: 'stale',
  Collapsed: 'collapsed',
  Miss: 'miss',
  Request: 'miss',
  Bypass: 'bypass',
  Pending: 'pending',
  Refused: 'refused',
  Fault: 'fault',
};

/** The failure that says that the fleet's budget had no call left. */
const OVER_BUDGET: FailureKind = 'over-budget';

/** How many durations are remembered for the spreads: the latest. */
const MAX_TIMES = 10_000;

/** Adds up the requests that the service of `npm start` reports. It may run for any time. */
export class RunningTally {
  readonly #counts: Partial<Record<Outcome, number>> = {};
  readonly #hitMs: number[] = [];
  readonly #upstreamMs: number[] = [];
  #upstreamCalls = 0;
  #upstreamFailures = 0;
  #budgetRefusals = 0;
  #storeFailures = 0;

  add(requests: readonly Observation[]): this {
    for (const { api, outcome, outcomes, durationMs, upstreamDurationMs, upstreamFailure, storeFailure } of requests) {
      for (const each of outcomes ?? (api === undefined ? [] : [outcome]))
        this.#counts[each] = (this.#counts[each] ?? 0) + 1;
      if (outcome === 'hit') this.#hitMs.push(durationMs);
      if (upstreamDurationMs !== undefined) {
        this.#upstreamMs.push(upstreamDurationMs);
        this.#upstreamCalls += 1;
      }
      if (upstreamFailure === OVER_BUDGET) this.#budgetRefusals += 1;
      else if (upstreamFailure !== undefined) this.#upstreamFailures += 1;
      if (storeFailure !== undefined) this.#storeFailures += 1;
    }
    for (const times of [this.#hitMs, this.#upstreamMs]) times.splice(0, times.length - MAX_TIMES);
    return this;
  }

  tally(): Tally {
    return {
      ...summaryOf({ ...this.#counts }),
      hitMs: spreadOf(this.#hitMs),
      upstreamMs: spreadOf(this.#upstreamMs),
      upstreamCalls: this.#upstreamCalls,
      upstreamFailures: this.#upstreamFailures,
      budgetRefusals: this.#budgetRefusals,
      storeFailures: this.#storeFailures,
    };
  }
}

/** The values that follow from the counts alone. */
export function summaryOf(
  counts: Readonly<Partial<Record<Outcome, number>>>,
): Pick<Tally, 'counts' | 'lookups' | 'hitRatio'> {
  const sum = (outcomes: readonly Outcome[]) => outcomes.reduce((total, outcome) => total + (counts[outcome] ?? 0), 0);
  const counted = sum(COUNTED);
  return { counts, lookups: sum(LOOKUP_OUTCOMES), hitRatio: counted === 0 ? undefined : sum(FROM_CACHE) / counted };
}

/** Nearest rank: the smallest value that this share does not exceed. */
function spreadOf(values: readonly number[]): Spread | undefined {
  if (values.length === 0) return undefined;
  const sorted = [...values].sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p99: at(0.99) };
}
