import { setImmediate as turn } from 'node:timers/promises';
import { contradictions } from '../../functions/settings/wrong-settings.ts';
import type { Context } from '../command.ts';
import { PRICES } from '../cost/prices.ts';
import { type Exit, UsageError } from '../exit-codes.ts';
import { preparePlots, writePlots } from '../plots.ts';
import { figuresOf } from './figures.ts';
import { forecast } from './forecast.ts';
import type { ForecastPlan, Outage } from './plan.ts';
import { sweep } from './sweep.ts';
import { forecastLines } from './words.ts';

interface Options {
  readonly stores: number;
  readonly tills: number;
  readonly visits: number;
  readonly customers: number;
  readonly skew: number;
  readonly kiosks: number;
  readonly services: number;
  readonly unknown: number;
  readonly open: { readonly opens: number; readonly closes: number };
  readonly outage: Outage | undefined;
  readonly limit: number | undefined;
  readonly budget: number | undefined;
  readonly upstreamMs: number;
  readonly freshSeconds: number;
  readonly staleWhileRevalidateSeconds: number;
  readonly staleIfErrorSeconds: number;
  readonly notFoundFreshSeconds: number;
  readonly staleSoftTimeoutMs: number;
  readonly plots: string | undefined;
  readonly seed: number;
}

/** Plays a day of a fleet, and says what the cache does for it. */
export async function runForecast(given: Options, { output, progress, signal }: Context): Promise<Exit> {
  refuseContradictions(given);
  const plan = planOf(given);
  if (given.plots !== undefined) await preparePlots(given.plots);
  const step = async (): Promise<void> => {
    await turn();
    signal.throwIfAborted();
  };
  const tally = await progress.counting('Playing the look-ups of two days', (tell) =>
    forecast(plan, (done) => {
      tell(done);
      return step();
    }),
  );
  const figures = figuresOf(plan, tally, given.limit);
  const files = given.plots === undefined ? [] : await drawInto(given.plots);
  output.say({
    json: { plan, figures, prices: PRICES, plots: files },
    lines: [...forecastLines(plan, figures), ...files.map((file) => `wrote ${file}`)],
  });
  return 'ok';

  async function drawInto(folder: string): Promise<readonly string[]> {
    const plots = await progress.counting('Playing smaller fleets for the plots', (tell) =>
      sweep(plan, given.limit, (done) => {
        tell(done);
        return step();
      }),
    );
    return writePlots(folder, plots);
  }
}

/** @throws {UsageError} if the service would refuse the settings together */
function refuseContradictions(given: Options): void {
  const [problem] = contradictions({
    FRESH_SECONDS: given.freshSeconds,
    STALE_WHILE_REVALIDATE_SECONDS: given.staleWhileRevalidateSeconds,
    STALE_IF_ERROR_SECONDS: given.staleIfErrorSeconds,
  });
  if (problem !== undefined) throw new UsageError(problem);
}

/** The plan of the given options, for two days: the first one fills the cache. */
function planOf(given: Options): ForecastPlan {
  const { stores, tills, customers, upstreamMs, staleSoftTimeoutMs, seed, outage } = given;
  return {
    stores,
    tills,
    customers,
    upstreamMs,
    staleSoftTimeoutMs,
    seed,
    outage,
    ...given.open,
    callsPerMinute: given.budget,
    visitsPerTill: given.visits,
    skew: given.skew / 100,
    kioskShare: given.kiosks / 100,
    serviceShare: given.services / 100,
    unknownShare: given.unknown / 100,
    days: 2,
    windows: {
      freshForMs: given.freshSeconds * 1000,
      staleWhileRevalidateMs: given.staleWhileRevalidateSeconds * 1000,
      staleIfErrorMs: given.staleIfErrorSeconds * 1000,
      notFoundFreshForMs: given.notFoundFreshSeconds * 1000,
    },
  };
}
