import { beforeAll, describe, expect, test } from '@jest/globals';
import { readAudits } from '../../../cli/drift/audit-lines.ts';
import { type DriftFindings, driftFindings } from '../../../cli/drift/findings.ts';
import { simulatedAudits } from './simulated-audits.ts';

// Nothing here depends on chance: the seed decides every change, and the clock is turned.

/** A customer whose points change every two hours on average. */
const CHANGES_PER_SECOND = 1 / 7200;
/** One for each row of the table. */
const AGES = [4, 12, 25, 50, 100, 250, 500, 800, 1500, 3000, 7000] as const;
const AUDITS_AN_AGE = 300;
/** Of 11 bands of 95 %, one misses in two seeds of five, and three or more in one seed of sixty-five. */
const MOST_MISSES = 2;

describe('a simulated upstream that changes points at a known rate', () => {
  let findings: DriftFindings;

  beforeAll(async () => {
    const ages = Array.from({ length: AGES.length * AUDITS_AN_AGE }, (_, n) => AGES[n % AGES.length] as number);
    const log = await simulatedAudits({ changesPerSecond: CHANGES_PER_SECOND, ages, seed: 1 });
    findings = driftFindings(readAudits(log), 0.01);
  });

  const missesOf = (perSecond: number) =>
    findings.curve.filter(({ meanAgeSeconds, band: [low, high] }) => {
      const truth = 1 - Math.exp(-perSecond * meanAgeSeconds);
      return truth < low || truth > high;
    });

  test('is measured at the ages at which it was audited', () => {
    expect(findings).toMatchObject({ compared: AGES.length * AUDITS_AN_AGE, skipped: 0 });
    expect(findings.curve.map(({ count, meanAgeSeconds }) => [count, meanAgeSeconds])).toEqual(
      AGES.map((age) => [AUDITS_AN_AGE, expect.closeTo(age, 6)]),
    );
    expect(findings.sections).toEqual([['loyaltyInfo', findings.wrong]]);
  });

  test('the measured curve is within its bands of the true one', () => {
    expect(missesOf(CHANGES_PER_SECOND).length).toBeLessThanOrEqual(MOST_MISSES);
  });

  test.each([0.6, 1.6])(
    'the measured curve is not within its bands of a curve with a rate %d times as high',
    (times) => {
      expect(missesOf(CHANGES_PER_SECOND * times).length).toBeGreaterThan(MOST_MISSES);
    },
  );

  test('the FRESH_SECONDS at which 1 % are wrong is found, within its band', () => {
    const truth = -Math.log(0.99) / CHANGES_PER_SECOND;
    const { seconds, atLeastSeconds, atMostSeconds, isBeyondAudits } = findings.freshness;
    expect(isBeyondAudits).toBe(false);
    expect(atLeastSeconds).toBeLessThanOrEqual(truth);
    expect(atMostSeconds).toBeGreaterThanOrEqual(truth);
    expect(Math.abs((seconds ?? 0) - truth)).toBeLessThan(truth * 0.1);
  });
});
