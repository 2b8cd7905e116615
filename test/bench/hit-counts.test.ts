import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CountsFigures, measureCounts } from '../../bench/hit/measure-counts.ts';
import { type HitWorld, openHitWorld } from '../../bench/hit/world.ts';

let world: HitWorld;
let counts: CountsFigures;

beforeAll(async () => {
  world = await openHitWorld();
  counts = await measureCounts(world);
});

afterAll(() => world.close());

describe('a hit', () => {
  test('reads the store once, strongly consistent, as the start of the instance does', () => {
    expect(counts.dynamoDb).toEqual({ init: ['GetItem'], firstHit: ['GetItem'], nextHit: ['GetItem'] });
  });

  test('loads no more than 140 KB of JavaScript', () => {
    expect(counts.codeBytes).toBeLessThan(140_000);
    expect(counts.codeBytes).toBeGreaterThan(10_000);
  });

  test('writes one line of 540 bytes at most to its log', () => {
    expect(counts.logLines).toBe(1);
    expect(counts.logBytes).toBeLessThanOrEqual(540);
  });

  test('costs one read unit up to 20 KB of JSON, and a fill one write unit up to 4 KB', () => {
    for (const { bodyBytes, readUnits, writeUnits } of counts.items) {
      if (bodyBytes < 20_000) expect([bodyBytes, readUnits]).toEqual([bodyBytes, 1]);
      if (bodyBytes < 4096) expect([bodyBytes, writeUnits]).toEqual([bodyBytes, 1]);
    }
    expect(counts.items.filter(({ bodyBytes }) => bodyBytes > 3800 && bodyBytes < 4096)).toHaveLength(1);
    expect(counts.items.map(({ bodyBytes }) => bodyBytes > 1000)).toEqual([true, true, true, true]);
  });
});
