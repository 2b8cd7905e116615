import { expect, test } from '@jest/globals';
import { FetchTimes } from '../../../../functions/lookup/forward/fetch-times.ts';

test('an instance expects nothing before the first fetch', () => {
  expect(new FetchTimes().expectedMs('v2')).toBeUndefined();
});

test.each<readonly [string, readonly number[], number]>([
  ['one fetch', [300], 300],
  ['fetches that take the same', [300, 300, 300], 300],
  // 300, then a mean of 325 and a deviation of 25.
  ['a longer one', [300, 400], 300],
  // A mean of 300, 325, 318.75, then a deviation of 25, 25.
  ['a third one', [300, 400, 300], 294],
  ['a much shorter one', [300, 20], 20],
  ['a first one that opened a connection', [400, 300, 310], 300],
  // A mean of 400, 375, 356.25, 342.19, then a deviation of 25, 37.5, 42.19.
  ['a fourth one: the shortest no longer counts', [400, 300, 300, 300], 300],
  // A mean of 20, 90, 142.5, 181.875, then a deviation of 70, 105, 118.125.
  ['a short one, then longer ones', [20, 300, 300, 300], 64],
  ['fetches that differ by more than they take', [0, 1000, 0, 1000], 0],
])('most fetches take at least the mean minus the deviation: %s', (_, tookMs, expectedMs) => {
  const times = new FetchTimes();
  for (const each of tookMs) times.note('v2', each);
  expect(times.expectedMs('v2')).toBe(expectedMs);
});

test('each API has separate times', () => {
  const times = new FetchTimes();
  times.note('v2', 300);
  expect(times.expectedMs('v1.1')).toBeUndefined();
});

test('the estimate begins with the expectation of another instance, then counts only fetches of this one', () => {
  const times = new FetchTimes();
  times.hear('v2', 500);
  expect(times.expectedMs('v2')).toBe(500);
  times.note('v2', 300);
  // A mean of 450 and a deviation of 50. A first fetch does not outweigh the fetches of others.
  expect(times.expectedMs('v2')).toBe(400);
  times.hear('v2', 900);
  expect(times.expectedMs('v2')).toBe(400);
});
