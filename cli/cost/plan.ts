import { OUTCOMES, type Outcome } from './used.ts';

/** The requests to the service in a month. Shares are 0 to 1. */
export interface CostPlan {
  readonly lookups: number;
  /** A look-up that is not counted in `hit`, `stale` or `notFound` is a miss. A "not found" from the cache is a hit. */
  readonly hit: number;
  readonly stale: number;
  readonly notFound: number;
  /** The share of look-ups that join sections of v1.1, whatever their outcome. */
  readonly joined: number;
  /** How many look-ups a request holds. */
  readonly batch: number;
  /** The share of requests that come by Lambda's Invoke, without the gateway. */
  readonly direct: number;
  /** The duration of an upstream call. */
  readonly upstreamMs: number;
}

/** The share of the look-ups with this outcome. */
export function shareOf({ hit, stale, notFound }: CostPlan, outcome: Outcome): number {
  const miss = Math.max(0, 1 - hit - stale - notFound);
  return { hit, stale, notFound, miss }[outcome];
}

/** A sum over the outcomes of look-ups, weighted by their shares. */
export function perLookup(plan: CostPlan, of: (outcome: Outcome) => number): number {
  return OUTCOMES.reduce((sum, outcome) => sum + shareOf(plan, outcome) * of(outcome), 0);
}
