import { describe, expect, test } from '@jest/globals';
import { playCustomer } from '../../../cli/forecast/cached-customer.ts';
import { DAY_MS, type ForecastPlan, HOUR_MS } from '../../../cli/forecast/plan.ts';
import { Tally } from '../../../cli/forecast/tally.ts';
import { aPlan } from './plans.ts';

const NINE = 9 * HOUR_MS;
const S = 1000;

/** Plays look-ups so many seconds after nine o'clock. Chance always says a half: the upstream takes its median, or 0.62 of it. */
function play(seconds: readonly number[], changes: Partial<ForecastPlan> = {}, kind: 'found' | 'not-found' = 'found') {
  const tally = new Tally(DAY_MS, 0);
  const times = seconds.map((each) => NINE + each * S);
  playCustomer(times, kind, aPlan({ days: 1, ...changes }), () => 0.5, tally);
  const { lookups, upstreamCalls, reads, fills } = tally;
  const counted = Object.fromEntries(Object.entries(lookups).filter(([, count]) => count > 0));
  return { ...counted, calls: upstreamCalls, reads, fills };
}

// Freshness is 300 s less a half of the tenth that it may give up: 285 s.
test.each<[string, readonly number[], Partial<ForecastPlan>, object]>([
  ['one look-up is a miss', [0], {}, { miss: 1, calls: 1, fills: 0 }],
  ['a fresh entry is a hit', [0, 1, 284], {}, { miss: 1, hit: 2, calls: 1, fills: 1 }],
  ['a look-up during the fetch waits for it', [0, 0.1], {}, { miss: 1, collapsed: 1, calls: 1, fills: 0 }],
  ['a stale one is served and revalidated', [0, 290, 292], {}, { miss: 1, stale: 1, hit: 1, calls: 2, fills: 2 }],
  ['past the window it is fetched', [0, 1300], {}, { miss: 2, calls: 2, fills: 1 }],
  [
    'a slow upstream: the stale entry at the soft timeout, then a revalidation',
    [0, 1300, 1310],
    { upstreamMs: 2000 },
    { miss: 1, stale: 1, hit: 1, calls: 3, fills: 2 },
  ],
  [
    'an outage: a stale entry stands in, and an unknown customer gets an error',
    [0, 2000, 2001],
    { outage: { from: NINE + 1000 * S, to: NINE + 3000 * S } },
    { miss: 1, stale: 2, calls: 3, fills: 1 },
  ],
  ['an outage without an entry', [0], { outage: { from: NINE, to: NINE + S } }, { error: 1, calls: 1, fills: 0 }],
  [
    'a failed revalidation holds the next one back for ten seconds',
    [0, 290, 295, 299, 302],
    { outage: { from: NINE + 100 * S, to: NINE + 3000 * S } },
    { miss: 1, stale: 4, calls: 3, fills: 1 },
  ],
])('%s', (_title, seconds, changes, expected) => {
  expect(play(seconds, changes)).toEqual({ reads: seconds.length, ...expected });
});

describe('a customer that the upstream does not know', () => {
  test('is not found from the cache for NOT_FOUND_FRESH_SECONDS, and never stale', () => {
    expect(play([0, 10, 20], {}, 'not-found')).toMatchObject({ miss: 2, hit: 1, calls: 2 });
  });

  test('is asked for each time if that is 0', () => {
    const windows = { ...aPlan().windows, notFoundFreshForMs: 0 };
    expect(play([0, 10, 20], { windows }, 'not-found')).toMatchObject({ miss: 3, calls: 3, fills: 0 });
  });
});
