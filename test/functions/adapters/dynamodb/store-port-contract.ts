import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { CacheKey } from '../../../../functions/customer/cache-key.ts';
import { EMPTY_ITEM, type Lease, type LeaseOutcome, type StoredItem } from '../../../../functions/lookup/entry.ts';
import type { CacheStore, InvalidationStore } from '../../../../functions/lookup/ports.ts';
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
      await store.endLease(key, lease, { kind: 'given-up', token: lease.token }, { until: ASKED_AT, backoffMs: 1 });
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
      await store.endLease(key, first.lease, outcome, revalidation);
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
          await store.endLease(key, lease, { kind: 'not-stored', token: lease.token }, undefined);
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
          await store.deleteItem(key);
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
      await store.endLease(
        key,
        first.lease,
        { kind: 'given-up', token: first.lease.token },
        { until: 5, backoffMs: 1 },
      );
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
      await store.deleteItem(key);
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
    ];
    test.each(outcomes)('with %j', async (how) => {
      const { key, item } = await written();
      const { lease } = await leased(key);
      const outcome = { ...how, token: lease.token } as LeaseOutcome;
      expect(await store.endLease(key, lease, outcome, undefined)).toBe(true);
      expect(await store.read(key)).toEqual({ ...item, outcome });
    });

    test('with a hold-back, or leaving the one that is there', async () => {
      const { key, item } = await written();
      for (const revalidation of [{ until: ASKED_AT + 10_000, backoffMs: 10_000 }, undefined]) {
        const { lease } = await leased(key);
        const outcome = { kind: 'not-stored', token: lease.token } as const;
        await store.endLease(key, lease, outcome, revalidation);
        const kept = { until: ASKED_AT + 10_000, backoffMs: 10_000 };
        expect(await store.read(key)).toEqual({ ...item, outcome, revalidation: kept });
      }
    });

    test('replaces how the one before ended', async () => {
      const { key, lease } = await leased();
      await store.endLease(
        key,
        lease,
        { kind: 'failed', token: lease.token, failure: 'timeout', retryAfterMs: 7 },
        undefined,
      );
      const second = (await leased(key)).lease;
      await store.endLease(key, second, { kind: 'given-up', token: second.token }, undefined);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, outcome: { kind: 'given-up', token: second.token } });
    });

    test('is refused where it is another’s, or nobody’s', async () => {
      const { key, lease } = await leased();
      const other = aLease();
      const end = (each: Lease) =>
        store.endLease(key, each, { kind: 'not-stored', token: each.token }, { until: 1, backoffMs: 1 });
      expect(await end(other)).toBe(false);
      expect(await store.read(key)).toEqual({ ...EMPTY_ITEM, lease });
      await store.deleteItem(key);
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
      await store.deleteItem(key);
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
    test('lists every item of it: entries, leases alone, and no other partition’s', async () => {
      const { key } = await written();
      const sibling = { ...key, variant: `${key.variant};embed=points` };
      await leased(sibling);
      await written();
      const listed = await store.listPartition(key.partition);
      expect([...listed].sort((left, right) => left.key.variant.length - right.key.variant.length)).toEqual([
        { key, hasEntry: true },
        { key: sibling, hasEntry: false },
      ]);
      expect(await store.listPartition(aKey().partition)).toEqual([]);
    });

    test('an item is deleted with its lease; deleting nothing is nothing', async () => {
      const { key } = await written();
      await leased(key);
      await store.deleteItem(key);
      await store.deleteItem(key);
      expect(await store.read(key)).toEqual(EMPTY_ITEM);
      expect(await store.listPartition(key.partition)).toEqual([]);
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
      expect(await store.listPartition(nothing.partition)).toEqual([]);
    });
  });

  test('the pause of each of the upstream’s APIs is the longest that was written, whatever the other’s is', async () => {
    const start = Date.now();
    expect([await store.readPause('v2'), await store.readPause('v1.1')]).toEqual([undefined, undefined]);
    await store.writePause('v2', start + 5000);
    expect([await store.readPause('v2'), await store.readPause('v1.1')]).toEqual([start + 5000, undefined]);
    await store.writePause('v2', start + 2000);
    await store.writePause('v1.1', start + 3000);
    expect([await store.readPause('v2'), await store.readPause('v1.1')]).toEqual([start + 5000, start + 3000]);
    await store.writePause('v2', start + 6000);
    expect([await store.readPause('v2'), await store.readPause('v1.1')]).toEqual([start + 6000, start + 3000]);
  });
}

/** One step of a history: what is done, to which of a few keys and customers, and when. */
type Step = readonly [operation: string, key: number, at: number, seen: number];

/** That two stores do the same, whatever is done to them in whatever order. */
export function describeSameStore(getStore: () => Store): void {
  const OPERATIONS = [
    ...['takeLease', 'takeLease', 'writeEntry', 'writeEntry', 'endLease', 'markRevalidation', 'addToIndex'],
    ...['fenceCustomer', 'listPartition', 'deleteItem', 'markStale', 'readAll'],
  ];
  const steps: fc.Arbitrary<readonly Step[]> = fc.array(
    fc.tuple(fc.constantFrom(...OPERATIONS), fc.nat(1), fc.nat(1500), fc.nat(2)),
    { minLength: 5, maxLength: 20 },
  );

  async function play(store: Store, history: readonly Step[], keys: readonly CacheKey[], customer: string) {
    const said: unknown[] = [];
    // What was seen of each key, the latest first: a step may act upon what it saw some time ago.
    const seenOf = keys.map((): StoredItem[] => [EMPTY_ITEM]);
    const leaseOf = keys.map((): Lease[] => [aLease({ token: 'none' })]);
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
          said.push(await store.endLease(key, lease, outcome, at % 2 === 0 ? mark : undefined));
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
          const listed = await store.listPartition(key.partition);
          said.push(listed.map(({ hasEntry }) => hasEntry));
          break;
        }
        case 'readAll':
          said.push(await store.readAll([key, ...keys, aKey()]));
          break;
        case 'deleteItem':
          await store.deleteItem(key);
          break;
        case 'markStale':
          await store.markStale(key, time);
          break;
      }
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
        const expected = await play(new MemoryCacheStore(), history, keys, customer);
        expect(await play(getStore(), history, keys, customer)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  }, 60_000);
}
