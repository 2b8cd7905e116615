import { describe, expect, test } from '@jest/globals';
import { PlayedBudget, type PlayedPriority } from '../../../cli/forecast/played-budget.ts';
import { fc } from '../../support/properties.ts';

const MINUTE_MS = 60_000;

/** The next round, after one in which these calls were wanted. Moments in seconds. */
function nextRound(limit: number, wanted: readonly (readonly [at: number, priority: PlayedPriority])[]): PlayedBudget {
  const budget = PlayedBudget.unlimited(limit, 5 * MINUTE_MS);
  for (const [at, priority] of wanted) budget.admits(at * 1000, priority);
  return budget.next();
}

/** One call in each second of a minute, from `begin` on. */
const eachSecond = (priority: PlayedPriority, begin = 0) =>
  Array.from({ length: 60 }, (_, second) => [begin + second, priority] as const);

describe('the budget of a forecast', () => {
  test('lets every call of the first round pass, and says how far they are over the limit', () => {
    const budget = PlayedBudget.unlimited(40, 5 * MINUTE_MS);
    for (const [at, priority] of eachSecond('miss')) expect(budget.admits(at * 1000, priority)).toBe(true);
    expect(budget.excess).toBeCloseTo(0.5);
    expect(PlayedBudget.unlimited(40, MINUTE_MS).excess).toBe(0);
  });

  test.each<[string, number, PlayedPriority, boolean]>([
    ['a miss before the limit is reached', 39.9, 'miss', true],
    ['a miss after that', 40.1, 'miss', false],
    ['a miss of the next minute', 60, 'miss', true],
  ])('a call a second, 40 a minute: %s', (_title, second, priority, isAdmitted) => {
    expect(nextRound(40, eachSecond('miss')).admits(second * 1000, priority)).toBe(isAdmitted);
  });

  // Two calls a second: 36 of 40 are made after 18 s. The four that are kept for misses last for four more.
  test.each<[string, number, PlayedPriority, boolean]>([
    ['a revalidation while more than a tenth is left', 17.9, 'revalidation', true],
    ['a revalidation after that', 18.1, 'revalidation', false],
    ['a miss then', 21.9, 'miss', true],
    ['a miss when nothing is left', 22.1, 'miss', false],
  ])('revalidations stop first: %s', (_title, second, priority, isAdmitted) => {
    const budget = nextRound(40, [...eachSecond('miss'), ...eachSecond('revalidation')]);
    expect(budget.admits(second * 1000, priority)).toBe(isAdmitted);
  });

  test('a second round of the same calls keeps to the limit, except for the calls of one moment', () => {
    const call = fc.tuple(
      fc.integer({ min: 0, max: 239_999 }),
      fc.constantFrom<PlayedPriority>('miss', 'revalidation'),
    );
    fc.assert(
      fc.property(fc.array(call, { maxLength: 500 }), fc.integer({ min: 1, max: 100 }), (calls, limit) => {
        const first = PlayedBudget.unlimited(limit, 5 * MINUTE_MS);
        for (const [at, priority] of calls) first.admits(at, priority);
        const second = first.next();
        const made = [0, 0, 0, 0];
        for (const [at, priority] of calls) {
          const minute = Math.floor(at / MINUTE_MS);
          if (second.admits(at, priority)) made[minute] = (made[minute] ?? 0) + 1;
        }
        // The calls of one second come evenly for the budget, and at once here.
        const perSecond = Map.groupBy(calls, ([at]) => Math.floor(at / 1000));
        const most = Math.max(0, ...[...perSecond.values()].map((each) => each.length));
        expect(Math.max(...made)).toBeLessThanOrEqual(limit + 2 * most);
      }),
    );
  });
});
