import { describe, expect, test } from '@jest/globals';
import { ageBuckets, BUCKET_ENDS } from '../../../cli/drift/age-buckets.ts';
import { ageOfShare, fitChangeRate, wrongShareAt } from '../../../cli/drift/change-rate.ts';
import { wilsonBand } from '../../../cli/drift/wilson-band.ts';
import { AUDIT_AGES } from '../../../functions/metric-names.ts';
import { fc } from '../../support/properties.ts';
import { hitsOf } from './hits.ts';

describe("Wilson's 95 % band", () => {
  test.each([
    [0, 0, 0, 1],
    [0, 10, 0, 0.27753],
    [10, 10, 0.72247, 1],
    [1, 10, 0.01788, 0.40415],
    [5, 10, 0.23659, 0.76341],
    [10, 100, 0.05523, 0.17437],
    [1, 1000, 0.00018, 0.00564],
  ])('of %d of %d is %d to %d', (wrong, count, low, high) => {
    expect(wilsonBand(wrong, count)).toEqual([expect.closeTo(low, 4), expect.closeTo(high, 4)]);
  });

  test('holds the share, lies within 0 and 1, and mirrors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (count, part) => {
        const wrong = Math.round(count * part);
        const [low, high] = wilsonBand(wrong, count);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(wrong / count);
        expect(high).toBeGreaterThanOrEqual(wrong / count);
        expect(high).toBeLessThanOrEqual(1);
        const [mirroredLow] = wilsonBand(count - wrong, count);
        expect(mirroredLow).toBeCloseTo(1 - high, 9);
      }),
    );
  });
});

describe('the ages', () => {
  test('of the metrics end where rows end', () => {
    expect(BUCKET_ENDS).toEqual(expect.arrayContaining(Object.values(AUDIT_AGES)));
  });

  test.each([
    [0, 0, 5],
    [5, 0, 5],
    [5.1, 5, 15],
    [300, 120, 300],
    [300.1, 300, 600],
    [3600, 1800, 3600],
    [3600.1, 3600, undefined],
  ])('%d s is above %d s, and up to %s s', (age, aboveSeconds, upToSeconds) => {
    expect(ageBuckets(hitsOf([age, 1, 0]))).toMatchObject([{ aboveSeconds, upToSeconds, count: 1 }]);
  });

  test('each hit is in one row', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1e6, noNaN: true })), (ages) => {
        const rows = ageBuckets(hitsOf(...ages.map((age) => [age, 1, 0] as const)));
        expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(ages.length);
      }),
    );
  });

  test('a row counts its hits, and knows their mean age', () => {
    expect(ageBuckets(hitsOf([20, 2, 0], [26, 1, 1]))).toMatchObject([
      { aboveSeconds: 15, upToSeconds: 30, count: 4, wrong: 1, share: 0.25, meanAgeSeconds: 23 },
    ]);
  });
});

describe('the rate of changes', () => {
  test.each([
    [100, 90, 10, -Math.log(0.9) / 100],
    [60, 1, 1, Math.LN2 / 60],
    [3600, 1, 99, -Math.log(0.01) / 3600],
    [0, 1, 1, Math.LN2 / 0.05],
  ])('of hits of one age (%d s, %d right, %d wrong) is that of their share', (age, same, wrong, perSecond) => {
    const rate = fitChangeRate(hitsOf([age, same, wrong]));
    expect(rate.perSecond / perSecond).toBeCloseTo(1, 6);
    expect(rate.band[0]).toBeLessThan(perSecond);
    expect(rate.band[1]).toBeGreaterThan(perSecond);
  });

  test('is 0 if no hit was wrong, and the band says how high it may be', () => {
    const { perSecond, band } = fitChangeRate(hitsOf([100, 50, 0], [200, 25, 0]));
    expect([perSecond, band[0]]).toEqual([0, 0]);
    expect(band[1] * 10_000).toBeCloseTo(1.920729, 5);
  });

  test('is unlimited if each hit was wrong, and the band says how low it may be', () => {
    const { perSecond, band } = fitChangeRate(hitsOf([100, 0, 10]));
    expect([perSecond, band[1]]).toEqual([Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]);
    expect(10 * Math.log(wrongShareAt(100, band[0]))).toBeCloseTo(-1.920729, 5);
  });

  test('is unknown without hits', () => {
    expect(fitChangeRate([])).toEqual({ perSecond: 0, band: [0, Number.POSITIVE_INFINITY] });
  });

  test('more hits make a narrower band', () => {
    const widthOf = (times: number) => {
      const [low, high] = fitChangeRate(hitsOf([100, 9 * times, times], [500, 6 * times, 4 * times])).band;
      return high / low;
    };
    expect(widthOf(100)).toBeLessThan(widthOf(10));
    expect(widthOf(10)).toBeLessThan(widthOf(1));
  });

  test('the age of a share is the age at which that share is wrong', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0.0001, max: 0.99, noNaN: true }),
        fc.double({ min: 1e-7, max: 1, noNaN: true }),
        (share, rate) => {
          expect(wrongShareAt(ageOfShare(share, rate), rate)).toBeCloseTo(share, 9);
        },
      ),
    );
  });
});
