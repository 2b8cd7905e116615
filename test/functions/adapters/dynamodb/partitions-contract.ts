import { describe, expect, test } from '@jest/globals';
import { EMPTY_ITEM } from '../../../../functions/lookup/entry.ts';
import { ASKED_AT, aKey } from './entries.ts';
import { type Store, storeUnderTest } from './store-under-test.ts';

/** The rules that every store must keep for its partitions. */
export function describePartitionsPort(getStore: () => Store): void {
  const { store, written, leased, listed } = storeUnderTest(getStore);

  describe('a partition', () => {
    test('lists every item of it: entries, leases alone, marked items; and no item of another partition', async () => {
      const { key } = await written({ customerAliases: ['under-the-old-secret'] });
      const sibling = (suffix: string) => ({ ...key, variant: `${key.variant};${suffix}` });
      await leased(sibling('a'));
      await written({ kind: 'not-found', customer: undefined }, sibling('b'));
      await written({}, sibling('c'));
      await store.markStale(sibling('c'), ASKED_AT);
      await leased(sibling('c'));
      await written();
      const isNothing = { hasEntry: false, isMarked: false, hasLease: false, customers: [] };
      const isEntry = { ...isNothing, hasEntry: true, customers: ['keyed-hash'] };
      expect(await listed(key.partition)).toEqual([
        { key, ...isEntry, customers: ['keyed-hash', 'under-the-old-secret'] },
        { key: sibling('a'), ...isNothing, hasLease: true },
        { key: sibling('b'), ...isEntry, customers: [] },
        { key: sibling('c'), ...isEntry, isMarked: true, hasLease: true },
      ]);
      expect(await listed(aKey().partition)).toEqual([]);
    });

    test('lists an item that has lost its entry as no entry', async () => {
      const { key, item } = await written();
      await store.markStale(key, ASKED_AT);
      await store.dropEntry(key, item);
      const left = { hasEntry: false, isMarked: false, hasLease: false, customers: [] };
      expect(await listed(key.partition)).toEqual([{ key, ...left }]);
    });

    test('an item is deleted with its lease; deleting nothing is nothing', async () => {
      const { key } = await written();
      await leased(key);
      await store.deleteItems([key]);
      await store.deleteItems([key]);
      await store.deleteItems([]);
      expect(await store.read(key)).toEqual(EMPTY_ITEM);
      expect(await listed(key.partition)).toEqual([]);
    });

    test.each([25, 26, 60])('deletes %i items as well, and no others', async (count) => {
      const { partition } = aKey();
      const keys = Array.from({ length: count + 1 }, (_, index) => ({ partition, variant: `v2;${1000 + index}` }));
      await Promise.all(keys.map((key) => leased(key)));
      expect(await store.deleteItems(keys.slice(1))).toEqual([]);
      expect((await listed(partition)).map(({ key }) => key)).toEqual(keys.slice(0, 1));
    });

    test('marking stale keeps the bytes and removes the lease', async () => {
      const { key, item, entry } = await written();
      await leased(key);
      await store.markStale(key, ASKED_AT + 5);
      expect(await store.read(key)).toEqual({ ...item, entry: { ...entry, staleFrom: ASKED_AT + 5 } });
    });

    test('marking stale removes a lease that is alone, and makes no item if there is none', async () => {
      const { key } = await leased();
      await store.markStale(key, ASKED_AT);
      expect(await store.read(key)).toEqual(EMPTY_ITEM);
      const nothing = aKey();
      await store.markStale(nothing, ASKED_AT);
      expect(await listed(nothing.partition)).toEqual([]);
    });
  });
}
