import { expect, test } from '@jest/globals';
import { isEnumerating, toGuardLimits } from '../../../../functions/lookup/guard/limits.ts';

const LIMITS = { notFound: 100, sharePercent: 80 };

test.each<[string, number, number, boolean]>([
  ['a till that mistypes now and then', 3, 200, false],
  ['a till with a few wrong numbers and nothing else', 5, 5, false],
  ['exactly the number, all of them not found', 100, 100, false],
  ['one above the number, all of them not found', 101, 101, true],
  ['far above the number, exactly at the share', 8000, 10_000, false],
  ['far above the number, just above the share', 8001, 10_000, true],
  ['far above the number, a busy fleet with many new customers', 9000, 30_000, false],
  ['above the share, below the number', 99, 100, false],
  ['no look-up at all', 0, 0, false],
])('%s: %i of %i found no customer', (_title, notFound, lookups, expected) => {
  expect(isEnumerating({ notFound, lookups }, LIMITS)).toBe(expected);
});

test('with a share of 0 only the number decides', () => {
  const limits = { notFound: 20, sharePercent: 0 };
  expect(isEnumerating({ notFound: 21, lookups: 1_000_000 }, limits)).toBe(true);
  expect(isEnumerating({ notFound: 20, lookups: 20 }, limits)).toBe(false);
});

test.each([
  [0, 80, undefined],
  [1, 80, { notFound: 1, sharePercent: 80 }],
  [100, 0, { notFound: 100, sharePercent: 0 }],
])('the settings %i and %i: %p', (notFound, sharePercent, limits) => {
  expect(toGuardLimits(notFound, sharePercent)).toEqual(limits);
});
