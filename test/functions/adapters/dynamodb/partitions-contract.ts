import { describe, expect, test } from '@jest/globals';
import { EMPTY_ITEM } from '../../../../functions/lookup/entry.ts';
import { ASKED_AT, aKey } from './entries.ts';
import { type Store, storeUnderTest, WHOLLY } from './store-under-test.ts';

/** An item that holds nothing, as a list shows it. */
const NOTHING = {
  hasEntry: false,
  isMarked: false,
  lease: undefined,
  hasOutcome: false,
  customers: [],
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
        { key: sibling('a'), ...NOTHING, lease: { token: alone.token } },
        { key: sibling('b'), ...isEntry, customers: [] },
        { key: sibling('c'), ...isEntry, isMarked: true, lease: { token: beside.token } },
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
      const state = { token: lease.token, isVoid: true } as const;
      await store.voidFetch(key, lease, { ...WHOLLY, survivor: 'survivor' });
      expect(await listed(key.partition)).toEqual([{ key, ...NOTHING, lease: { ...state, survivor: 'survivor' } }]);
      await store.voidFetch(key, { ...state, survivor: 'survivor' }, WHOLLY);
      expect(await listed(key.partition)).toEqual([{ key, ...NOTHING, lease: state }]);
      await store.endLease(key, lease, { outcome: { kind: 'given-up', token: lease.token } });
      expect(await listed(key.partition)).toEqual([{ key, ...NOTHING, hasOutcome: true }]);
    });

    test('voiding a fetch removes the entry, and keeps the lease and what the item says about an earlier one', async () => {
      const { key } = await written();
      const { lease: earlier } = await leased(key);
      const outcome = { kind: 'given-up', token: earlier.token } as const;
      await store.endLease(key, earlier, { outcome });
      const { lease } = await leased(key);
      expect(await store.voidFetch(key, lease, WHOLLY)).toBe(true);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease: { ...lease, isVoid: true }, outcome });
    });

    test('voiding a fetch may leave the entry', async () => {
      const { key, item } = await written();
      const { lease } = await leased(key);
      expect(await store.voidFetch(key, lease, { survivor: 'survivor', endsEntry: false })).toBe(true);
      expect(await store.read(key)).toEqual({ ...item, lease: { ...lease, isVoid: true, survivor: 'survivor' } });
    });

    test('voiding does nothing if the lease is another one, or is not as void as the one that was seen', async () => {
      const { key, item } = await written();
      expect(await store.voidFetch(key, { token: item.version ?? '' }, WHOLLY)).toBe(false);
      expect(await store.read(key)).toEqual(item);
      const { lease } = await leased(key);
      const states = [
        {},
        { isVoid: true },
        { isVoid: true, survivor: 'one' },
        { isVoid: true, survivor: 'two' },
      ] as const;
      for (const actual of states) {
        const seen = { token: lease.token, ...actual };
        const others = states.filter((state) => state !== actual).map((state) => ({ token: lease.token, ...state }));
        for (const other of [...others, { ...seen, token: 'other' }]) {
          const before = await store.read(key);
          expect(await store.voidFetch(key, other, WHOLLY)).toBe(false);
          expect(await store.read(key)).toEqual(before);
        }
        const next = states[states.indexOf(actual) + 1];
        const survivor = next !== undefined && 'survivor' in next ? next.survivor : undefined;
        expect(await store.voidFetch(key, seen, { ...WHOLLY, survivor })).toBe(true);
      }
      const nothing = aKey();
      expect(await store.voidFetch(nothing, lease, WHOLLY)).toBe(false);
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
