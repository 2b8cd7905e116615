import { describe, expect, test } from '@jest/globals';
import type { CallPriority } from '../../../../../functions/lookup/forward/budget/call-priority.ts';
import { MinuteCalls } from '../../../../../functions/lookup/forward/budget/minute-calls.ts';

const MINUTE = 7;
/** In the middle of a minute all 100 calls are allowed, at its edge 5. */
const MIDDLE = { minute: MINUTE, isEdge: false, refillsInMs: 1000 };
const EDGE = { ...MIDDLE, isEdge: true };

const start = () => new MinuteCalls(MINUTE, 100);

/** How many calls misses may use in the middle of the minute, until one has to ask the counter, or may make no more. */
function usable(calls: MinuteCalls): number {
  for (let used = 0; ; used += 1) {
    if (used > 200 || calls.judge(MIDDLE, 'miss') !== 'spend') return used;
    calls.spend();
  }
}

test('the calls are those of one minute', () => {
  expect(start().minute).toBe(MINUTE);
});

describe('the calls that an instance took', () => {
  test.each<[string, count: number, taken: number, now: typeof MIDDLE, used: number]>([
    ['all are allowed', 4, 4, MIDDLE, 4],
    ['others have taken some before', 4, 50, MIDDLE, 4],
    ['the last ones are above the limit', 4, 102, MIDDLE, 2],
    ['the last one is the last that is allowed', 4, 100, MIDDLE, 4],
    ['all are above the limit', 4, 110, MIDDLE, 0],
    ['the last ones are above what is allowed at the edge of the minute', 4, 7, EDGE, 2],
  ])('%s', (_title, count, taken, now, used) => {
    const calls = start();
    calls.noteTaken(now, count, taken);
    expect(usable(calls)).toBe(used);
  });

  test('are added up', () => {
    const calls = start();
    calls.noteTaken(MIDDLE, 2, 2);
    calls.noteTaken(MIDDLE, 3, 10);
    expect(usable(calls)).toBe(5);
  });

  test('may be used again if they were not made', () => {
    const calls = start();
    calls.noteTaken(MIDDLE, 1, 1);
    expect(usable(calls)).toBe(1);
    calls.putBack();
    expect(usable(calls)).toBe(1);
  });
});

describe('the calls that are left, as the instance knows them', () => {
  const left = (calls: MinuteCalls) =>
    (['miss', 'revalidation', 'prefetch', 'audit'] as const).map((priority) => calls.left(MIDDLE, priority));

  test.each<[string, (calls: MinuteCalls) => void, readonly number[]]>([
    ['at first, all', () => undefined, [100, 90, 80, 70]],
    ['after calls were taken', (calls) => calls.noteTaken(MIDDLE, 4, 40), [60, 50, 40, 30]],
    ['if calls above the limit were taken', (calls) => calls.noteTaken(MIDDLE, 4, 110), [0, -10, -20, -30]],
    ['if the counter refused audits', (calls) => calls.noteRefusal(70), [30, 20, 10, 0]],
  ])('%s', (_title, happens, expected) => {
    const calls = start();
    happens(calls);
    expect(left(calls)).toEqual(expected);
  });

  test('do not grow by an answer of the counter that comes late', () => {
    const calls = start();
    calls.noteTaken(MIDDLE, 1, 40);
    calls.noteTaken(MIDDLE, 1, 39);
    calls.noteRefusal(5);
    expect(left(calls)).toEqual([60, 50, 40, 30]);
  });
});

describe('the next step of a look-up', () => {
  test.each<[string, taken: number, stock: number, CallPriority, typeof MIDDLE, expected: string]>([
    ['nothing is known', 0, 0, 'miss', MIDDLE, 'take'],
    ['calls are left, and the instance has none', 99, 0, 'miss', MIDDLE, 'take'],
    ['no call is left', 100, 0, 'miss', MIDDLE, 'refuse'],
    ['the last call is the instance’s own', 100, 1, 'miss', MIDDLE, 'spend'],
    ['calls are left for misses alone', 90, 0, 'revalidation', MIDDLE, 'refuse'],
    ['one is left for a revalidation', 89, 0, 'revalidation', MIDDLE, 'take'],
    ['the instance has calls, and they are for misses alone', 91, 1, 'revalidation', MIDDLE, 'refuse'],
    ['the instance has a call that counts below the limit of a revalidation', 90, 1, 'revalidation', MIDDLE, 'spend'],
    ['at the edge of the minute few are allowed', 5, 0, 'miss', EDGE, 'refuse'],
    ['at the edge of the minute one is left', 4, 0, 'miss', EDGE, 'take'],
  ])('%s', (_title, taken, stock, priority, now, expected) => {
    const calls = start();
    calls.noteRefusal(taken);
    for (let each = 0; each < stock; each += 1) calls.putBack();
    expect(calls.judge(now, priority)).toBe(expected);
  });
});
