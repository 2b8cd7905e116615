import { type Alternative, alternativesOf } from './alternatives.ts';
import { type Amounts, amountsOf, type Dollars, dollarsOf } from './cost-of.ts';
import type { CostPlan } from './plan.ts';
import { type StandingDollars, standingDollars } from './standing.ts';

/** The cost of a month. US dollars. */
export interface MonthCost {
  readonly amounts: Amounts;
  readonly dollars: Dollars;
  /** The cost without any look-up, in production. */
  readonly standing: number;
  /** The parts of `standing`. */
  readonly standingParts: StandingDollars;
  readonly total: number;
  readonly instead: readonly Alternative[];
}

/** The cost of the plan in a month, and that of its alternatives. */
export function monthOf(plan: CostPlan): MonthCost {
  const amounts = amountsOf(plan);
  const dollars = dollarsOf(amounts);
  const standingParts = standingDollars();
  const standing = standingParts.total;
  return {
    amounts,
    dollars,
    standing,
    standingParts,
    total: dollars.total + standing,
    instead: alternativesOf(plan, amounts, standingParts),
  };
}
