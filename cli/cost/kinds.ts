import { type Amounts, amountsOf, type Dollars, dollarsOf } from './cost-of.ts';
import type { CostPlan } from './plan.ts';

const HIT = { hit: 1, stale: 0, notFound: 0, joined: 0, batch: 1, direct: 0 };
const MISS = { ...HIT, hit: 0 };

/** The kinds of look-ups, each as a plan with only this kind. */
export const KINDS: Readonly<Record<string, Omit<CostPlan, 'lookups' | 'upstreamMs'>>> = {
  hit: HIT,
  stale: { ...MISS, stale: 1 },
  miss: MISS,
  'not found': { ...MISS, notFound: 1 },
  'joined hit': { ...HIT, joined: 1 },
  'joined stale': { ...MISS, stale: 1, joined: 1 },
  'joined miss': { ...MISS, joined: 1 },
  'hit, batch of 10': { ...HIT, batch: 10 },
  'hit, batch of 100': { ...HIT, batch: 100 },
  'miss, batch of 100': { ...MISS, batch: 100 },
  'direct hit': { ...HIT, direct: 1 },
  'direct miss': { ...MISS, direct: 1 },
};

/** The use and the cost of a million look-ups of one kind. */
export interface KindCost {
  readonly kind: string;
  readonly amounts: Amounts;
  readonly dollars: Dollars;
}

/** The cost of a million look-ups of each kind. @param upstreamMs the duration of an upstream call */
export function costByKind(upstreamMs: number): readonly KindCost[] {
  return Object.entries(KINDS).map(([kind, shares]) => {
    const amounts = amountsOf({ ...shares, lookups: 1e6, upstreamMs });
    return { kind, amounts, dollars: dollarsOf(amounts) };
  });
}
