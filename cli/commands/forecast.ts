import { defineCommand, type Parameter } from '../command.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS, type Outage } from '../forecast/plan.ts';
import { optionalNumber, text, wholeNumber } from '../parameters.ts';

const count = (standIn: number, to: number, help: string, from = 1) =>
  wholeNumber({ from, to, standIn }, { value: 'N', help });
const percent = (standIn: number, help: string) =>
  wholeNumber({ from: 0, to: 100, standIn }, { value: 'PERCENT', help });
// The definitions of the settings would be loaded by every command line. A test compares the limits with theirs.
const setting = (name: string, standIn: number, to: number, from = 0) =>
  wholeNumber({ from, to, standIn }, { value: 'N', help: `the setting ${name}` });

/** The command `lookaside forecast`. */
export const forecast = defineCommand({
  name: 'forecast',
  summary: 'say what the cache will do for a fleet of tills',
  description:
    'It plays the look-ups of every customer for a day that begins with a filled cache, with the decision code of the functions. It ' +
    'sends no request to any service. Instances are an estimate. Units are those of a profile of up to 4 KB.',
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
    limit: optionalNumber(
      { from: 1, to: 999_999_999 },
      { value: 'N', help: 'the calls a minute that the upstream allows' },
    ),
    budget: optionalNumber({ from: 1, to: 10_000_000 }, { value: 'N', help: 'the setting UPSTREAM_CALLS_PER_MINUTE' }),
    upstreamMs: count(300, 60_000, 'how long the upstream takes: the median, in milliseconds'),
    freshSeconds: setting('FRESH_SECONDS', 300, 2_592_000),
    staleWhileRevalidateSeconds: setting('STALE_WHILE_REVALIDATE_SECONDS', 900, 2_592_000),
    staleIfErrorSeconds: setting('STALE_IF_ERROR_SECONDS', 86_400, 2_592_000),
    notFoundFreshSeconds: setting('NOT_FOUND_FRESH_SECONDS', 15, 2_592_000),
    staleSoftTimeoutMs: setting('STALE_SOFT_TIMEOUT_MS', 600, 60_000, 1),
    plots: text({ value: 'FOLDER', help: 'write plots over FRESH_SECONDS and over the number of stores there' }),
    seed: count(1, 1_000_000, 'a different number gives a different day of the same kind', 0),
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
  run: async (given, context) => (await import('../forecast/run-forecast.ts')).runForecast(given, context),
});

/** Opening hours, such as `9-21`. */
function hours(standIn: string): Parameter<{ readonly opens: number; readonly closes: number }> {
  return {
    value: 'HOURS',
    help: 'when the stores open and close',
    default: standIn,
    allowed: 'two full hours of the day, the first before the second, such as 9-21',
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
    allowed: 'two times of the day, the first before the second, such as 12:00-12:20',
    read: (given) => {
      if (given === undefined) return undefined;
      const [, fromHour, fromMinute, toHour, toMinute] = /^(\d{1,2}):(\d\d)-(\d{1,2}):(\d\d)$/.exec(given) ?? [];
      const from = Number(fromHour) * HOUR_MS + Number(fromMinute) * MINUTE_MS;
      const to = Number(toHour) * HOUR_MS + Number(toMinute) * MINUTE_MS;
      return from < to && to <= DAY_MS ? { from, to } : null;
    },
  };
}
