import { describe, expect, test } from '@jest/globals';
import { playCustomer, type Stage } from '../../../cli/forecast/cached-customer.ts';
import { DAY_MS, type ForecastPlan, HOUR_MS } from '../../../cli/forecast/plan.ts';
import { Tally } from '../../../cli/forecast/tally.ts';
import { aPlan } from './plans.ts';

const NINE = 9 * HOUR_MS;
const S = 1000;

/** Plays look-ups so many seconds after nine o'clock. Chance always says a half: the upstream takes its median, or 0.62 of it. */
function play(
  seconds: readonly number[],
  changes: Partial<ForecastPlan> = {},
  kind: 'found' | 'not-found' = 'found',
  budget?: Stage['budget'],
) {
  const tally = new Tally(DAY_MS, 0);
  const times = seconds.map((each) => NINE + each * S);
  playCustomer(times, kind, aPlan({ days: 1, ...changes }), () => 0.5, { tally, budget });
  const { lookups, upstreamCalls: calls, reads, revalidations, refusals, writes } = tally;
  const counts = { ...lookups, calls, reads, revalidations, refusals, ...writes };
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

// Freshness is 300 s less a half of the tenth that it may give up: 285 s. A look-up reads its item, a revalidation too, and a
// call reads the upstream's pause.
test.each<[string, readonly number[], Partial<ForecastPlan>, object]>([
  ['one look-up is a miss', [0], {}, { miss: 1, calls: 1, reads: 2, onNothing: 1, foundFill: 1 }],
  ['a fresh entry is a hit', [0, 1, 284], {}, { miss: 1, hit: 2, calls: 1, reads: 4, onNothing: 1, foundFill: 1 }],
  [
    'a look-up during the fetch waits for it',
    [0, 0.1],
    {},
    { miss: 1, collapsed: 1, calls: 1, reads: 3, onNothing: 1, foundFill: 1 },
  ],
  [
    'a stale one is served and revalidated',
    [0, 290, 292],
    {},
    { miss: 1, stale: 1, hit: 1, calls: 2, reads: 6, revalidations: 1, onNothing: 1, onEntry: 2, foundFill: 2 },
  ],
  [
    'the entry that a revalidation brings is revalidated as soon as it is stale',
    [0, 6, 12],
    { windows: { ...aPlan().windows, freshForMs: 5000 } },
    { miss: 1, stale: 2, calls: 3, reads: 8, revalidations: 2, onNothing: 1, onEntry: 4, foundFill: 3 },
  ],
  [
    'past the window it is fetched',
    [0, 1300],
    {},
    { miss: 2, calls: 2, reads: 4, onNothing: 1, onEntry: 1, foundFill: 2 },
  ],
  [
    'a slow upstream: the stale entry at the soft timeout, then a revalidation',
    [0, 1300, 1310],
    { upstreamMs: 2000 },
    { miss: 1, stale: 1, hit: 1, calls: 3, reads: 7, revalidations: 1, onNothing: 1, onEntry: 3, foundFill: 2 },
  ],
  [
    'an outage: a stale entry stands in',
    [0, 2000, 2001],
    { outage: { from: NINE + 1000 * S, to: NINE + 3000 * S } },
    { miss: 1, stale: 2, calls: 3, reads: 6, onNothing: 1, onEntry: 4, foundFill: 1 },
  ],
  [
    'an outage without an entry',
    [0],
    { outage: { from: NINE, to: NINE + S } },
    { error: 1, calls: 1, reads: 2, onNothing: 2 },
  ],
  [
    'a failed revalidation holds the next one back for ten seconds',
    [0, 290, 295, 299, 302],
    { outage: { from: NINE + 100 * S, to: NINE + 3000 * S } },
    { miss: 1, stale: 4, calls: 3, reads: 10, revalidations: 2, onNothing: 1, onEntry: 6, foundFill: 1 },
  ],
])('%s', (_title, seconds, changes, expected) => {
  expect(play(seconds, changes)).toEqual(expected);
});

describe('a budget without calls', () => {
  const until = (seconds: number): Stage['budget'] => ({ admits: (at) => at < NINE + seconds * S });
  const forMisses: Stage['budget'] = { admits: (_at, priority) => priority === 'miss' };

  test.each<[string, readonly number[], Stage['budget'], object]>([
    ['leaves a cold customer without an answer', [0], until(0), { error: 1, reads: 1, refusals: 1 }],
    [
      'lets a stale entry stand in',
      [0, 1300],
      until(1),
      { miss: 1, stale: 1, calls: 1, reads: 3, refusals: 1, onNothing: 1, foundFill: 1 },
    ],
    [
      'holds revalidations back as a failure does',
      [0, 290, 295, 302],
      forMisses,
      {
        miss: 1,
        stale: 3,
        calls: 1,
        reads: 7,
        revalidations: 2,
        refusals: 2,
        onNothing: 1,
        onEntry: 4,
        foundFill: 1,
      },
    ],
  ])('%s', (_title, seconds, budget, expected) => {
    expect(play(seconds, {}, 'found', budget)).toEqual(expected);
  });
});

describe('a customer that the upstream does not know', () => {
  test('is not found from the cache for NOT_FOUND_FRESH_SECONDS, and never stale', () => {
    expect(play([0, 10, 20], {}, 'not-found')).toEqual({
      miss: 2,
      hit: 1,
      calls: 2,
      reads: 5,
      onNothing: 2,
      notFoundFill: 2,
    });
  });

  test('is asked for each time if that is 0', () => {
    const windows = { ...aPlan().windows, notFoundFreshForMs: 0 };
    expect(play([0, 10, 20], { windows }, 'not-found')).toEqual({ miss: 3, calls: 3, reads: 6, onNothing: 3 });
  });
});
