import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import type { CallerCounts } from '../../../../functions/lookup/guard/caller-counts.ts';

/** The rules that every store must keep for the counts of callers. */
export function describeCallerCountsPort(getStore: () => CallerCounts): void {
  describe('the counts of a caller', () => {
    const WINDOW = 1_800_000_000_000;
    const NONE = { lookups: 0, notFound: 0 };
    const aCaller = () => randomUUID();

    test('are zero before anything is added, and reading adds nothing', async () => {
      const [store, caller] = [getStore(), aCaller()];
      expect(await store.readCounts(caller, WINDOW)).toEqual(NONE);
      expect(await store.readCounts(caller, WINDOW)).toEqual(NONE);
    });

    test('are what was added until now, both while adding and while reading', async () => {
      const [store, caller] = [getStore(), aCaller()];
      expect(await store.addCounts(caller, WINDOW, { lookups: 7, notFound: 2 })).toEqual({ lookups: 7, notFound: 2 });
      expect(await store.addCounts(caller, WINDOW, { lookups: 5, notFound: 0 })).toEqual({ lookups: 12, notFound: 2 });
      expect(await store.readCounts(caller, WINDOW)).toEqual({ lookups: 12, notFound: 2 });
    });

    test('lose nothing when many add at once, and each sees a sum of its own', async () => {
      const [store, caller] = [getStore(), aCaller()];
      const sums = await Promise.all(
        Array.from({ length: 12 }, () => store.addCounts(caller, WINDOW, { lookups: 5, notFound: 3 })),
      );
      expect(sums.map(({ lookups }) => lookups).sort((a, b) => a - b)).toEqual(sums.map((_, index) => 5 * (index + 1)));
      expect(await store.readCounts(caller, WINDOW)).toEqual({ lookups: 60, notFound: 36 });
    });

    test('belong to one caller and one window', async () => {
      const [store, caller, other] = [getStore(), aCaller(), aCaller()];
      await store.addCounts(caller, WINDOW, { lookups: 5, notFound: 5 });
      expect(await store.readCounts(other, WINDOW)).toEqual(NONE);
      expect(await store.readCounts(caller, WINDOW + 600_000)).toEqual(NONE);
      expect(await store.readCounts(caller, WINDOW - 600_000)).toEqual(NONE);
    });
  });
}
