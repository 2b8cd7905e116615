import { describe, expect, test } from '@jest/globals';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../../../../functions/lookup/fleet.ts';
import { budgetMinute, callsByNow, MINUTE_MS } from '../../../../../functions/lookup/forward/budget/budget-minute.ts';
import { fc } from '../../../../support/properties.ts';

describe('the minute that a call counts for', () => {
  test.each([
    // [moment, minute, around its beginning, more calls in]
    [60_000, 1, true, 500],
    [60_499, 1, true, 1],
    [60_500, 1, false, 59_500],
    [90_000, 1, false, 30_000],
    [119_499, 1, false, 501],
    [119_500, 2, true, 1000],
    [119_999, 2, true, 501],
    [120_000, 2, true, 500],
  ])('at %i ms is minute %i (edge: %s), and there are more calls in %i ms', (now, minute, isEdge, refillsInMs) => {
    expect(budgetMinute(now)).toEqual({ minute, isEdge, refillsInMs });
  });

  test('is the upstream’s own minute by every clock of the fleet, except around its beginning', () => {
    const offset = fc.integer({ min: -MAX_CLOCK_DIFFERENCE_MS, max: MAX_CLOCK_DIFFERENCE_MS });
    fc.assert(
      fc.property(fc.integer({ min: 60_000, max: 10_000_000 }), offset, (upstreams, differenceMs) => {
        const { minute, isEdge } = budgetMinute(upstreams + differenceMs);
        const upstreamMinute = Math.floor(upstreams / MINUTE_MS);
        if (isEdge) expect([upstreamMinute, upstreamMinute + 1]).toContain(minute);
        else expect(minute).toBe(upstreamMinute);
      }),
    );
  });

  test.each([
    // [limit, by the beginning]
    [1, 1],
    [19, 1],
    [20, 1],
    [40, 2],
    [600, 30],
    [10_000_000, 500_000],
  ])('of %i calls, %i may be made around the beginning, and all of them afterwards', (limit, calls) => {
    expect(callsByNow({ isEdge: true }, limit)).toBe(calls);
    expect(callsByNow({ isEdge: false }, limit)).toBe(limit);
  });
});
