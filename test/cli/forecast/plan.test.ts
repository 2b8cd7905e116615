import { expect, test } from '@jest/globals';
import { DAY_MS, MINUTE_MS, minuteAt, minutesOf } from '../../../cli/forecast/plan.ts';

test.each([
  [0, 0],
  [MINUTE_MS - 1, 0],
  [MINUTE_MS, 1],
  [2 * MINUTE_MS, 2],
  ['after the end' as const, 2],
])('the minute of %p, of three minutes', (at, minute) => {
  expect(minuteAt(at === 'after the end' ? 99 * MINUTE_MS : at, 3)).toBe(minute);
});

test('a day has its minutes, and one more for what goes on after it', () => {
  expect(minutesOf(DAY_MS)).toBe(1441);
});
