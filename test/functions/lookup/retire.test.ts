import { expect, test } from '@jest/globals';
import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import { EMPTY_ITEM, type Lease, type StoredItem } from '../../../functions/lookup/entry.ts';
import { createInvalidation } from '../../../functions/lookup/invalidation.ts';
import type { InvalidationMode } from '../../../functions/lookup/item-change.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryCacheStore } from '../../support/memory-cache-store.ts';
import { anEntry } from '../adapters/dynamodb/entries.ts';

// Tests what an invalidation leaves to those that wait for a fetch in progress. Only `retire` leaves anything.

const KEY: CacheKey = { partition: 'partition', variant: 'v2' };
const LEASE: Lease = { token: 'token', until: 2650, durationMs: 2650 };
const OUTCOME = { kind: 'erased', token: 'token', status: 200, body: '{"errors":[]}', askedAt: 0 } as const;
const MARK = { until: 10_000, backoffMs: 0 };
const ENTRY = { entry: anEntry({}), version: 'earlier' };

function start(item: Partial<StoredItem>) {
  const store = new MemoryCacheStore();
  store.items.set(JSON.stringify(KEY), { ...EMPTY_ITEM, ...item });
  const invalidation = createInvalidation({ store, clock: new ManualClock(), keySecrets: ['secret'] });
  const invalidate = (mode: InvalidationMode) => invalidation.partitions([KEY.partition], mode);
  const retire = () => invalidate('retire');
  const calls = (operation: string) => store.calls.filter((each) => each === operation).length;
  return { store, invalidate, retire, calls };
}

test.each<[string, Partial<StoredItem>, Partial<StoredItem>, count: number]>([
  ['an entry', ENTRY, {}, 1],
  ['an entry, and how an earlier fetch ended', { ...ENTRY, outcome: OUTCOME }, {}, 1],
  ['a fetch in progress', { lease: LEASE }, { lease: { ...LEASE, isVoid: true } }, 0],
  [
    'a fetch in progress, and the entry before it',
    { ...ENTRY, lease: LEASE },
    { lease: { ...LEASE, isVoid: true } },
    1,
  ],
  ['a void fetch', { lease: { ...LEASE, isVoid: true } }, { lease: { ...LEASE, isVoid: true } }, 0],
  ['how a fetch ended', { outcome: OUTCOME }, { outcome: OUTCOME }, 0],
  ['the mark of a revalidation', { revalidation: MARK }, {}, 0],
])('%s', async (_title, before, after, count) => {
  const { store, retire, calls } = start(before);
  expect(await retire()).toBe(count);
  expect(await store.read(KEY)).toEqual({ ...EMPTY_ITEM, ...after });
  // A repetition finds nothing to do.
  expect(await retire()).toBe(0);
  expect(await store.read(KEY)).toEqual({ ...EMPTY_ITEM, ...after });
  expect(calls('listPartition')).toBe(2);
});

test.each<[InvalidationMode, Partial<StoredItem>]>([
  ['delete', {}],
  ['mark-stale', { outcome: OUTCOME }],
])('an invalidation that says %s removes the lease of a fetch in progress', async (mode, after) => {
  const { store, invalidate } = start({ lease: LEASE, outcome: OUTCOME });
  expect(await invalidate(mode)).toBe(0);
  expect(await store.read(KEY)).toEqual({ ...EMPTY_ITEM, ...after });
});

test.each<[string, Partial<StoredItem>, Partial<StoredItem>, count: number]>([
  ['with an outcome: the outcome stays', { outcome: OUTCOME }, { outcome: OUTCOME }, 0],
  ['with an entry: the entry is gone', ENTRY, {}, 1],
  [
    'and another one began: it is void',
    { lease: { ...LEASE, token: 'next' } },
    { lease: { ...LEASE, token: 'next', isVoid: true } },
    0,
  ],
  ['and its item is gone', {}, {}, 0],
])('a fetch ends after it was listed %s', async (_title, meanwhile, after, count) => {
  const { store, retire } = start({ lease: LEASE });
  const voidFetch = store.voidFetch.bind(store);
  store.voidFetch = async (...parameters) => {
    store.voidFetch = voidFetch;
    store.items.set(JSON.stringify(KEY), { ...EMPTY_ITEM, ...meanwhile });
    return voidFetch(...parameters);
  };
  expect(await retire()).toBe(count);
  expect(await store.read(KEY)).toEqual({ ...EMPTY_ITEM, ...after });
});

test('an entry that a fetch replaces after the listing counts once', async () => {
  const { store, retire } = start({ ...ENTRY, lease: LEASE });
  const voidFetch = store.voidFetch.bind(store);
  store.voidFetch = async (...parameters) => {
    store.voidFetch = voidFetch;
    store.items.set(JSON.stringify(KEY), { ...EMPTY_ITEM, entry: ENTRY.entry, version: LEASE.token });
    return voidFetch(...parameters);
  };
  expect(await retire()).toBe(1);
  expect(await store.read(KEY)).toEqual(EMPTY_ITEM);
});

test('fetches that end after each listing are deleted in the end', async () => {
  const { store, retire, calls } = start({ lease: LEASE });
  const voidFetch = store.voidFetch.bind(store);
  store.voidFetch = async (...parameters) => {
    const lease = { ...LEASE, token: `token-${calls('listPartition')}` };
    store.items.set(JSON.stringify(KEY), { ...EMPTY_ITEM, lease });
    return voidFetch(...parameters);
  };
  expect(await retire()).toBe(0);
  expect(store.items.size).toBe(0);
  expect(calls('listPartition')).toBe(4);
});
