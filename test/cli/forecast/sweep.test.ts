import { expect, test } from '@jest/globals';
import { sampleOf } from '../../../cli/forecast/sweep.ts';
import { aPlan } from './plans.ts';

test('a sample of a fleet has a share of its stores, customers and calls', () => {
  // 600,000 visits a day, of which half are played.
  const plan = aPlan({ stores: 1500, tills: 4, visitsPerTill: 100, customers: 90_000, callsPerMinute: 80 });
  const { sample, share } = sampleOf(plan);
  expect(share).toBe(0.5);
  expect(sample).toEqual({ ...plan, stores: 750, customers: 45_000, callsPerMinute: 40 });
});

test('a small fleet is played as it is', () => {
  const plan = aPlan({ callsPerMinute: 7 });
  expect(sampleOf(plan)).toEqual({ sample: plan, share: 1 });
});

test('a sample has no budget if the fleet has none, and at least one call if the fleet has a small budget', () => {
  const large = { stores: 150_000, tills: 4, visitsPerTill: 100 };
  expect(sampleOf(aPlan(large)).sample.callsPerMinute).toBeUndefined();
  expect(sampleOf(aPlan({ ...large, callsPerMinute: 3 })).sample.callsPerMinute).toBe(1);
});
