import { describe, expect, test } from '@jest/globals';
import { DAY_MS, HOUR_MS } from '../../../cli/forecast/plan.ts';
import { randomFrom } from '../../../cli/forecast/random.ts';
import { harmonic, lookupTimes, visitRates } from '../../../cli/forecast/visits.ts';
import { aPlan } from './plans.ts';

describe('how often customers come', () => {
  test.each([
    [10, 0],
    [10, 1],
    [5000, 0.6],
    [5000, 1],
    [20_000, 0.3],
  ])('the sum of n⁻ˢ up to %d, for s = %d', (count, skew) => {
    let sum = 0;
    for (let n = 1; n <= count; n += 1) sum += n ** -skew;
    expect(harmonic(count, skew) / sum).toBeCloseTo(1, 5);
  });

  test.each([0, 0.6, 1])('all customers together make the visits of known customers, for s = %d', (skew) => {
    const plan = aPlan({ skew });
    const rateOf = visitRates(plan);
    let all = 0;
    for (let rank = 1; rank <= plan.customers; rank += 1) all += rateOf(rank);
    expect(all).toBeCloseTo(10 * 4 * 100 * 0.95, 0);
    expect(rateOf(1) / rateOf(100)).toBeCloseTo(100 ** skew);
  });
});

describe('when a customer is looked up', () => {
  const plan = aPlan({ kioskShare: 0, serviceShare: 0 });

  test('within the opening hours of each day, in order, and most often in the middle', () => {
    const times = lookupTimes(plan, 500, randomFrom(1));
    expect(times).toEqual([...times].sort((left, right) => left - right));
    const hours = times.map((at) => (at % DAY_MS) / HOUR_MS);
    expect(Math.min(...hours)).toBeGreaterThanOrEqual(9);
    expect(Math.max(...hours)).toBeLessThanOrEqual(21);
    const within = (from: number, to: number) => hours.filter((hour) => hour >= from && hour < to).length;
    expect(within(13, 17)).toBeGreaterThan(3 * within(9, 11));
    expect(times.filter((at) => at >= DAY_MS).length / times.length).toBeCloseTo(0.5, 1);
  });

  test('by a kiosk before the till, and by a service after it', () => {
    const random = randomFrom(2);
    const visits = Array.from({ length: 3000 }, () =>
      lookupTimes(aPlan({ kioskShare: 1, serviceShare: 1, days: 1 }), 0.001, random),
    ).filter((times) => times.length > 0);
    expect(visits.length).toBeGreaterThan(0);
    for (const [kiosk = 0, till = 0, service = 0, ...more] of visits) {
      expect(more).toEqual([]);
      expect(till - kiosk).toBeGreaterThanOrEqual(20_000);
      expect(till - kiosk).toBeLessThanOrEqual(120_000);
      expect(service - till).toBeGreaterThanOrEqual(2000);
      expect(service - till).toBeLessThanOrEqual(10_000);
    }
  });

  test('not at all without visits', () => {
    expect(lookupTimes(plan, 0, randomFrom(1))).toEqual([]);
  });
});
