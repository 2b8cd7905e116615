import { OUTCOMES, type Outcome } from './used.ts';

/** What is asked of the service in a month. Shares are 0 to 1. */
export interface CostPlan {
  readonly lookups: number;
  /** What is neither `hit` nor `stale` nor `notFound` is a miss. A "not found" that comes from the cache is a hit. */
  readonly hit: number;
  readonly stale: number;
  readonly notFound: number;
  /** Of the look-ups: those that join sections of v1.1, whatever becomes of them. */
  readonly joined: number;
  /** The look-ups of a request. */
  readonly batch: number;
  /** Of the requests: those by Lambda's Invoke, past the gateway. */
  readonly direct: number;
  /** How long the upstream takes. */
  readonly upstreamMs: number;
}

/** The share of the look-ups that end so. */
export function shareOf({ hit, stale, notFound }: CostPlan, outcome: Outcome): number {
  const miss = Math.max(0, 1 - hit - stale - notFound);
  return { hit, stale, notFound, miss }[outcome];
}

/** A sum over how look-ups end, weighted by how many do. */
export function perLookup(plan: CostPlan, of: (outcome: Outcome) => number): number {
  return OUTCOMES.reduce((sum, outcome) => sum + shareOf(plan, outcome) * of(outcome), 0);
}
