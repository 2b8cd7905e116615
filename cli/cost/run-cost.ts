import type { Context } from '../command.ts';
import { type Exit, UsageError } from '../exit-codes.ts';
import { costByKind } from './kinds.ts';
import { monthOf } from './month.ts';
import type { CostPlan } from './plan.ts';
import { PRICES } from './prices.ts';
import { costLines } from './words.ts';

/** Says what the look-ups of a month cost. */
export async function runCost(plan: CostPlan, { output }: Context): Promise<Exit> {
  // Shares have six decimals at most. Further decimals come from the computer's arithmetic.
  if (plan.hit + plan.stale + plan.notFound > 1 + 1e-9) {
    throw new UsageError('--hit, --stale and --not-found are more than 1 together; allowed is a sum of 0 to 1.');
  }
  const [kinds, month] = [costByKind(plan.upstreamMs), monthOf(plan)];
  output.say({
    json: { plan, perMillion: kinds, month, prices: PRICES },
    lines: costLines(plan, kinds, month),
  });
  return 'ok';
}
