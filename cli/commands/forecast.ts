import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import type { Parameter } from '../command.ts';
import { defineCommand } from '../command.ts';
import { PRICES } from '../cost/prices.ts';
import { figuresOf } from '../forecast/figures.ts';
import { forecast as play } from '../forecast/forecast.ts';
import { DAY_MS, type ForecastPlan, HOUR_MS, MINUTE_MS, type Outage } from '../forecast/plan.ts';
import { sweep } from '../forecast/sweep.ts';
import { forecastLines } from '../forecast/words.ts';
import { text, wholeNumber } from '../parameters.ts';

const count = (standIn: number, to: number, help: string, from = 1) =>
  wholeNumber({ from, to, standIn }, { value: 'N', help });
const percent = (standIn: number, help: string) =>
  wholeNumber({ from: 0, to: 100, standIn }, { value: 'PERCENT', help });
const setting = (name: string, standIn: number, to: number, from = 0) =>
  wholeNumber({ from, to, standIn }, { value: 'N', help: `the setting ${name}` });

export const forecast = defineCommand({
  name: 'forecast',
  summary: 'say what the cache will do for a fleet of tills',
  description:
    "It plays the look-ups of every customer with the functions' own decision code, for a day that begins with a warm cache, and " +
    'sends no request to any service. Instances are an estimate; units are those of a profile of up to 4 KB.',
  arguments: {},
  options: {
    stores: count(100, 100_000, 'stores'),
    tills: count(4, 1000, 'tills of a store'),
    visits: count(150, 100_000, 'customers that a till serves in a day'),
    customers: count(1_000_000, 100_000_000, 'customers that the fleet knows'),
    skew: percent(60, "how much more often some customers come than others: the exponent of Zipf's law, in hundredths"),
    kiosks: percent(30, 'visits in which a kiosk asks before the till'),
    services: percent(50, 'visits in which another service asks after the till'),
    unknown: percent(5, 'visits of customers that the upstream does not know'),
    open: hours('9-21'),
    outage: outage(),
    limit: optionalCount('the calls a minute that the upstream allows'),
    budget: optionalCount('the setting UPSTREAM_CALLS_PER_MINUTE'),
    upstreamMs: count(300, 60_000, 'how long the upstream takes: the median, in milliseconds'),
    freshSeconds: setting('FRESH_SECONDS', 300, 2_592_000),
    staleWhileRevalidateSeconds: setting('STALE_WHILE_REVALIDATE_SECONDS', 900, 2_592_000),
    staleIfErrorSeconds: setting('STALE_IF_ERROR_SECONDS', 86_400, 2_592_000),
    notFoundFreshSeconds: setting('NOT_FOUND_FRESH_SECONDS', 15, 2_592_000),
    staleSoftTimeoutMs: setting('STALE_SOFT_TIMEOUT_MS', 600, 60_000, 1),
    plots: text({ value: 'FOLDER', help: 'write plots over FRESH_SECONDS and over the number of stores there' }),
    seed: count(1, 1_000_000, 'another number makes another day of the same kind', 0),
  },
  examples: [
    {
      line: 'forecast --stores 5000 --customers 20000000',
      does: 'A fleet of 20,000 tills, with the default settings.',
    },
    {
      line: 'forecast --stores 500 --outage 12:00-12:20 --limit 6000 --json',
      does: 'A day on which the upstream fails for twenty minutes, against its limit, as JSON.',
    },
  ],
  run: async (given, { output, progress, signal }) => {
    const plan = planOf(given);
    const step = async (): Promise<void> => {
      await turn();
      signal.throwIfAborted();
    };
    const tally = await progress.counting('Playing the look-ups of two days', (tell) =>
      play(plan, (done) => {
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
      await mkdir(folder, { recursive: true });
      const files = plots.map(({ file, svg }) => ({ file: path.join(folder, file), svg }));
      await Promise.all(files.map(({ file, svg }) => writeFile(file, svg)));
      return files.map(({ file }) => file);
    }
  },
});

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
  readonly budget: number | undefined;
  readonly upstreamMs: number;
  readonly freshSeconds: number;
  readonly staleWhileRevalidateSeconds: number;
  readonly staleIfErrorSeconds: number;
  readonly notFoundFreshSeconds: number;
  readonly staleSoftTimeoutMs: number;
  readonly seed: number;
}

/** The plan of the given options, for two days: the first one fills the cache. */
function planOf(given: Options): ForecastPlan {
  const { stores, tills, customers, upstreamMs, staleSoftTimeoutMs, seed, outage } = given;
  return {
    ...{ stores, tills, customers, upstreamMs, staleSoftTimeoutMs, seed, outage },
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

/** Opening hours, such as `9-21`. */
function hours(standIn: string): Parameter<{ readonly opens: number; readonly closes: number }> {
  return {
    value: 'HOURS',
    help: 'when the stores open and close',
    default: standIn,
    allowed: 'two full hours of the day, such as 9-21',
    read: (given = standIn) => {
      const [, opens = '', closes = ''] = /^(\d{1,2})-(\d{1,2})$/.exec(given) ?? [];
      const isDay = opens !== '' && Number(opens) < Number(closes) && Number(closes) <= 24;
      return isDay ? { opens: Number(opens), closes: Number(closes) } : null;
    },
  };
}

/** A time of the day at which the upstream fails, such as `12:00-12:20`. */
function outage(): Parameter<Outage | undefined> {
  return {
    value: 'TIMES',
    help: 'when the upstream fails, each day; without it, never',
    allowed: 'two times of the day, such as 12:00-12:20',
    read: (given) => {
      if (given === undefined) return undefined;
      const [, fromHour, fromMinute, toHour, toMinute] = /^(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$/.exec(given) ?? [];
      const from = Number(fromHour) * HOUR_MS + Number(fromMinute) * MINUTE_MS;
      const to = Number(toHour) * HOUR_MS + Number(toMinute) * MINUTE_MS;
      return from < to && to <= DAY_MS ? { from, to } : null;
    },
  };
}

function optionalCount(help: string): Parameter<number | undefined> {
  return {
    value: 'N',
    help,
    allowed: 'a whole number, 1 to 999999999',
    read: (given) => (given === undefined ? undefined : /^[1-9]\d{0,8}$/.test(given) ? Number(given) : null),
  };
}
