import type { CacheKey } from '../../functions/customer/request/cache-key.ts';
import type { Api } from '../../functions/customer/request/canonical-request.ts';
import {
  type CacheEntry,
  EMPTY_ITEM,
  type Lease,
  type LeaseEnd,
  type RevalidationMark,
  type StoredItem,
} from '../../functions/lookup/entry.ts';
import { LEASE_MARGIN_MS, MAX_CLOCK_DIFFERENCE_MS } from '../../functions/lookup/fleet.ts';
import type { PartitionPage, UpstreamPause } from '../../functions/lookup/ports.ts';
import { toPartitionItem, withoutEntry } from '../support/memory-cache-store.ts';
import { EPOCH_MS } from './instance.ts';
import type { Random } from './random.ts';
import { RememberingMap } from './remembering-map.ts';
import type { Scheduler } from './scheduler.ts';

/** What the checker wants to know of every user's operations. */
export interface StoreObserver {
  /** An item was deleted or marked stale by an invalidation: a fill of it that is under way is void. */
  onVoided(partition: string): void;
  onPaused(until: number): void;
}

interface Kept {
  readonly key: CacheKey;
  readonly item: StoredItem;
  /** DynamoDB's TTL attribute. Epoch seconds. */
  readonly ttlSeconds: number;
}

interface CustomerIndex {
  readonly partitions: readonly string[];
  readonly invalidatedAt: number | undefined;
}

/** Small, so that a partition has several. */
const PAGE_SIZE = 2;
export interface TableOptions {
  /** Reads may show an older state: the store that the design refuses. */
  readonly isEventuallyConsistent: boolean;
  readonly observer: StoreObserver;
}

/** The table: what it holds, and what each operation does to it, in one atomic step. */
export class SimulatedTable {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #observer: StoreObserver;
  readonly #items: RememberingMap<Kept>;
  readonly #indexes: RememberingMap<CustomerIndex>;
  readonly #pauses = new Map<Api, UpstreamPause>();

  constructor(scheduler: Scheduler, random: Random, { isEventuallyConsistent, observer }: TableOptions) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#items = new RememberingMap(scheduler, random, isEventuallyConsistent);
    this.#indexes = new RememberingMap(scheduler, random, isEventuallyConsistent);
    this.#observer = observer;
  }

  /** Whether an item still carries this lease. */
  isLeaseHeld(token: string): boolean {
    return this.#items.entries().some(([, { item }]) => item.lease?.token === token);
  }

  /** Deletes some of the items that are past their TTL attribute. Returns the keys of those that it deleted. */
  sweep(): readonly CacheKey[] {
    const expired = this.#items.entries().filter(([, { ttlSeconds }]) => {
      return ttlSeconds * 1000 <= EPOCH_MS + this.#scheduler.now && !this.#random.chance(0.5);
    });
    for (const [text] of expired) this.#items.set(text, undefined);
    return expired.map(([, { key }]) => key);
  }

  read(key: CacheKey): StoredItem {
    return this.#items.read(textOf(key))?.item ?? EMPTY_ITEM;
  }

  takeLease(key: CacheKey, seen: StoredItem, lease: Lease): boolean {
    const item = this.item(key);
    if (item.version !== seen.version || item.lease?.token !== seen.lease?.token) return false;
    const keptUntil = Math.max(seen.entry?.expiresAt ?? 0, lease.until + LEASE_MARGIN_MS);
    this.#put(key, { ...item, lease }, ttl(keptUntil));
    return true;
  }

  writeEntry(key: CacheKey, lease: Lease, entry: CacheEntry): 'written' | 'lost' {
    if (this.item(key).lease?.token !== lease.token) return 'lost';
    this.#put(key, { ...EMPTY_ITEM, entry, version: lease.token }, ttl(entry.expiresAt));
    return 'written';
  }

  endLease(key: CacheKey, lease: Lease, end: LeaseEnd): boolean {
    const item = this.item(key);
    if (item.lease?.token !== lease.token) return false;
    const { outcome, revalidation = item.revalidation, endsEntry = false } = end;
    const kept = endsEntry ? withoutEntry(item) : item;
    const ttlSeconds = endsEntry ? ttl(lease.until + LEASE_MARGIN_MS) : undefined;
    this.#put(key, { ...kept, lease: undefined, outcome, revalidation }, ttlSeconds);
    return true;
  }

  dropEntry(key: CacheKey, seen: StoredItem): boolean {
    const item = this.item(key);
    if (seen.version === undefined || item.version !== seen.version) return false;
    this.#put(key, withoutEntry(item));
    return true;
  }

  markRevalidation(key: CacheKey, seen: StoredItem, mark: RevalidationMark): boolean {
    const item = this.item(key);
    const isSame =
      item.version === seen.version &&
      item.lease?.token === seen.lease?.token &&
      item.revalidation?.until === seen.revalidation?.until;
    if (isSame) this.#put(key, { ...item, revalidation: mark });
    return isSame;
  }

  takeBackMark(key: CacheKey, mark: RevalidationMark, previous: RevalidationMark | undefined): boolean {
    const item = this.item(key);
    const isThere = item.revalidation?.until === mark.until && item.revalidation.backoffMs === mark.backoffMs;
    if (isThere) this.#put(key, { ...item, revalidation: previous });
    return isThere;
  }

  addToIndex(customer: string, partition: string, askedAt: number): boolean {
    const { partitions, invalidatedAt } = this.#index(customer);
    const isFenced = invalidatedAt !== undefined && invalidatedAt >= askedAt - MAX_CLOCK_DIFFERENCE_MS;
    if (isFenced) return false;
    this.#indexes.set(customer, { partitions: [...new Set([...partitions, partition])], invalidatedAt });
    return true;
  }

  readPause(api: Api): UpstreamPause | undefined {
    return this.#pauses.get(api);
  }

  writePause(api: Api, { until, since }: Pick<UpstreamPause, 'until' | 'since'>): void {
    const known = this.#pauses.get(api);
    const isLonger = known === undefined || known.until < until;
    if (isLonger) this.#pauses.set(api, { until, since, turns: 0, probedAt: since });
    this.#observer.onPaused(isLonger ? until : known.until);
  }

  takeTurn(api: Api, until: number, atMost: number): boolean {
    const pause = this.#pauses.get(api);
    if (pause?.until !== until || pause.turns >= atMost) return false;
    this.#pauses.set(api, { ...pause, turns: pause.turns + 1 });
    return true;
  }

  takeProbe(api: Api, until: number, probedAt: number, now: number): boolean {
    const pause = this.#pauses.get(api);
    if (pause?.until !== until || pause.probedAt !== probedAt) return false;
    this.#pauses.set(api, { ...pause, probedAt: now });
    return true;
  }

  endPause(api: Api, until: number, now: number): void {
    const pause = this.#pauses.get(api);
    if (pause?.until === until) this.#pauses.set(api, { ...pause, until: now });
  }

  fence(customer: string, at: number): void {
    const { partitions, invalidatedAt = at } = this.#index(customer);
    this.#indexes.set(customer, { partitions, invalidatedAt: Math.max(at, invalidatedAt) });
  }

  readIndex(customer: string): readonly string[] {
    return this.#indexes.read(customer)?.partitions ?? [];
  }

  page(partition: string, after = ''): PartitionPage {
    const items = this.#items
      .readEach()
      .filter(({ key }) => key.partition === partition && key.variant > after)
      .sort((left, right) => (left.key.variant < right.key.variant ? -1 : 1))
      .slice(0, PAGE_SIZE)
      .map(({ key, item }) => toPartitionItem(key, item));
    return { items, next: items.length < PAGE_SIZE ? undefined : items.at(-1)?.key.variant };
  }

  deleteItem(key: CacheKey): void {
    this.#items.set(textOf(key), undefined);
    this.#observer.onVoided(key.partition);
  }

  markStale(key: CacheKey, at: number): void {
    const kept = this.#items.get(textOf(key));
    if (kept === undefined) return;
    const entry = kept.item.entry === undefined ? undefined : { ...kept.item.entry, staleFrom: at };
    this.#put(key, { ...kept.item, entry, lease: undefined });
    this.#observer.onVoided(key.partition);
  }

  item(key: CacheKey): StoredItem {
    return this.#items.get(textOf(key))?.item ?? EMPTY_ITEM;
  }

  #index(customer: string): CustomerIndex {
    return this.#indexes.get(customer) ?? { partitions: [], invalidatedAt: undefined };
  }

  /** @param ttlSeconds by default what it was; an item that an update makes has none */
  #put(key: CacheKey, item: StoredItem, ttlSeconds?: number): void {
    const text = textOf(key);
    const kept = this.#items.get(text)?.ttlSeconds ?? Number.POSITIVE_INFINITY;
    this.#items.set(text, { key, item, ttlSeconds: ttlSeconds ?? kept });
  }
}

function ttl(untilMs: number): number {
  return Math.ceil(untilMs / 1000);
}

/** A key as one text. */
export function textOf({ partition, variant }: CacheKey): string {
  return `${partition} ${variant}`;
}
