import { describe, expect, test } from '@jest/globals';
import { around, poisson, randomFrom } from '../../../cli/forecast/random.ts';

const DRAWS = 20_000;

describe('chance', () => {
  test('is the same for the same seed', () => {
    const [one, same, other] = [randomFrom(3), randomFrom(3), randomFrom(4)];
    const drawn = Array.from({ length: 5 }, one);
    expect(Array.from({ length: 5 }, same)).toEqual(drawn);
    expect(Array.from({ length: 5 }, other)).not.toEqual(drawn);
  });

  test.each([0.01, 1, 20, 59, 61, 400])('Poisson: of mean and variance %d', (mean) => {
    const random = randomFrom(1);
    const drawn = Array.from({ length: DRAWS }, () => poisson(mean, random));
    const average = drawn.reduce((sum, each) => sum + each, 0) / DRAWS;
    const variance = drawn.reduce((sum, each) => sum + (each - average) ** 2, 0) / DRAWS;
    // Four standard errors.
    expect(Math.abs(average - mean)).toBeLessThan(4 * Math.sqrt(mean / DRAWS));
    expect(variance / mean).toBeGreaterThan(0.8);
    expect(variance / mean).toBeLessThan(1.2);
    expect(drawn.every((each) => Number.isInteger(each) && each >= 0)).toBe(true);
  });

  test('a duration has its median, and is seldom three times as long', () => {
    const random = randomFrom(1);
    const drawn = Array.from({ length: DRAWS }, () => around(300, random)).sort((left, right) => left - right);
    expect(drawn[DRAWS / 2]).toBeGreaterThan(290);
    expect(drawn[DRAWS / 2]).toBeLessThan(310);
    expect(drawn[DRAWS * 0.99]).toBeLessThan(900);
    expect(drawn[0]).toBeGreaterThan(0);
  });
});
