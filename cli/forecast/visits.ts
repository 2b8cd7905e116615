import { DAY_MS, type ForecastPlan, HOUR_MS, visitsPerDay } from './plan.ts';
import { poisson, type Random } from './random.ts';

/** How long before the till a kiosk asks, and how long after it a service asks. Milliseconds. */
const KIOSK_BEFORE = { from: 20_000, to: 120_000 } as const;
const SERVICE_AFTER = { from: 2_000, to: 10_000 } as const;

/**
 * How often a customer of this rank comes in a day, by Zipf's law.
 *
 * @returns for ranks from 1 (the one that comes most often)
 */
export function visitRates(plan: ForecastPlan): (rank: number) => number {
  const { customers, skew } = plan;
  const known = visitsPerDay(plan) * (1 - plan.unknownShare);
  const scale = known / harmonic(customers, skew);
  return (rank) => scale * rank ** -skew;
}

/** The sum of n⁻ˢ for n from 1 to `count`: its beginning exactly, the rest as an integral. */
export function harmonic(count: number, skew: number): number {
  const exact = Math.min(count, 1000);
  let sum = 0;
  for (let n = 1; n <= exact; n += 1) sum += n ** -skew;
  if (count <= exact) return sum;
  const [from, to] = [exact + 0.5, count + 0.5];
  return sum + (skew === 1 ? Math.log(to / from) : (to ** (1 - skew) - from ** (1 - skew)) / (1 - skew));
}

/**
 * The moments at which one customer is looked up, in their order. Milliseconds since the first midnight.
 * @param perDay how often the customer comes in a day, on average
 */
export function lookupTimes(plan: ForecastPlan, perDay: number, random: Random): readonly number[] {
  const count = poisson(perDay * plan.days, random);
  if (count === 0) return NONE;
  const times: number[] = [];
  for (let visit = 0; visit < count; visit += 1) addVisit(times, plan, random);
  return times.length === 1 ? times : times.sort((left, right) => left - right);
}

const NONE: readonly number[] = [];

function addVisit(times: number[], plan: ForecastPlan, random: Random): void {
  const day = plan.days === 1 ? 0 : Math.floor(random() * plan.days);
  const till = day * DAY_MS + timeOfDay(plan, random);
  times.push(till);
  if (plan.kioskShare > 0 && random() < plan.kioskShare) times.push(Math.max(0, till - between(KIOSK_BEFORE, random)));
  if (plan.serviceShare > 0 && random() < plan.serviceShare) times.push(till + between(SERVICE_AFTER, random));
}

/** Quiet at the opening and at the closing, twice as busy as the average in between (half a sine wave, squared). */
function timeOfDay({ opens, closes }: ForecastPlan, random: Random): number {
  for (;;) {
    const share = random();
    if (random() < Math.sin(Math.PI * share) ** 2) return (opens + share * (closes - opens)) * HOUR_MS;
  }
}

function between({ from, to }: { readonly from: number; readonly to: number }, random: Random): number {
  return from + random() * (to - from);
}
