import { linePlot } from '../line-plot.ts';
import type { Plot } from '../plots.ts';
import { busiest, type ForecastFigures, figuresOf } from './figures.ts';
import { forecast } from './forecast.ts';
import { type ForecastPlan, visitsPerDay } from './plan.ts';

/** The FRESH_SECONDS of the first plot. */
const FRESH_SECONDS = [30, 60, 120, 300, 600, 1200, 1800, 3600] as const;
/** The fleets of the second plot, as shares of the planned one. */
const FLEETS = [0.1, 0.25, 0.5, 1, 2] as const;
/**
 * A sweep plays this number of look-ups a day at most for each point: a sample of the customers represents all of them.
 */
const LOOKUPS_A_POINT = 300_000;

/** The data of one point of a plot. */
interface Point {
  readonly figures: ForecastFigures;
  /** Both over the busiest ten minutes: one minute of a sample depends too much on chance. */
  readonly callsAMinute: number;
  readonly lookupsAMinute: number;
}

/**
 * Plays a plan for several values of FRESH_SECONDS, and for smaller and larger fleets, and draws the results.
 * @param onStep as of `forecast`
 */
export async function sweep(
  plan: ForecastPlan,
  limit: number | undefined,
  onStep: (done: number) => Promise<void>,
): Promise<readonly Plot[]> {
  const points = FRESH_SECONDS.length + FLEETS.length;
  let played = 0;
  const play = async (each: ForecastPlan): Promise<Point> => {
    const { sample, share } = sampleOf(each);
    const tally = await forecast(sample, (done) => onStep((played + done) / points));
    played += 1;
    return {
      figures: figuresOf(sample, tally),
      callsAMinute: busiest(tally.callsByMinute, 10) / share,
      lookupsAMinute: busiest(tally.lookupsByMinute, 10) / share,
    };
  };
  const byFreshness: [number, ForecastFigures][] = [];
  for (const seconds of FRESH_SECONDS) {
    const windows = { ...plan.windows, freshForMs: seconds * 1000 };
    byFreshness.push([seconds, (await play({ ...plan, windows })).figures]);
  }
  const byFleet: [number, Point][] = [];
  for (const share of FLEETS) {
    const stores = Math.max(1, Math.round(plan.stores * share));
    byFleet.push([stores, await play({ ...plan, stores })]);
  }
  const percent = (share: number) => share * 100;
  return [
    {
      file: 'forecast-freshness.svg',
      svg: linePlot({
        title: 'What FRESH_SECONDS brings',
        x: 'FRESH_SECONDS',
        y: 'per cent of the look-ups',
        most: 100,
        series: [
          {
            name: 'answered by the cache',
            points: byFreshness.map(([at, { answeredByCache }]) => [at, percent(answeredByCache)]),
          },
          { name: 'fresh hits', points: byFreshness.map(([at, { shares }]) => [at, percent(shares.hit)]) },
        ],
      }),
    },
    {
      file: 'forecast-fleet.svg',
      svg: linePlot({
        title: 'The upstream’s busiest ten minutes, by the size of the fleet',
        x: 'stores',
        y: 'upstream calls a minute',
        ...(limit !== undefined && { mark: { at: limit, label: 'the limit' } }),
        series: [
          { name: 'with Lookaside', points: byFleet.map(([at, { callsAMinute }]) => [at, callsAMinute]) },
          { name: 'without a cache', points: byFleet.map(([at, { lookupsAMinute }]) => [at, lookupsAMinute]) },
        ],
      }),
    },
  ];
}

/** A smaller fleet with proportionally fewer customers and calls, so that each customer comes equally often. */
export function sampleOf(plan: ForecastPlan): { readonly sample: ForecastPlan; readonly share: number } {
  const share = Math.min(1, LOOKUPS_A_POINT / visitsPerDay(plan));
  const customers = Math.max(1, Math.round(plan.customers * share));
  const callsPerMinute = plan.callsPerMinute && Math.max(1, Math.round(plan.callsPerMinute * share));
  return { sample: { ...plan, stores: plan.stores * share, customers, callsPerMinute }, share };
}
