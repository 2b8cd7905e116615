import { dollarsOf } from '../cost/cost-of.ts';
import { amountsOf } from './amounts.ts';
import { estimateInstances } from './instances.ts';
import type { ForecastPlan } from './plan.ts';
import { OUTCOMES, type Outcome, type Tally } from './tally.ts';

/** The figures of a forecast. Shares are 0 to 1. Counts are for one day. */
export interface ForecastFigures {
  readonly lookupsPerDay: number;
  readonly shares: Readonly<Record<Outcome, number>>;
  /** The share that the cache answers: fresh, stale, or with another look-up's fetch. */
  readonly answeredByCache: number;
  readonly ageAtServing: { readonly p50Seconds: number; readonly p99Seconds: number };
  readonly upstream: {
    readonly callsPerDay: number;
    readonly mostPerMinute: number;
    /** Minutes of a day in which the calls exceed the limit; undefined: no limit was given. */
    readonly minutesOverLimit: number | undefined;
  };
  /** Look-ups and revalidations without a call from the budget; undefined: there is no budget. */
  readonly refusedPerDay: number | undefined;
  readonly dynamoDb: { readonly readUnitsPerDay: number; readonly writeUnitsPerDay: number };
  /** US dollars, by the prices of `cli/cost/prices.ts`. Monthly costs, such as secrets, are not counted. */
  readonly dollarsPerMillion: number;
  readonly instances: { readonly most: number; readonly coldStartsPerDay: number };
}

/** @param limit the upstream's calls a minute */
export function figuresOf(plan: ForecastPlan, tally: Tally, limit?: number): ForecastFigures {
  const days = Math.max(1, plan.days - 1);
  const { total } = tally;
  const shares = Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, total === 0 ? 0 : tally.lookups[outcome] / total]),
  ) as Record<Outcome, number>;
  const { most, coldStarts } = estimateInstances(tally.lookupsByMinute, tally.callsByMinute, plan.upstreamMs / 1000);
  const amounts = amountsOf(plan, tally);
  const overLimit = limit === undefined ? undefined : tally.callsByMinute.filter((calls) => calls > limit).length;
  return {
    lookupsPerDay: Math.round(total / days),
    shares,
    answeredByCache: shares.hit + shares.stale + shares.collapsed,
    ageAtServing: { p50Seconds: tally.ageSeconds(0.5), p99Seconds: tally.ageSeconds(0.99) },
    upstream: {
      callsPerDay: Math.round(tally.upstreamCalls / days),
      mostPerMinute: busiest(tally.callsByMinute, 1),
      minutesOverLimit: overLimit === undefined ? undefined : Math.round(overLimit / days),
    },
    refusedPerDay: plan.callsPerMinute === undefined ? undefined : Math.round(tally.refusals / days),
    dynamoDb: {
      readUnitsPerDay: Math.round(amounts.readUnits / days),
      writeUnitsPerDay: Math.round(amounts.writeUnits / days),
    },
    dollarsPerMillion: total === 0 ? 0 : (1e6 * dollarsOf(amounts).total) / total,
    instances: { most, coldStartsPerDay: Math.round(coldStarts / days) },
  };
}

/** The calls of a minute, as the average over the busiest span with this number of minutes. */
export function busiest(callsByMinute: Uint32Array, minutes: number): number {
  let [sum, most] = [0, 0];
  for (const [minute, calls] of callsByMinute.entries()) {
    sum += calls - (callsByMinute[minute - minutes] ?? 0);
    most = Math.max(most, sum);
  }
  return Math.round(most / minutes);
}
