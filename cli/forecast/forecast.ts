import { playCustomer } from './cached-customer.ts';
import { DAY_MS, type ForecastPlan, visitsPerDay } from './plan.ts';
import { inRounds, MOST_ROUNDS, type PlayedBudget } from './played-budget.ts';
import { randomFrom } from './random.ts';
import { Tally } from './tally.ts';
import { lookupTimes, visitRates } from './visits.ts';

/** After this number of customers the forecast reports its progress. */
const CUSTOMERS_A_STEP = 20_000;
/** How often a customer that the upstream does not know comes, in the simulated time. */
const VISITS_OF_UNKNOWN = 1;

/**
 * Plays the look-ups of all customers: once, or with a budget until its calls keep to the limit.
 * @param onStep gets the completed share, now and then, and may let other work run; its error ends the forecast
 */
export async function forecast(plan: ForecastPlan, onStep: (done: number) => Promise<void>): Promise<Tally> {
  if (plan.callsPerMinute === undefined) return playAll(plan, undefined, onStep);
  return inRounds(plan.callsPerMinute, plan.days * DAY_MS, (budget, done) =>
    playAll(plan, budget, (share) => onStep(done + share / MOST_ROUNDS)),
  );
}

async function playAll(
  plan: ForecastPlan,
  budget: PlayedBudget | undefined,
  onStep: (done: number) => Promise<void>,
): Promise<Tally> {
  const tally = new Tally(plan.days * DAY_MS, plan.days > 1 ? DAY_MS : 0);
  // Separate chance, so that customers come at the same moments in every round.
  const [visits, chances] = [randomFrom(plan.seed), randomFrom(plan.seed + 1)];
  const rateOf = visitRates(plan);
  const unknown = Math.round((visitsPerDay(plan) * plan.unknownShare * plan.days) / VISITS_OF_UNKNOWN);
  const all = plan.customers + unknown;
  for (let played = 0; played < all; played += 1) {
    const isKnown = played < plan.customers;
    const perDay = isKnown ? rateOf(played + 1) : VISITS_OF_UNKNOWN / plan.days;
    const times = lookupTimes(plan, perDay, visits);
    if (times.length > 0) playCustomer(times, isKnown ? 'found' : 'not-found', plan, chances, { tally, budget });
    if (played % CUSTOMERS_A_STEP === 0) await onStep(played / all);
  }
  return tally;
}
