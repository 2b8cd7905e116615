import { expect, test } from '@jest/globals';
import { defaultPauseMs } from '../../../../../functions/lookup/forward/pause/default-pause.ts';

test.each([
  ['the first one', undefined, 0, 2000],
  ['the first one, with the largest random part', undefined, 1, 2500],
  ['after one that has just ended: the double', { durationMs: 2500, endedMs: 0 }, 0, 5000],
  ['after one that ended almost a minute ago', { durationMs: 5000, endedMs: 59_999 }, 0, 10_000],
  ['after one that ended a minute ago', { durationMs: 5000, endedMs: 60_000 }, 0, 2000],
  ['during one', { durationMs: 5000, endedMs: -1 }, 0, 2000],
  ['at most 30 s', { durationMs: 20_000, endedMs: 0 }, 0, 30_000],
  ['at most 30 s, with the random part too', { durationMs: 14_000, endedMs: 0 }, 1, 30_000],
])('a pause without a Retry-After: %s', (_case, former, random, expected) => {
  expect(defaultPauseMs(former, random)).toBe(expected);
});
