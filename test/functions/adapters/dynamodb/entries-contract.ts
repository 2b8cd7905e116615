import { describe, expect, test } from '@jest/globals';
import { EMPTY_ITEM, type StoredItem } from '../../../../functions/lookup/entry.ts';
import { ASKED_AT, aKey } from './entries.ts';
import { type Store, storeUnderTest } from './store-under-test.ts';

/** The rules that every store must keep to show its entries. */
export function describeEntriesPort(getStore: () => Store): void {
  const { store, written, leased } = storeUnderTest(getStore);

  test('nothing is read where nothing was written', async () => {
    expect(await store.read(aKey())).toEqual(EMPTY_ITEM);
  });

  describe('reading many keys', () => {
    test('shows each as a single read shows it, in their order: entry, lease, outcome, mark, nothing', async () => {
      const keys = [(await written()).key, (await leased()).key, aKey(), (await written()).key, (await written()).key];
      const { key, lease } = await leased(keys[3]);
      await store.endLease(key, lease, {
        outcome: { kind: 'given-up', token: lease.token },
        revalidation: { until: ASKED_AT, backoffMs: 1 },
      });
      await store.markStale(keys[4]!, ASKED_AT);
      const alone = await Promise.all(keys.map((each) => store.read(each)));
      expect(new Set(alone.map((item) => JSON.stringify(item))).size).toBe(keys.length);
      expect(await store.readAll(keys)).toEqual(alone);
      expect(await store.readAll(keys.toReversed())).toEqual(alone.toReversed());
    });

    test('shows nothing where nothing was written', async () => {
      expect(await store.readAll([aKey(), aKey()])).toEqual([EMPTY_ITEM, EMPTY_ITEM]);
    });

    test('of no keys shows no items', async () => {
      expect(await store.readAll([])).toEqual([]);
    });

    test('shows a repeated key twice', async () => {
      const [one, other, nothing] = [await written(), await written({ body: '{"id":2}' }), aKey()];
      expect(await store.readAll([one.key, nothing, other.key, { ...one.key }, nothing, one.key])).toEqual([
        one.item,
        EMPTY_ITEM,
        other.item,
        one.item,
        EMPTY_ITEM,
        one.item,
      ]);
    });

    test('tells keys apart by every part of them', async () => {
      const { key, item } = await written();
      const sibling = { ...key, variant: `${key.variant};embed=points` };
      const swapped = { partition: key.variant, variant: key.partition };
      const shifted = { partition: key.partition.slice(0, -1), variant: `${key.partition.at(-1)}${key.variant}` };
      const items = await store.readAll([sibling, swapped, key, shifted]);
      expect(items).toEqual([EMPTY_ITEM, EMPTY_ITEM, item, EMPTY_ITEM]);
    });

    test.each([100, 101, 200, 201])('reads %i keys as well', async (count) => {
      const keys = Array.from({ length: count }, () => aKey());
      const expected = Array<StoredItem>(count).fill(EMPTY_ITEM);
      for (const index of [0, 1, 98, 99, 100, 101, 198, 199, 200].filter((each) => each < count)) {
        expected[index] = (await written({ body: `{"id":${index}}` }, keys[index])).item;
      }
      expect(await store.readAll(keys)).toEqual(expected);
    });

    test('shows what was written just before', async () => {
      const others = Array.from({ length: 20 }, () => aKey());
      for (let time = 0; time < 10; time += 1) {
        const { key, item } = await written();
        expect((await store.readAll([...others, key])).at(-1)).toEqual(item);
      }
    });
  });
}
