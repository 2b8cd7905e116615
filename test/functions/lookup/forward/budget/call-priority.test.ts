import { describe, expect, test } from '@jest/globals';
import {
  type CallPriority,
  ceilingOf,
  priorityOf,
} from '../../../../../functions/lookup/forward/budget/call-priority.ts';
import { MinuteCalls, type Verdict } from '../../../../../functions/lookup/forward/budget/minute-calls.ts';
import { fc } from '../../../../support/properties.ts';

const FREE = { minute: 1, isEdge: false, refillsInMs: 30_000 };
const EDGE = { ...FREE, isEdge: true };
const PRIORITIES: readonly CallPriority[] = ['miss', 'revalidation', 'prefetch', 'audit'];

describe('as the calls of a minute run out', () => {
  test.each([
    // [left of 100, audit, prefetch, revalidation, miss]
    [100, 'take', 'take', 'take', 'take'],
    [31, 'take', 'take', 'take', 'take'],
    [30, 'refuse', 'take', 'take', 'take'],
    [21, 'refuse', 'take', 'take', 'take'],
    [20, 'refuse', 'refuse', 'take', 'take'],
    [11, 'refuse', 'refuse', 'take', 'take'],
    [10, 'refuse', 'refuse', 'refuse', 'take'],
    [1, 'refuse', 'refuse', 'refuse', 'take'],
    [0, 'refuse', 'refuse', 'refuse', 'refuse'],
  ] as const)('with %i of 100 left, audits: %s, prefetches: %s, revalidations: %s, misses: %s', (left, ...expected) => {
    const judged = (['audit', 'prefetch', 'revalidation', 'miss'] as const).map((priority) => {
      const calls = new MinuteCalls(1, 100);
      // Another instance took them.
      if (left < 100) calls.noteRefusal(100 - left);
      return calls.judge(FREE, priority);
    });
    expect(judged).toEqual(expected);
  });

  test('a more important look-up never stops before a less important one', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), (calls) => {
        const ceilings = PRIORITIES.map((priority) => ceilingOf(priority, calls));
        expect(ceilings[0]).toBe(calls);
        expect([...ceilings].sort((a, b) => b - a)).toEqual(ceilings);
        for (const ceiling of ceilings) expect(Number.isInteger(ceiling)).toBe(true);
      }),
    );
  });

  test('a look-up with a waiting caller is a miss, and one without a waiting caller is not', () => {
    expect(priorityOf({ purpose: 'answer' })).toBe('miss');
    expect(priorityOf({ purpose: 'revalidate' })).toBe('revalidation');
    expect(priorityOf({ purpose: 'revalidate', isForPrefetch: true })).toBe('prefetch');
    expect(priorityOf({ purpose: 'prefetch' })).toBe('prefetch');
  });
});

describe('the calls of a minute, as one instance knows them', () => {
  test.each<[string, number, Verdict]>([
    ['nothing is known', 0, 'take'],
    ['fewer than its share of the minute’s beginning are taken', 4, 'take'],
    ['its share of the minute’s beginning is taken', 5, 'refuse'],
  ])('at the beginning of a minute of 100, if %s', (_, taken, verdict) => {
    const calls = new MinuteCalls(1, 100);
    if (taken > 0) calls.noteRefusal(taken);
    expect(calls.judge(EDGE, 'miss')).toBe(verdict);
    expect(calls.judge(FREE, 'miss')).toBe('take');
  });

  test('calls that were taken are used before more are taken, and unused calls can still be used', () => {
    const calls = new MinuteCalls(1, 100);
    calls.noteTaken(FREE, 2, 50);
    expect(calls.judge(FREE, 'miss')).toBe('spend');
    calls.spend();
    calls.spend();
    expect(calls.judge(FREE, 'miss')).toBe('take');
    calls.putBack();
    expect(calls.judge(FREE, 'miss')).toBe('spend');
  });

  test('a call that was taken is not used for a look-up that must stop', () => {
    const calls = new MinuteCalls(1, 100);
    calls.noteTaken(FREE, 1, 91);
    expect(calls.judge(FREE, 'revalidation')).toBe('refuse');
    expect(calls.judge(FREE, 'miss')).toBe('spend');
  });

  test('the instances together never use more than the limit, and use all of it', () => {
    const turn = fc.record({ who: fc.nat(7), count: fc.integer({ min: 1, max: 40 }), uses: fc.nat(40) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 300 }), fc.array(turn, { minLength: 1, maxLength: 80 }), (limit, turns) => {
        const instances = Array.from({ length: 8 }, () => new MinuteCalls(1, limit));
        let counter = 0;
        let used = 0;
        const take = (calls: MinuteCalls, count: number) => {
          const below = calls.ceiling(FREE, 'miss');
          if (counter >= below) return calls.noteRefusal(below);
          counter += count;
          calls.noteTaken(FREE, count, counter);
        };
        const use = (calls: MinuteCalls) => {
          if (calls.judge(FREE, 'miss') !== 'spend') return false;
          calls.spend();
          used += 1;
          return true;
        };
        for (const { who, count, uses } of turns) {
          const calls = instances[who]!;
          if (calls.judge(FREE, 'miss') === 'take') take(calls, count);
          for (let left = uses; left > 0 && use(calls); left -= 1);
          expect(used).toBeLessThanOrEqual(limit);
        }
        // In the end all purposes want every call.
        for (const calls of instances) {
          for (let verdict = calls.judge(FREE, 'miss'); verdict !== 'refuse'; verdict = calls.judge(FREE, 'miss')) {
            if (verdict === 'take') take(calls, 1);
            else use(calls);
          }
        }
        expect(used).toBe(limit);
      }),
    );
  });
});
