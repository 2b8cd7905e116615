import { describe, expect, test } from '@jest/globals';
import { EMPTY_ITEM } from '../../../../functions/lookup/entry.ts';
import { ASKED_AT, aKey, anEntry } from './entries.ts';
import { type Store, storeUnderTest } from './store-under-test.ts';

/** The rules that every store must keep for the mark of a revalidation, and for an entry or a fetch that is dropped. */
export function describeMarksPort(getStore: () => Store): void {
  const { store, written, leased, listed } = storeUnderTest(getStore);

  describe('marking for revalidation', () => {
    const mark = { until: ASKED_AT + 10_000, backoffMs: 20_000 };

    test('marks the entry that was seen, and marks it again once the mark has lapsed', async () => {
      const { key, item } = await written();
      expect(await store.markRevalidation(key, item, mark)).toBe(true);
      expect(await store.read(key)).toEqual({ ...item, revalidation: mark });
      const later = { until: mark.until + 10_000, backoffMs: 0 };
      expect(await store.markRevalidation(key, { ...item, revalidation: mark }, later)).toBe(true);
      expect(await store.read(key)).toEqual({ ...item, revalidation: later });
    });

    test('is refused if mark, lease or entry is another one than was seen, or is gone', async () => {
      const { key, item } = await written();
      await store.markRevalidation(key, item, mark);
      expect(await store.markRevalidation(key, item, { ...mark, until: 1 })).toBe(false);
      expect((await store.read(key)).revalidation).toEqual(mark);
      const seen = await store.read(key);
      await leased(key);
      expect(await store.markRevalidation(key, seen, { ...mark, until: 1 })).toBe(false);
      await written({}, key);
      expect(await store.markRevalidation(key, item, mark)).toBe(false);
      expect((await store.read(key)).revalidation).toBeUndefined();
      await store.deleteItems([key]);
      expect(await store.markRevalidation(key, item, mark)).toBe(false);
      expect(await store.read(key)).toEqual(EMPTY_ITEM);
    });

    test('marks what was never written: the item holds the mark alone, and then the next lease and entry', async () => {
      const key = aKey();
      expect(await store.markRevalidation(key, EMPTY_ITEM, mark)).toBe(true);
      expect(await store.markRevalidation(key, EMPTY_ITEM, { ...mark, until: 1 })).toBe(false);
      const item = { ...EMPTY_ITEM, revalidation: mark };
      expect(await store.read(key)).toEqual(item);
      const { lease } = await leased(key);
      expect(await store.read(key)).toEqual({ ...item, lease });
      expect(await store.writeEntry(key, lease, anEntry())).toBe('written');
      expect((await store.read(key)).revalidation).toBeUndefined();
    });

    test('of many at once, one marks', async () => {
      const { key, item } = await written();
      const marks = Array.from({ length: 10 }, (_, index) =>
        store.markRevalidation(key, item, { ...mark, until: index }),
      );
      expect((await Promise.all(marks)).filter((each) => each)).toHaveLength(1);
    });
  });

  describe('taking back a mark', () => {
    const mark = { until: ASKED_AT + 10_000, backoffMs: 0 };
    const previous = { until: ASKED_AT - 5, backoffMs: 20_000 };

    test.each([
      ['leaves none if there was none', undefined],
      ['leaves the one before', previous],
    ])('%s', async (_title, before) => {
      const { key, item } = await written();
      if (before !== undefined) await store.markRevalidation(key, item, before);
      await store.markRevalidation(key, await store.read(key), mark);
      expect(await store.takeBackMark(key, mark, before)).toBe(true);
      expect(await store.read(key)).toEqual({ ...item, revalidation: before });
    });

    test('is refused if there is another mark, no mark, or no item', async () => {
      const { key, item } = await written();
      expect(await store.takeBackMark(key, mark, previous)).toBe(false);
      expect(await store.read(key)).toEqual(item);
      for (const other of [
        { ...mark, until: mark.until + 1 },
        { ...mark, backoffMs: 1 },
      ]) {
        await store.markRevalidation(key, await store.read(key), other);
        expect(await store.takeBackMark(key, mark, undefined)).toBe(false);
        expect(await store.read(key)).toEqual({ ...item, revalidation: other });
      }
      const nothing = aKey();
      expect(await store.takeBackMark(nothing, mark, previous)).toBe(false);
      expect(await store.read(nothing)).toEqual(EMPTY_ITEM);
    });

    test('leaves a lease that was taken meanwhile', async () => {
      const { key, item } = await written();
      await store.markRevalidation(key, item, mark);
      const { lease } = await leased(key);
      expect(await store.takeBackMark(key, mark, undefined)).toBe(true);
      expect(await store.read(key)).toEqual({ ...item, lease });
    });
  });

  describe('dropping an entry without a lease', () => {
    test('B11: removes the entry that was seen; a lease, a mark and an outcome stay', async () => {
      const { key, item } = await written();
      const first = await leased(key);
      const outcome = { kind: 'not-stored', token: first.lease.token } as const;
      const revalidation = { until: ASKED_AT, backoffMs: 10_000 };
      await store.endLease(key, first.lease, { outcome, revalidation });
      const { lease } = await leased(key);
      expect(await store.dropEntry(key, item)).toBe(true);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease, outcome, revalidation });
      expect(await store.writeEntry(key, lease, anEntry())).toBe('written');
    });

    test('leaves an entry that was written meanwhile', async () => {
      const { key, item } = await written();
      const newer = await written({ body: '{"id":2}' }, key);
      expect(await store.dropEntry(key, item)).toBe(false);
      expect(await store.read(key)).toEqual(newer.item);
    });

    test('drops nothing if no entry was seen or there is none, and makes no item', async () => {
      const { key, item } = await written();
      expect(await store.dropEntry(key, EMPTY_ITEM)).toBe(false);
      expect(await store.read(key)).toEqual(item);
      const nothing = aKey();
      expect(await store.dropEntry(nothing, EMPTY_ITEM)).toBe(false);
      expect(await store.dropEntry(nothing, item)).toBe(false);
      expect(await listed(nothing.partition)).toEqual([]);
    });
  });

  describe('dropping a fetch without its lease', () => {
    test('B11: removes the lease and the entry beside it; mark and outcome stay, and the holder writes no entry', async () => {
      const { key } = await written();
      const first = await leased(key);
      const outcome = { kind: 'given-up', token: first.lease.token } as const;
      const revalidation = { until: ASKED_AT, backoffMs: 10_000 };
      await store.endLease(key, first.lease, { outcome, revalidation });
      const { lease } = await leased(key);
      expect(await store.dropFetch(key, lease)).toBe(true);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome, revalidation });
      expect(await store.writeEntry(key, lease, anEntry())).toBe('lost');
    });

    test('removes the entry that the holder has written since', async () => {
      const key = aKey();
      const { lease } = await leased(key);
      await store.writeEntry(key, lease, anEntry());
      expect(await store.dropFetch(key, lease)).toBe(true);
      expect(await store.read(key)).toEqual(EMPTY_ITEM);
    });

    test('leaves a later fetch beside the entry that the holder has written since', async () => {
      const key = aKey();
      const { lease } = await leased(key);
      await store.writeEntry(key, lease, anEntry());
      const later = await leased(key);
      expect(await store.dropFetch(key, lease)).toBe(true);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease: later.lease });
      expect(await store.writeEntry(key, later.lease, anEntry())).toBe('written');
    });

    test('leaves another fetch and its entry', async () => {
      const key = aKey();
      const { lease } = await leased(key);
      await store.endLease(key, lease, { outcome: { kind: 'not-stored', token: lease.token } });
      const other = await leased(key);
      const before = await store.read(key);
      expect(await store.dropFetch(key, lease)).toBe(false);
      expect(await store.read(key)).toEqual(before);
      await store.writeEntry(key, other.lease, anEntry());
      expect(await store.dropFetch(key, lease)).toBe(false);
      expect((await store.read(key)).version).toBe(other.lease.token);
      const nothing = aKey();
      expect(await store.dropFetch(nothing, lease)).toBe(false);
      expect(await listed(nothing.partition)).toEqual([]);
    });
  });
}
