import { expect, test } from '@jest/globals';
import { PollPace } from '../../../../functions/lookup/forward/poll-pace.ts';

test.each([
  [0, [25, 50, 100, 100]],
  [0.5, [37.5, 75, 150, 150]],
])('the interval doubles from 50 ms to 200, half of it is jitter: random %d', (random, expected) => {
  const pace = new PollPace();
  expect(expected.map(() => pace.nextMs(random))).toEqual(expected);
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
  expect([pace.nextMs(0), pace.nextMs(0)]).toEqual([ms, 50]);
});
