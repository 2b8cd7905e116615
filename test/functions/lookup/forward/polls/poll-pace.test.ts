import { expect, test } from '@jest/globals';
import { PollPace } from '../../../../../functions/lookup/forward/polls/poll-pace.ts';

test.each([
  [0, [25, 32.5, 42.25, 54.925, 71.4025, 92.82325, 100, 100]],
  [0.5, [37.5, 48.75, 63.375, 82.3875, 107.10375, 139.234875, 150, 150]],
])('the interval grows by 0.3 from 50 ms to 200, and half of it is jitter: random %d', (random, expected) => {
  const pace = new PollPace();
  for (const ms of expected) expect(pace.nextMs(random)).toBeCloseTo(ms);
});

test.each([
  [10, 15],
  [25, 0],
  [40, 0],
  [0, 25],
  [-5, 25],
])('a read that began %d ms before it was asked for shortens the next sleep to %d ms, and no other', (aheadMs, ms) => {
  const pace = new PollPace();
  pace.noteRead(aheadMs);
  expect([pace.nextMs(0), pace.nextMs(0)]).toEqual([ms, 32.5]);
});

test('a fetch with a known end is not read until then, then read often, then less and less often', () => {
  const pace = new PollPace();
  expect(pace.nextMs(0.4, 300)).toBe(310);
  expect([pace.nextMs(0), pace.nextMs(0), pace.nextMs(0)]).toEqual([12.5, 16.25, 21.125]);
});

test.each([
  [26, 26],
  [25, 25],
  [0, 25],
])('the next read of a fetch that should end in %d ms is in %d ms', (untilEndMs, ms) => {
  expect(new PollPace().nextMs(0, untilEndMs)).toBe(ms);
});

test('a poll uses another read of the last 50 ms, or of the last 20 ms when the end is near', () => {
  const pace = new PollPace();
  expect(pace.maxAgeMs).toBe(50);
  pace.nextMs(0, 300);
  expect(pace.maxAgeMs).toBe(20);
});
