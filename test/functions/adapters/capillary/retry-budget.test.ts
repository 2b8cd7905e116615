import { describe, expect, test } from '@jest/globals';
import { RetryBudget } from '../../../../functions/adapters/capillary/retry-budget.ts';
import { fc, runs } from '../../../support/properties.ts';

describe('the retry budget', () => {
  test('the first retry may come at once, the next after ten more look-ups', () => {
    const budget = new RetryBudget();
    const retried: number[] = [];
    for (let lookup = 1; lookup <= 35; lookup += 1) {
      budget.countLookup();
      if (budget.take()) retried.push(lookup);
    }
    expect(retried).toEqual([1, 11, 21, 31]);
  });

  test('look-ups without retries save up one retry, no more', () => {
    const budget = new RetryBudget();
    for (let lookup = 0; lookup < 1000; lookup += 1) budget.countLookup();
    expect([budget.take(), budget.take()]).toEqual([true, false]);
  });

  test('at every moment of any history, the calls are at most 1.1 times the look-ups, rounded up', () => {
    // Each number says how many look-ups come at once; then how many of all failed look-ups ask for a retry.
    const step = fc.record({ lookups: fc.nat({ max: 30 }), wishes: fc.nat({ max: 30 }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (history) => {
        const budget = new RetryBudget();
        let lookups = 0;
        let retries = 0;
        for (const { lookups: more, wishes } of history) {
          for (let count = 0; count < more; count += 1) budget.countLookup();
          lookups += more;
          // There is no retry before the first look-up.
          if (lookups === 0) continue;
          for (let count = 0; count < wishes; count += 1) if (budget.take()) retries += 1;
          expect(lookups + retries).toBeLessThanOrEqual(Math.ceil((lookups * 11) / 10));
        }
      }),
      runs(500),
    );
  });
});
