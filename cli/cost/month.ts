import { type Alternative, alternativesOf } from './alternatives.ts';
import { type Amounts, amountsOf, type Dollars, dollarsOf } from './cost-of.ts';
import type { CostPlan } from './plan.ts';
import { PRICES } from './prices.ts';

/** The secrets of a stack: the upstream's credentials, the keys' secret and the webhook's. Their reads are not counted. */
const SECRETS = 3;

/** The cost of a month. US dollars. */
export interface MonthCost {
  readonly amounts: Amounts;
  readonly dollars: Dollars;
  /** The cost without any look-up: secrets, and the key that encrypts in production. */
  readonly standing: number;
  readonly total: number;
  readonly instead: readonly Alternative[];
}

/** The cost of the plan in a month, and that of its alternatives. */
export function monthOf(plan: CostPlan): MonthCost {
  const amounts = amountsOf(plan);
  const dollars = dollarsOf(amounts);
  const standing = SECRETS * PRICES.secretMonth + PRICES.kmsKeyMonth;
  return {
    amounts,
    dollars,
    standing,
    total: dollars.total + standing,
    instead: alternativesOf(plan, amounts, standing),
  };
}
