import { describe, expect, test } from '@jest/globals';
import { batchSize, type Demand } from '../../../../../functions/lookup/forward/budget/batch-size.ts';
import { fc } from '../../../../support/properties.ts';

const DEMAND: Demand = { last: undefined, waiting: 1, left: 600, isEdge: false };

describe('the number of calls that an instance takes at once', () => {
  test.each<[string, Partial<Demand>, number]>([
    ['one, at first', {}, 1],
    ['twice as many, if they lasted for less than half a second', { last: { size: 4, lastedMs: 100 } }, 8],
    ['as many as last for a second', { last: { size: 10, lastedMs: 800 } }, 13],
    ['fewer, if they lasted for longer', { last: { size: 10, lastedMs: 4000 } }, 3],
    ['one, if they lasted for very long', { last: { size: 10, lastedMs: 600_000 } }, 1],
    ['as many as wait', { waiting: 25 }, 25],
    ['a sixteenth of the calls left, at most', { last: { size: 40, lastedMs: 100 }, left: 320 }, 20],
    ['one by one, when few are left', { last: { size: 40, lastedMs: 100 }, left: 31 }, 1],
    ['all calls left, if more look-ups wait', { waiting: 25, left: 7 }, 7],
    ['one by one around the beginning of a minute', { waiting: 25, isEdge: true }, 1],
    ['twice as many, if they were used at once', { last: { size: 4, lastedMs: 0 } }, 8],
  ])('is %s', (_, demand, size) => {
    expect(batchSize({ ...DEMAND, ...demand })).toBe(size);
  });

  test('is never more than the calls that are left, and leaves some for the others', () => {
    const demand = fc.record({
      last: fc.option(fc.record({ size: fc.integer({ min: 1, max: 5000 }), lastedMs: fc.nat(100_000) }), {
        nil: undefined,
      }),
      waiting: fc.integer({ min: 1, max: 200 }),
      left: fc.integer({ min: 1, max: 100_000 }),
      isEdge: fc.boolean(),
    });
    fc.assert(
      fc.property(demand, (each) => {
        const size = batchSize(each);
        expect(Number.isInteger(size)).toBe(true);
        expect(size).toBeGreaterThanOrEqual(1);
        expect(size).toBeLessThanOrEqual(each.left);
        // Beyond the immediate use, it is a sixteenth of the rest at most.
        expect(size).toBeLessThanOrEqual(Math.max(each.waiting, 1, each.left / 16));
      }),
    );
  });
});
