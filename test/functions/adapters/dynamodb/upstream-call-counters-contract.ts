import { randomInt } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type Store, storeUnderTest } from './store-under-test.ts';

/** The rules that every store must keep for the counters of the upstream's calls. */
export function describeUpstreamCallCountersPort(getStore: () => Store): void {
  const { store } = storeUnderTest(getStore);

  describe('the counter of a minute’s calls', () => {
    /** A minute that no other test counts. It lies in the future, so that no store deletes its counter. */
    const aMinute = () => Math.floor(Date.now() / 60_000) + randomInt(1_000_000, 100_000_000);

    test('counts the calls that are taken, and says how many they are in all', async () => {
      const minute = aMinute();
      expect(await store.takeCalls('v2', minute, 1, 600)).toBe(1);
      expect(await store.takeCalls('v2', minute, 5, 600)).toBe(6);
      expect(await store.takeCalls('v2', minute, 30, 600)).toBe(36);
    });

    test('is one for each minute of each API', async () => {
      const minute = aMinute();
      expect(await store.takeCalls('v2', minute, 3, 10)).toBe(3);
      expect(await store.takeCalls('v1.1', minute, 4, 10)).toBe(4);
      expect(await store.takeCalls('v2', minute + 1, 5, 10)).toBe(5);
      expect(await store.takeCalls('v2', minute, 1, 10)).toBe(4);
    });

    test('gives calls while fewer than the limit are taken; the last ones may be beyond it', async () => {
      const minute = aMinute();
      expect(await store.takeCalls('v2', minute, 9, 10)).toBe(9);
      expect(await store.takeCalls('v2', minute, 4, 9)).toBeUndefined();
      expect(await store.takeCalls('v2', minute, 4, 10)).toBe(13);
      expect(await store.takeCalls('v2', minute, 1, 10)).toBeUndefined();
      expect(await store.takeCalls('v2', minute, 1, 14)).toBe(14);
    });

    test('is counted by many at once without losing one', async () => {
      const minute = aMinute();
      const taken = await Promise.all(Array.from({ length: 12 }, () => store.takeCalls('v2', minute, 2, 16)));
      expect(taken.filter((each) => each === undefined)).toHaveLength(4);
      expect(taken.filter((each) => each !== undefined).sort((a, b) => a - b)).toEqual([2, 4, 6, 8, 10, 12, 14, 16]);
    });
  });
}
