import { describe, expect, test } from '@jest/globals';
import { EMPTY_ITEM } from '../../../../functions/lookup/entry.ts';
import { ASKED_AT, aKey } from './entries.ts';
import { type Store, storeUnderTest } from './store-under-test.ts';

/** An item that holds nothing, as a list shows it. */
const NOTHING = {
  ...{ hasEntry: false, isMarked: false, hasLease: false, fetchToken: undefined },
  ...{ hasOutcome: false, customers: [] },
};

/** The rules that every store must keep for its partitions. */
export function describePartitionsPort(getStore: () => Store): void {
  const { store, written, leased, listed } = storeUnderTest(getStore);

  describe('a partition', () => {
    test('lists every item of it: entries, leases alone, marked items; and no item of another partition', async () => {
      const { key } = await written({ customerAliases: ['under-the-old-secret'] });
      const sibling = (suffix: string) => ({ ...key, variant: `${key.variant};${suffix}` });
      const { lease: alone } = await leased(sibling('a'));
      await written({ kind: 'not-found', customer: undefined }, sibling('b'));
      await written({}, sibling('c'));
      await store.markStale(sibling('c'), ASKED_AT);
      const { lease: beside } = await leased(sibling('c'));
      await written();
      const isEntry = { ...NOTHING, hasEntry: true, customers: ['keyed-hash'] };
      expect(await listed(key.partition)).toEqual([
        { key, ...isEntry, customers: ['keyed-hash', 'under-the-old-secret'] },
        { key: sibling('a'), ...NOTHING, hasLease: true, fetchToken: alone.token },
        { key: sibling('b'), ...isEntry, customers: [] },
        { key: sibling('c'), ...isEntry, isMarked: true, hasLease: true, fetchToken: beside.token },
      ]);
      expect(await listed(aKey().partition)).toEqual([]);
    });

    test('lists an item that has lost its entry as no entry', async () => {
      const { key, item } = await written();
      await store.markStale(key, ASKED_AT);
      await store.dropEntry(key, item);
      expect(await listed(key.partition)).toEqual([{ key, ...NOTHING }]);
    });

    test('lists how a lease ended, and that a fetch is void', async () => {
      const { key, lease } = await leased();
      await store.voidFetch(key, lease.token);
      expect(await listed(key.partition)).toEqual([{ key, ...NOTHING, hasLease: true }]);
      await store.endLease(key, lease, { outcome: { kind: 'given-up', token: lease.token } });
      expect(await listed(key.partition)).toEqual([{ key, ...NOTHING, hasOutcome: true }]);
    });

    test('voiding a fetch removes the entry, and keeps the lease and what the item says about an earlier one', async () => {
      const { key } = await written();
      const { lease: earlier } = await leased(key);
      const outcome = { kind: 'given-up', token: earlier.token } as const;
      await store.endLease(key, earlier, { outcome });
      const { lease } = await leased(key);
      expect(await store.voidFetch(key, lease.token)).toBe(true);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease: { ...lease, isVoid: true }, outcome });
    });

    test('voiding does nothing without that lease, and nothing the second time', async () => {
      const { key, item } = await written();
      expect(await store.voidFetch(key, item.version ?? '')).toBe(false);
      expect(await store.read(key)).toEqual(item);
      const { lease } = await leased(key);
      const voidings = [lease.token, lease.token, 'other'].map((token) => () => store.voidFetch(key, token));
      expect([await voidings[0]?.(), await voidings[1]?.(), await voidings[2]?.()]).toEqual([true, false, false]);
      const nothing = aKey();
      expect(await store.voidFetch(nothing, lease.token)).toBe(false);
      expect(await listed(nothing.partition)).toEqual([]);
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
