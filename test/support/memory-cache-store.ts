import type { CacheKey } from '../../functions/customer/cache-key.ts';
import type { Api } from '../../functions/customer/canonical-request.ts';
import {
  type CacheEntry,
  EMPTY_ITEM,
  type Lease,
  type LeaseOutcome,
  type RevalidationMark,
  type StoredItem,
} from '../../functions/lookup/entry.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../functions/lookup/fleet.ts';
import {
  type CacheStore,
  type InvalidationStore,
  type PartitionItem,
  StoreUnavailableError,
} from '../../functions/lookup/ports.ts';

type Operation = keyof CacheStore | keyof InvalidationStore;

/** What a customer's index item holds. */
interface CustomerIndex {
  readonly partitions: Set<string>;
  invalidatedAt: number | undefined;
}

/** How much longer than its lease an item is kept. */
const LEASE_MARGIN_MS = 60_000;

/** A store in memory with the semantics of the port: every call one atomic operation. It can be told to fail. */
export class MemoryCacheStore implements CacheStore, InvalidationStore {
  readonly items = new Map<string, StoredItem>();
  readonly indexes = new Map<string, CustomerIndex>();
  readonly pauses = new Map<Api, number>();
  /** Until when each item is kept at least (DynamoDB's TTL attribute): epoch milliseconds. */
  readonly #keptUntil = new Map<string, number>();
  /** What was done, in order. */
  readonly calls: Operation[] = [];
  /** Which operations fail before they do anything. */
  readonly failing = new Set<Operation>();

  /** Every entry that is kept. */
  get entries(): readonly CacheEntry[] {
    return [...this.items.values()].map(({ entry }) => entry).filter((entry) => entry !== undefined);
  }

  /** Deletes what may be deleted by now, as DynamoDB does at some time or other. */
  deleteExpired(now: number): void {
    for (const [name, keptUntil] of this.#keptUntil) {
      if (keptUntil > now) continue;
      this.items.delete(name);
      this.#keptUntil.delete(name);
    }
  }

  async read(key: CacheKey): Promise<StoredItem> {
    this.#begin('read');
    return this.#item(key);
  }

  async readAll(keys: readonly CacheKey[]): Promise<readonly StoredItem[]> {
    if (keys.length > 0) this.#begin('readAll');
    return keys.map((key) => this.#item(key));
  }

  async takeLease(key: CacheKey, seen: StoredItem, lease: Lease): Promise<boolean> {
    this.#begin('takeLease');
    const item = this.#item(key);
    if (item.version !== seen.version || item.lease?.token !== seen.lease?.token) return false;
    this.items.set(text(key), { ...item, lease });
    this.#keptUntil.set(text(key), Math.max(seen.entry?.expiresAt ?? 0, lease.until + LEASE_MARGIN_MS));
    return true;
  }

  async writeEntry(key: CacheKey, lease: Lease, entry: CacheEntry): Promise<'written' | 'lost' | 'too-large'> {
    this.#begin('writeEntry');
    if (this.#item(key).lease?.token !== lease.token) return 'lost';
    this.items.set(text(key), { ...EMPTY_ITEM, entry, version: lease.token });
    this.#keptUntil.set(text(key), entry.expiresAt);
    return 'written';
  }

  async endLease(
    key: CacheKey,
    lease: Lease,
    outcome: LeaseOutcome,
    revalidation: RevalidationMark | undefined,
  ): Promise<boolean> {
    this.#begin('endLease');
    const item = this.#item(key);
    if (item.lease?.token !== lease.token) return false;
    this.items.set(text(key), { ...item, lease: undefined, outcome, revalidation: revalidation ?? item.revalidation });
    return true;
  }

  async markRevalidation(key: CacheKey, seen: StoredItem, mark: RevalidationMark): Promise<boolean> {
    this.#begin('markRevalidation');
    const item = this.#item(key);
    const isSame =
      item.version === seen.version &&
      item.lease?.token === seen.lease?.token &&
      item.revalidation?.until === seen.revalidation?.until;
    if (isSame) this.items.set(text(key), { ...item, revalidation: mark });
    return isSame;
  }

  async addToIndex(customer: string, partition: string, askedAt: number): Promise<boolean> {
    this.#begin('addToIndex');
    const index = this.#index(customer);
    if (index.invalidatedAt !== undefined && index.invalidatedAt >= askedAt - MAX_CLOCK_DIFFERENCE_MS) return false;
    index.partitions.add(partition);
    return true;
  }

  async readPause(api: Api): Promise<number | undefined> {
    this.#begin('readPause');
    return this.pauses.get(api);
  }

  async writePause(api: Api, until: number): Promise<void> {
    this.#begin('writePause');
    this.pauses.set(api, Math.max(until, this.pauses.get(api) ?? 0));
  }

  async fenceCustomer(customer: string, at: number): Promise<readonly string[]> {
    this.#begin('fenceCustomer');
    const index = this.#index(customer);
    index.invalidatedAt = Math.max(at, index.invalidatedAt ?? 0);
    return [...index.partitions];
  }

  async listPartition(partition: string): Promise<readonly PartitionItem[]> {
    this.#begin('listPartition');
    return [...this.items]
      .map(([name, item]) => ({ key: JSON.parse(name) as CacheKey, hasEntry: item.version !== undefined }))
      .filter(({ key }) => key.partition === partition);
  }

  async deleteItem(key: CacheKey): Promise<void> {
    this.#begin('deleteItem');
    this.items.delete(text(key));
  }

  async markStale(key: CacheKey, at: number): Promise<void> {
    this.#begin('markStale');
    const item = this.items.get(text(key));
    if (item === undefined) return;
    const entry = item.entry === undefined ? undefined : { ...item.entry, staleFrom: at };
    this.items.set(text(key), { ...item, entry, lease: undefined });
  }

  #begin(operation: Operation): void {
    this.calls.push(operation);
    if (this.failing.has(operation)) throw new StoreUnavailableError('TimeoutError');
  }

  #item(key: CacheKey): StoredItem {
    return this.items.get(text(key)) ?? EMPTY_ITEM;
  }

  #index(customer: string): CustomerIndex {
    const index = this.indexes.get(customer) ?? { partitions: new Set(), invalidatedAt: undefined };
    this.indexes.set(customer, index);
    return index;
  }
}

function text({ partition, variant }: CacheKey): string {
  return JSON.stringify({ partition, variant });
}
