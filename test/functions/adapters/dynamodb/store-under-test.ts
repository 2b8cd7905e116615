import { randomUUID } from 'node:crypto';
import { beforeAll, expect } from '@jest/globals';
import type { CacheKey } from '../../../../functions/customer/request/cache-key.ts';
import { EMPTY_ITEM, type Lease } from '../../../../functions/lookup/entry.ts';
import type { PartitionItem } from '../../../../functions/lookup/partition-page.ts';
import type { CacheStore, InvalidationStore, Voiding } from '../../../../functions/lookup/ports.ts';
import { ASKED_AT, aKey, anEntry } from './entries.ts';

export type Store = CacheStore & InvalidationStore;

export const aLease = (changes: Partial<Lease> = {}): Lease => ({
  token: randomUUID(),
  until: ASKED_AT + 2650,
  durationMs: 2650,
  ...changes,
});

/** Voids a fetch and ends the entry beside it, for no survivor. */
export const WHOLLY: Voiding = { survivor: undefined, endsEntry: true };

/** The store that a part of the contract tests, and its repeated steps. */
export function storeUnderTest(getStore: () => Store) {
  let current: Store;
  beforeAll(() => {
    current = getStore();
  });
  /** Stands for the store, which exists only while the tests run. */
  const store = new Proxy({} as Store, {
    get: (_nothing, name) => {
      const operation = Reflect.get(current, name) as (...given: unknown[]) => unknown;
      return operation.bind(current);
    },
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

  return { store, written, leased, listed };
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
