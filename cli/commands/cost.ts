import { MAX_LOOKUPS } from '../../functions/lookup/max-lookups.ts';
import { defineCommand, type Parameter } from '../command.ts';
import { MEASURED_MS } from '../cost/durations.ts';
import { wholeNumber } from '../parameters.ts';

const MOST_LOOKUPS = 1e12;

/** The command `lookaside cost`. */
export const cost = defineCommand({
  name: 'cost',
  summary: 'say what look-ups cost, and what the alternatives would cost',
  description:
    'It multiplies what each kind of look-up uses by a list of prices, and sends no request to any service. The units of DynamoDB ' +
    'are for a profile of 4 KB, the times for warm functions of 512 MB.',
  arguments: {},
  options: {
    lookups: amount(),
    hit: share('.85', 'look-ups that a fresh entry answers'),
    stale: share('0', 'look-ups that a stale entry answers while it is revalidated'),
    notFound: share('0', 'look-ups that ask Capillary and find no customer; the rest are misses'),
    joined: share('0', 'look-ups that join sections of v1.1'),
    batch: wholeNumber({ from: 1, to: MAX_LOOKUPS, standIn: 1 }, { value: 'N', help: 'look-ups in a request' }),
    direct: share('0', 'requests by direct invocation, without the gateway'),
    upstreamMs: wholeNumber(
      { from: 1, to: 60_000, standIn: MEASURED_MS.upstream },
      { value: 'N', help: 'how long Capillary takes, in milliseconds' },
    ),
  },
  examples: [
    { line: 'cost --lookups 60e6 --hit .85', does: 'Sixty million look-ups a month.' },
    {
      line: 'cost --lookups 60e6 --hit .8 --stale .1 --not-found .02 --joined .3 --direct .5 --json',
      does: 'A mixture of kinds, half of it by direct invocation, as JSON.',
    },
  ],
  run: async (given, context) => (await import('../cost/run-cost.ts')).runCost(given, context),
});

/** A share, such as `.85`. It is not in percent: 1 could mean all, or one percent. */
function share(standIn: string, help: string): Parameter<number> {
  return {
    value: 'SHARE',
    help,
    default: standIn,
    allowed: 'a share of 0 to 1, such as .85',
    read: (given = standIn) => (/^(?:0|1|[01]\.0{1,6}|0?\.\d{1,6})$/.test(given) ? Number(given) : null),
  };
}

/** A number of look-ups, such as `60000000` or `60e6`. */
function amount(): Parameter<number> {
  const standIn = '1e6';
  return {
    value: 'N',
    help: 'look-ups a month',
    default: standIn,
    allowed: 'a whole number of 1 to 1e12, such as 60e6',
    read: (given = standIn) => {
      const lookups = /^\d{1,13}(?:\.\d{1,6})?(?:e\d{1,2})?$/i.test(given) ? Number(given) : Number.NaN;
      return Number.isInteger(lookups) && lookups >= 1 && lookups <= MOST_LOOKUPS ? lookups : null;
    },
  };
}
