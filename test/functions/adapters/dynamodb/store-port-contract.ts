import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CacheKey } from '../../../../functions/customer/cache-key.ts';
import { EMPTY_ITEM, type Lease, type LeaseOutcome, type StoredItem } from '../../../../functions/lookup/entry.ts';
import type { CacheStore, InvalidationStore, PartitionItem } from '../../../../functions/lookup/ports.ts';
import { MemoryCacheStore } from '../../../support/memory-cache-store.ts';
import { ASKED_AT, aKey, anEntry } from './entries.ts';

export type Store = CacheStore & InvalidationStore;

export const aLease = (changes: Partial<Lease> = {}): Lease => ({
  token: randomUUID(),
  until: ASKED_AT + 2650,
  durationMs: 2650,
  ...changes,
});

/** What every store must do for the look-up and for invalidation: each operation, its condition and its refusal. */
export function describeStorePort(getStore: () => Store): void {
  let store: Store;
  beforeAll(() => {
    store = getStore();
  });

  /** A key whose item holds an entry and nothing else. */
  async function written(changes: Parameters<typeof anEntry>[0] = {}, key = aKey()) {
    const lease = aLease();
    await store.takeLease(key, await store.read(key), lease);
    const entry = anEntry(changes);
    expect(await store.writeEntry(key, lease, entry)).toBe('written');
    return { key, entry, item: { ...EMPTY_ITEM, entry, version: lease.token } };
  }

  const listed = (partition: string) => listPartition(store, partition);

  async function leased(seenKey?: CacheKey) {
    const key = seenKey ?? aKey();
    const lease = aLease();
    expect(await store.takeLease(key, await store.read(key), lease)).toBe(true);
    return { key, lease };
  }

  test('nothing is read where nothing was written', async () => {
    expect(await store.read(aKey())).toEqual(EMPTY_ITEM);
  });

  describe('reading many keys', () => {
    test('shows each as reading it alone does, in their order: entry, lease, outcome, mark, nothing', async () => {
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

    test('shows a key that stands twice twice', async () => {
      const [one, other, nothing] = [await written(), await written({ body: '{"id":2}' }), aKey()];
      expect(await store.readAll([one.key, nothing, other.key, { ...one.key }, nothing, one.key])).toEqual([
        ...[one.item, EMPTY_ITEM, other.item],
        ...[one.item, EMPTY_ITEM, one.item],
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

  describe('taking the lease', () => {
    test('where there is nothing', async () => {
      const key = aKey();
      const lease = aLease();
      expect(await store.takeLease(key, EMPTY_ITEM, lease)).toBe(true);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease });
    });

    test('on an entry, which stays as it is, with its mark and how the last lease ended', async () => {
      const { key, item } = await written();
      const first = await leased(key);
      const outcome = { kind: 'not-stored', token: first.lease.token } as const;
      const revalidation = { until: ASKED_AT, backoffMs: 10_000 };
      await store.endLease(key, first.lease, { outcome, revalidation });
      const { lease } = await leased(key);
      expect(await store.read(key)).toEqual({ ...item, lease, outcome, revalidation });
    });

    test('over the lapsed one that was seen', async () => {
      const { key } = await leased();
      const { lease } = await leased(key);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease });
    });

    test.each<[string, () => Promise<{ key: CacheKey; seen: StoredItem }>]>([
      [
        'another lease was taken meanwhile',
        async () => {
          const { key, item } = await written();
          await leased(key);
          return { key, seen: item };
        },
      ],
      [
        'another took over the lapsed one',
        async () => {
          const { key } = await leased();
          const seen = await store.read(key);
          await leased(key);
          return { key, seen };
        },
      ],
      [
        'the lapsed one that was seen has ended',
        async () => {
          const { key, lease } = await leased();
          const seen = await store.read(key);
          await store.endLease(key, lease, { outcome: { kind: 'not-stored', token: lease.token } });
          return { key, seen };
        },
      ],
      [
        'another entry was written meanwhile',
        async () => {
          const { key, item } = await written();
          await written({}, key);
          return { key, seen: item };
        },
      ],
      [
        'the first entry was written meanwhile',
        async () => {
          const { key } = await written();
          return { key, seen: EMPTY_ITEM };
        },
      ],
      [
        'the entry was deleted meanwhile',
        async () => {
          const { key, item } = await written();
          await store.deleteItems([key]);
          return { key, seen: item };
        },
      ],
    ])('is refused when %s', async (_title, arrange) => {
      const { key, seen } = await arrange();
      const before = await store.read(key);
      expect(await store.takeLease(key, seen, aLease())).toBe(false);
      expect(await store.read(key)).toEqual(before);
    });

    test('of many at once, one takes it', async () => {
      const key = aKey();
      const leases = Array.from({ length: 10 }, () => aLease());
      const taken = await Promise.all(leases.map((lease) => store.takeLease(key, EMPTY_ITEM, lease)));
      expect(taken.filter((each) => each)).toHaveLength(1);
      expect((await store.read(key)).lease).toEqual(leases[taken.indexOf(true)]);
    });
  });

  describe('writing the entry', () => {
    test('replaces everything, and ends the lease', async () => {
      const { key } = await written();
      const first = await leased(key);
      await store.endLease(key, first.lease, {
        outcome: { kind: 'given-up', token: first.lease.token },
        revalidation: { until: 5, backoffMs: 1 },
      });
      const { lease } = await leased(key);
      const entry = anEntry({ body: '{"id":2}' });
      expect(await store.writeEntry(key, lease, entry)).toBe('written');
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, entry, version: lease.token });
    });

    test('is lost where the lease is another’s, was ended, or was deleted', async () => {
      const { key, lease } = await leased();
      expect(await store.writeEntry(key, aLease(), anEntry())).toBe('lost');
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease });
      await store.markStale(key, ASKED_AT);
      expect(await store.writeEntry(key, lease, anEntry())).toBe('lost');
      await store.deleteItems([key]);
      expect(await store.writeEntry(key, lease, anEntry())).toBe('lost');
      expect(await store.read(key)).toEqual(EMPTY_ITEM);
    });

    test('takes off the mark of the entry before', async () => {
      const { key } = await written();
      await store.markStale(key, ASKED_AT);
      await written({}, key);
      expect((await store.read(key)).entry?.staleFrom).toBeUndefined();
    });
  });

  describe('ending the lease', () => {
    const outcomes: readonly (Omit<LeaseOutcome, 'token'> & object)[] = [
      { kind: 'failed', failure: 'throttled', retryAfterMs: 5000 } as Omit<LeaseOutcome, 'token'>,
      { kind: 'failed', failure: 'connection', retryAfterMs: undefined } as Omit<LeaseOutcome, 'token'>,
      { kind: 'given-up' },
      { kind: 'not-stored' },
      { kind: 'erased', status: 404, body: '{"errors":[{"code":8055,"message":"नेहा"}]}', askedAt: ASKED_AT } as Omit<
        LeaseOutcome,
        'token'
      >,
    ];
    test.each(outcomes)('with %j', async (how) => {
      const { key, item } = await written();
      const { lease } = await leased(key);
      const outcome = { ...how, token: lease.token } as LeaseOutcome;
      expect(await store.endLease(key, lease, { outcome })).toBe(true);
      expect(await store.read(key)).toEqual({ ...item, outcome });
    });

    test('with a hold-back, or leaving the one that is there', async () => {
      const { key, item } = await written();
      for (const revalidation of [{ until: ASKED_AT + 10_000, backoffMs: 10_000 }, undefined]) {
        const { lease } = await leased(key);
        const outcome = { kind: 'not-stored', token: lease.token } as const;
        await store.endLease(key, lease, { outcome, revalidation });
        const kept = { until: ASKED_AT + 10_000, backoffMs: 10_000 };
        expect(await store.read(key)).toEqual({ ...item, outcome, revalidation: kept });
      }
    });

    test('B11: ends the entry with it, and only then', async () => {
      const { key } = await written({ customerAliases: ['other-hash'] });
      await store.markStale(key, ASKED_AT);
      const { lease } = await leased(key);
      const outcome = { kind: 'not-stored', token: lease.token } as const;
      expect(await store.endLease(key, lease, { outcome, endsEntry: true })).toBe(true);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome });
      // Whoever saw the entry cannot take the lease as if it were there.
      const second = await leased(key);
      expect(await store.writeEntry(key, second.lease, anEntry())).toBe('written');
    });

    test('an erased customer’s outcome leaves nothing behind when the next lease ends otherwise', async () => {
      const { key, lease } = await leased();
      const erased = {
        kind: 'erased' as const,
        token: lease.token,
        status: 404,
        body: '{"errors":[]}',
        askedAt: ASKED_AT,
      } as const;
      await store.endLease(key, lease, { outcome: erased, endsEntry: true });
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome: erased });
      const second = (await leased(key)).lease;
      const outcome = { kind: 'given-up', token: second.token } as const;
      await store.endLease(key, second, { outcome });
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome });
    });

    test('replaces how the one before ended', async () => {
      const { key, lease } = await leased();
      await store.endLease(key, lease, {
        outcome: { kind: 'failed', token: lease.token, failure: 'timeout', retryAfterMs: 7 },
      });
      const second = (await leased(key)).lease;
      await store.endLease(key, second, { outcome: { kind: 'given-up', token: second.token } });
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome: { kind: 'given-up', token: second.token } });
    });

    test('is refused where it is another’s, or nobody’s', async () => {
      const { key, lease } = await leased();
      const other = aLease();
      const end = (each: Lease) =>
        store.endLease(key, each, {
          outcome: { kind: 'not-stored', token: each.token },
          revalidation: { until: 1, backoffMs: 1 },
          endsEntry: true,
        });
      expect(await end(other)).toBe(false);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease });
      await store.deleteItems([key]);
      expect(await end(lease)).toBe(false);
      expect(await store.read(key)).toEqual(EMPTY_ITEM);
    });
  });

  describe('marking for revalidation', () => {
    const mark = { until: ASKED_AT + 10_000, backoffMs: 20_000 };

    test('the entry that was seen, and again once the mark has lapsed', async () => {
      const { key, item } = await written();
      expect(await store.markRevalidation(key, item, mark)).toBe(true);
      expect(await store.read(key)).toEqual({ ...item, revalidation: mark });
      const later = { until: mark.until + 10_000, backoffMs: 0 };
      expect(await store.markRevalidation(key, { ...item, revalidation: mark }, later)).toBe(true);
      expect(await store.read(key)).toEqual({ ...item, revalidation: later });
    });

    test('is refused where another mark, lease or entry is there than was seen, or none', async () => {
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
      ['leaves none where there was none', undefined],
      ['leaves the one before', previous],
    ])('%s', async (_title, before) => {
      const { key, item } = await written();
      if (before !== undefined) await store.markRevalidation(key, item, before);
      await store.markRevalidation(key, await store.read(key), mark);
      expect(await store.takeBackMark(key, mark, before)).toBe(true);
      expect(await store.read(key)).toEqual({ ...item, revalidation: before });
    });

    test('is refused where another mark is there, or none, or no item', async () => {
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

    test('drops nothing where no entry was seen or there is none, and makes no item', async () => {
      const { key, item } = await written();
      expect(await store.dropEntry(key, EMPTY_ITEM)).toBe(false);
      expect(await store.read(key)).toEqual(item);
      const nothing = aKey();
      expect(await store.dropEntry(nothing, EMPTY_ITEM)).toBe(false);
      expect(await store.dropEntry(nothing, item)).toBe(false);
      expect(await listed(nothing.partition)).toEqual([]);
    });
  });

  describe('a customer’s index and fence', () => {
    test('holds each partition once, and never forgets one', async () => {
      const customer = randomUUID();
      expect(await store.fenceCustomer(customer, ASKED_AT - 2000)).toEqual([]);
      for (const partition of ['p1', 'p2', 'p1']) {
        expect(await store.addToIndex(customer, partition, ASKED_AT)).toBe(true);
      }
      for (const at of [ASKED_AT + 1, ASKED_AT + 2]) {
        expect([...(await store.fenceCustomer(customer, at))].sort()).toEqual(['p1', 'p2']);
      }
    });

    test.each([
      ['before the fence', -1, false],
      ['at the fence', 0, false],
      ['as much after it as clocks may differ', 500, false],
      ['more after it than clocks differ', 501, true],
    ])('what was asked for %s is added: %s ms, %s', async (_title, afterMs, isAdded) => {
      const customer = randomUUID();
      await store.fenceCustomer(customer, ASKED_AT);
      expect(await store.addToIndex(customer, 'p', ASKED_AT + afterMs)).toBe(isAdded);
      expect(await store.fenceCustomer(customer, ASKED_AT)).toEqual(isAdded ? ['p'] : []);
    });

    test('an earlier fence leaves a later one, and still says what is in the index', async () => {
      const customer = randomUUID();
      await store.addToIndex(customer, 'p', ASKED_AT);
      await store.fenceCustomer(customer, ASKED_AT + 1000);
      expect(await store.fenceCustomer(customer, ASKED_AT)).toEqual(['p']);
      expect(await store.addToIndex(customer, 'q', ASKED_AT + 1500)).toBe(false);
      expect(await store.addToIndex(customer, 'q', ASKED_AT + 1501)).toBe(true);
    });

    test('customers have nothing in common', async () => {
      const [one, other] = [randomUUID(), randomUUID()];
      await store.fenceCustomer(one, ASKED_AT);
      expect(await store.addToIndex(other, 'p', ASKED_AT)).toBe(true);
      expect(await store.fenceCustomer(one, ASKED_AT)).toEqual([]);
    });

    test('a fill and a purge at once: either the fence refuses it or the list holds it', async () => {
      for (let time = 0; time < 10; time += 1) {
        const customer = randomUUID();
        const [isAdded, partitions] = await Promise.all([
          store.addToIndex(customer, 'p', ASKED_AT),
          store.fenceCustomer(customer, ASKED_AT),
        ]);
        if (isAdded) expect(partitions).toEqual(['p']);
      }
    });
  });

  describe('a partition', () => {
    test('lists every item of it: entries, leases alone, what is marked; and no other partition’s', async () => {
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

    test('lists what is left of an item whose entry is gone as no entry', async () => {
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

    test('marking stale keeps the bytes and takes the lease away', async () => {
      const { key, item, entry } = await written();
      await leased(key);
      await store.markStale(key, ASKED_AT + 5);
      expect(await store.read(key)).toEqual({ ...item, entry: { ...entry, staleFrom: ASKED_AT + 5 } });
    });

    test('marking stale takes away a lease that is alone, and makes no item where there is none', async () => {
      const { key } = await leased();
      await store.markStale(key, ASKED_AT);
      expect(await store.read(key)).toEqual(EMPTY_ITEM);
      const nothing = aKey();
      await store.markStale(nothing, ASKED_AT);
      expect(await listed(nothing.partition)).toEqual([]);
    });
  });

  describe('the upstream’s pause', () => {
    const pauses = () => Promise.all([store.readPause('v2'), store.readPause('v1.1')]);
    const fresh = (since: number, until: number) => ({ since, until, turns: 0, probedAt: since });
    /** Later than any pause that another test writes: the longest stands. */
    let start = Date.now();
    const laterMoment = () => {
      start += 1_000_000;
      return start;
    };

    test('of each API is the longest that was written, whatever the other’s is', async () => {
      expect(await pauses()).toEqual([undefined, undefined]);
      const at = laterMoment();
      await store.writePause('v2', { since: at, until: at + 5000 });
      expect(await pauses()).toEqual([fresh(at, at + 5000), undefined]);
      await store.writePause('v2', { since: at + 1, until: at + 2000 });
      await store.writePause('v2', { since: at + 1, until: at + 5000 });
      await store.writePause('v1.1', { since: at, until: at + 3000 });
      expect(await pauses()).toEqual([fresh(at, at + 5000), fresh(at, at + 3000)]);
      await store.writePause('v2', { since: at + 1, until: at + 6000 });
      expect(await pauses()).toEqual([fresh(at + 1, at + 6000), fresh(at, at + 3000)]);
    });

    test('has so many turns at its end, of many who ask at once too', async () => {
      const [at, other] = [laterMoment(), laterMoment()];
      await store.writePause('v2', { since: at, until: at + 5000 });
      await store.writePause('v1.1', { since: other, until: other + 5000 });
      const taken = await Promise.all(Array.from({ length: 8 }, () => store.takeTurn('v2', at + 5000, 3)));
      expect(taken.filter((each) => each)).toHaveLength(3);
      expect(await pauses()).toEqual([{ ...fresh(at, at + 5000), turns: 3 }, fresh(other, other + 5000)]);
      expect(await store.takeTurn('v2', at + 5000, 4)).toBe(true);
      expect(await store.takeTurn('v2', at + 5000, 4)).toBe(false);
    });

    test('gives no turn of another pause, and a longer pause has all its turns again', async () => {
      const at = laterMoment();
      await store.writePause('v2', { since: at, until: at + 5000 });
      expect(await store.takeTurn('v2', at + 4999, 3)).toBe(false);
      expect(await store.takeTurn('v2', at + 5000, 3)).toBe(true);
      await store.writePause('v2', { since: at + 1, until: at + 9000 });
      expect(await store.takeTurn('v2', at + 5000, 3)).toBe(false);
      expect(await store.readPause('v2')).toEqual(fresh(at + 1, at + 9000));
    });

    test('is probed by one of many who saw the same', async () => {
      const at = laterMoment();
      await store.writePause('v2', { since: at, until: at + 500_000 });
      const probe = (probedAt: number, now: number) => store.takeProbe('v2', at + 500_000, probedAt, now);
      const taken = await Promise.all(Array.from({ length: 6 }, (_, index) => probe(at, at + 60_000 + index)));
      expect(taken.filter((each) => each)).toHaveLength(1);
      const probedAt = at + 60_000 + taken.indexOf(true);
      expect(await store.readPause('v2')).toEqual({ ...fresh(at, at + 500_000), probedAt });
      expect(await probe(at, at + 70_000)).toBe(false);
      expect(await store.takeProbe('v2', at + 400_000, probedAt, at + 120_000)).toBe(false);
      expect(await probe(probedAt, at + 120_000)).toBe(true);
    });

    test('ends when a probe found the upstream well, unless another pause was written meanwhile', async () => {
      const at = laterMoment();
      await store.writePause('v2', { since: at, until: at + 500_000 });
      await store.endPause('v2', at + 400_000, at + 60_000);
      expect(await store.readPause('v2')).toEqual(fresh(at, at + 500_000));
      await store.endPause('v2', at + 500_000, at + 60_000);
      expect(await store.readPause('v2')).toEqual(fresh(at, at + 60_000));
      // From then on it is known by its new end.
      expect(await store.takeTurn('v2', at + 60_000, 1)).toBe(true);
      await store.writePause('v2', { since: at + 70_000, until: at + 72_000 });
      expect(await store.readPause('v2')).toEqual(fresh(at + 70_000, at + 72_000));
    });

    test('that was never written gives no turn and no probe, and ends without a trace', async () => {
      const unwritten = laterMoment();
      expect(await store.takeTurn('v1.1', unwritten, 3)).toBe(false);
      expect(await store.takeProbe('v1.1', unwritten, unwritten, unwritten)).toBe(false);
      const before = await store.readPause('v1.1');
      await store.endPause('v1.1', unwritten, unwritten - 5);
      expect(await store.readPause('v1.1')).toEqual(before);
    });
  });
}

/** Every item of a partition, page by page, as the store lists them. */
export async function listPartition(store: Store, partition: string): Promise<readonly PartitionItem[]> {
  const items: PartitionItem[] = [];
  let after: string | undefined;
  do {
    const page = await store.listPartition(partition, after);
    items.push(...page.items);
    after = page.next;
  } while (after !== undefined);
  return items;
}

/** One step of a history: what is done, to which of a few keys and customers, and when. */
type Step = readonly [operation: string, key: number, at: number, seen: number];

/** That two stores do the same, whatever is done to them in whatever order. */
export function describeSameStore(getStore: () => Store): void {
  const OPERATIONS = [
    ...['takeLease', 'takeLease', 'writeEntry', 'writeEntry', 'endLease', 'markRevalidation', 'addToIndex'],
    ...['fenceCustomer', 'listPartition', 'deleteItems', 'markStale', 'readAll', 'dropEntry', 'takeBackMark'],
    ...['writePause', 'takeTurn', 'takeProbe', 'endPause'],
  ];
  const steps: fc.Arbitrary<readonly Step[]> = fc.array(
    fc.tuple(fc.constantFrom(...OPERATIONS), fc.nat(1), fc.nat(1500), fc.nat(2)),
    { minLength: 5, maxLength: 20 },
  );

  /** When the pauses of a history begin. */
  let pausesFrom = Date.now() + 1000 * 86_400_000;

  async function play(store: Store, history: readonly Step[], keys: readonly CacheKey[], customer: string) {
    const said: unknown[] = [];
    // What was seen of each key, the latest first: a step may act upon what it saw some time ago.
    const seenOf = keys.map((): StoredItem[] => [EMPTY_ITEM]);
    const leaseOf = keys.map((): Lease[] => [aLease({ token: 'none' })]);
    // Longer than any pause of another history, so that both stores begin with the same.
    await store.writePause('v2', { since: pausesFrom, until: pausesFrom });
    for (const [index, [operation, keyIndex, at, ago]] of history.entries()) {
      const key = keys[keyIndex] ?? aKey();
      const seen = seenOf[keyIndex]?.at(ago) ?? EMPTY_ITEM;
      const lease = leaseOf[keyIndex]?.at(Math.min(ago, 1)) ?? aLease();
      const time = ASKED_AT + at;
      const mark = { until: time, backoffMs: 10_000 };
      switch (operation) {
        case 'takeLease': {
          const taken = aLease({ token: `token-${index}`, until: time });
          said.push(await store.takeLease(key, seen, taken));
          leaseOf[keyIndex]?.unshift(taken);
          break;
        }
        case 'writeEntry':
          said.push(await store.writeEntry(key, lease, anEntry({ askedAt: time, body: `{"id":${index}}` })));
          break;
        case 'endLease': {
          const outcome = { kind: 'not-stored', token: lease.token } as const;
          const revalidation = at % 2 === 0 ? mark : undefined;
          said.push(await store.endLease(key, lease, { outcome, revalidation, endsEntry: at % 3 === 0 }));
          break;
        }
        case 'markRevalidation':
          // Only what has an entry is ever marked.
          if (seen.version !== undefined) said.push(await store.markRevalidation(key, seen, mark));
          break;
        case 'addToIndex':
          said.push(await store.addToIndex(customer, `p${keyIndex}`, time));
          break;
        case 'fenceCustomer':
          said.push([...(await store.fenceCustomer(customer, time))].sort());
          break;
        case 'listPartition': {
          said.push(await listPartition(store, key.partition));
          break;
        }
        case 'readAll':
          said.push(await store.readAll([key, ...keys, aKey()]));
          break;
        case 'dropEntry':
          said.push(await store.dropEntry(key, seen));
          break;
        case 'takeBackMark':
          if (seen.revalidation !== undefined) said.push(await store.takeBackMark(key, seen.revalidation, undefined));
          break;
        case 'writePause':
          await store.writePause('v2', { since: pausesFrom, until: pausesFrom + 1000 * (at % 3) });
          break;
        case 'takeTurn':
          said.push(await store.takeTurn('v2', pausesFrom + 1000 * (at % 3), 2));
          break;
        case 'takeProbe':
          said.push(await store.takeProbe('v2', pausesFrom + 1000 * (at % 3), pausesFrom, time));
          break;
        case 'endPause':
          await store.endPause('v2', pausesFrom + 1000 * (at % 3), pausesFrom + at);
          break;
        case 'deleteItems':
          await store.deleteItems([key]);
          break;
        case 'markStale':
          await store.markStale(key, time);
          break;
      }
      if (/Pause|Turn|Probe/.test(operation)) said.push(await store.readPause('v2'));
      const now = await store.read(key);
      seenOf[keyIndex]?.unshift(now);
      said.push(now);
    }
    return said;
  }

  test('does the same as the store in memory, whatever is done to both', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        const keys = [aKey(), aKey()];
        const customer = randomUUID();
        pausesFrom += 10_000;
        const expected = await play(new MemoryCacheStore(), history, keys, customer);
        expect(await play(getStore(), history, keys, customer)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
}
