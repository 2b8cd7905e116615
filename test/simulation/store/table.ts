import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import type { Api } from '../../../functions/customer/request/canonical-request.ts';
import {
  type CacheEntry,
  EMPTY_ITEM,
  type Lease,
  type LeaseEnd,
  type LeaseState,
  type RevalidationMark,
  type StoredItem,
} from '../../../functions/lookup/entry.ts';
import { LEASE_MARGIN_MS, MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';
import type { PartitionPage } from '../../../functions/lookup/partition-page.ts';
import type { UpstreamPause, Voiding } from '../../../functions/lookup/ports.ts';
import {
  isSameLease,
  mayWrite,
  toPartitionItem,
  withoutEntry,
  withVoidFetch,
} from '../../support/memory-cache-store.ts';
import type { StoreUser } from './store-user.ts';
import { type LateReads, Versions } from './versions.ts';

/** The facts about all changes for the checker. */
export interface TableObserver {
  /** An invalidation deleted an item or marked it stale: a fill of it that is in progress is void. */
  onVoided(key: CacheKey, by: StoreUser): void;
  /**
   * A look-up that learnt that the customer was erased, or merged into the survivor, voided the fetch under this lease:
   * it stores nothing, or only an entry of the survivor.
   */
  onFetchVoided(token: string, survivor: string | undefined): void;
  onPaused(api: Api, pause: UpstreamPause): void;
  /** A pause was ended before its time. */
  onPauseEnded(api: Api): void;
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

const NO_INDEX: CustomerIndex = { partitions: [], invalidatedAt: undefined };

/** Small, so that a partition has several pages. */
const PAGE_SIZE = 2;

/** The content of the store. Each method is one atomic operation of the adapter. */
export class Table {
  readonly #observer: TableObserver;
  readonly #items: Versions<Kept>;
  readonly #indexes: Versions<CustomerIndex>;
  protected readonly pauses = new Map<Api, UpstreamPause>();
  /** By API and minute. */
  readonly #callsTaken = new Map<string, number>();

  /** @param lateReads undefined: reads are strongly consistent */
  constructor(observer: TableObserver, lateReads: LateReads | undefined) {
    this.#observer = observer;
    this.#items = new Versions(lateReads);
    this.#indexes = new Versions(lateReads);
  }

  /** The item under a key at this moment, even if reads are not consistent. */
  item(key: CacheKey): StoredItem {
    return this.#items.get(textOf(key))?.item ?? EMPTY_ITEM;
  }

  read(key: CacheKey): StoredItem {
    return this.#items.shown(textOf(key))?.item ?? EMPTY_ITEM;
  }

  /** Whether an item carries this lease. */
  isLeaseHeld(token: string): boolean {
    return this.#items.entries().some(([, { item }]) => item.lease?.token === token);
  }

  takeLease(key: CacheKey, seen: StoredItem, lease: Lease): boolean {
    const item = this.item(key);
    if (item.version !== seen.version || !isSameLease(item.lease, seen.lease)) return false;
    const keptUntil = Math.max(seen.entry?.expiresAt ?? 0, lease.until + LEASE_MARGIN_MS);
    this.put(key, { ...item, lease }, ttl(keptUntil));
    return true;
  }

  writeEntry(key: CacheKey, lease: Lease, entry: CacheEntry): 'written' | 'lost' {
    return mayWrite(this.item(key), lease.token, entry) ? this.write(key, lease, entry) : 'lost';
  }

  /** Writes an entry, whatever the lease. */
  protected write(key: CacheKey, lease: Lease, entry: CacheEntry): 'written' {
    this.put(key, { ...EMPTY_ITEM, entry, version: lease.token }, ttl(entry.expiresAt));
    return 'written';
  }

  endLease(key: CacheKey, lease: Lease, end: LeaseEnd, others: readonly Lease[] = []): boolean {
    const item = this.item(key);
    const ended = [lease, ...others].find(({ token }) => token === item.lease?.token);
    if (ended === undefined) return false;
    const { revalidation = item.revalidation, endsEntry = false } = end;
    const outcome = { ...end.outcome, token: ended.token };
    const kept = endsEntry ? withoutEntry(item) : item;
    const ttlSeconds = endsEntry ? ttl(lease.until + LEASE_MARGIN_MS) : undefined;
    this.put(key, { ...kept, lease: undefined, outcome, revalidation }, ttlSeconds);
    return true;
  }

  dropEntry(key: CacheKey, seen: StoredItem): boolean {
    const item = this.item(key);
    if (seen.version === undefined || item.version !== seen.version) return false;
    this.put(key, withoutEntry(item));
    return true;
  }

  dropFetch(key: CacheKey, lease: Lease): boolean {
    const item = this.item(key);
    const isHeld = isSameLease(item.lease, lease);
    if (!isHeld && item.version !== lease.token) return false;
    this.put(key, isHeld ? { ...withoutEntry(item), lease: undefined } : withoutEntry(item));
    return true;
  }

  markRevalidation(key: CacheKey, seen: StoredItem, mark: RevalidationMark): boolean {
    const item = this.item(key);
    const isSame =
      item.version === seen.version &&
      isSameLease(item.lease, seen.lease) &&
      item.revalidation?.until === seen.revalidation?.until;
    const isMade = seen.version === undefined && seen.lease === undefined && seen.outcome === undefined;
    if (isSame) this.put(key, { ...item, revalidation: mark }, isMade ? ttl(mark.until + LEASE_MARGIN_MS) : undefined);
    return isSame;
  }

  takeBackMark(key: CacheKey, mark: RevalidationMark, previous: RevalidationMark | undefined): boolean {
    const item = this.item(key);
    const isThere = item.revalidation?.until === mark.until && item.revalidation.backoffMs === mark.backoffMs;
    if (isThere) this.put(key, { ...item, revalidation: previous });
    return isThere;
  }

  addToIndex(customer: string, partition: string, askedAt: number): boolean {
    const { partitions, invalidatedAt } = this.#indexes.get(customer) ?? NO_INDEX;
    const isFenced = invalidatedAt !== undefined && invalidatedAt >= askedAt - MAX_CLOCK_DIFFERENCE_MS;
    if (isFenced) return false;
    this.#indexes.set(customer, { partitions: [...new Set([...partitions, partition])], invalidatedAt });
    return true;
  }

  fence(customer: string, at: number): void {
    const { partitions, invalidatedAt = at } = this.#indexes.get(customer) ?? NO_INDEX;
    this.#indexes.set(customer, { partitions, invalidatedAt: Math.max(at, invalidatedAt) });
  }

  readIndex(customer: string): readonly string[] {
    return (this.#indexes.shown(customer) ?? NO_INDEX).partitions;
  }

  page(partition: string, after = ''): PartitionPage {
    const items = [...this.#items.names()]
      .map((name) => this.#items.shown(name))
      .filter((kept) => kept !== undefined)
      .filter(({ key }) => key.partition === partition && key.variant > after)
      .sort((left, right) => (left.key.variant < right.key.variant ? -1 : 1))
      .slice(0, PAGE_SIZE)
      .map(({ key, item }) => toPartitionItem(key, item));
    return { items, next: items.length < PAGE_SIZE ? undefined : items.at(-1)?.key.variant };
  }

  voidFetch(key: CacheKey, seen: LeaseState, voiding: Voiding): boolean {
    const voided = withVoidFetch(this.item(key), seen, voiding);
    if (voided === undefined) return false;
    this.put(key, voided);
    this.#observer.onFetchVoided(seen.token, voiding.survivor);
    return true;
  }

  deleteItem(key: CacheKey, by: StoreUser): void {
    this.#items.set(textOf(key), undefined);
    this.#observer.onVoided(key, by);
  }

  markStale(key: CacheKey, at: number, by: StoreUser): void {
    const kept = this.#items.get(textOf(key));
    if (kept === undefined) return;
    const entry = kept.item.entry === undefined ? undefined : { ...kept.item.entry, staleFrom: at };
    this.put(key, { ...kept.item, entry, lease: undefined });
    this.#observer.onVoided(key, by);
  }

  readPause(api: Api): UpstreamPause | undefined {
    return this.pauses.get(api);
  }

  writePause(api: Api, { until, since }: Pick<UpstreamPause, 'until' | 'since'>): void {
    const known = this.pauses.get(api);
    const pause = known === undefined || known.until < until ? { until, since, turns: 0, probedAt: since } : known;
    this.pauses.set(api, pause);
    this.#observer.onPaused(api, pause);
  }

  takeTurn(api: Api, until: number, atMost: number): boolean {
    const pause = this.pauses.get(api);
    if (pause?.until !== until || pause.turns >= atMost) return false;
    this.pauses.set(api, { ...pause, turns: pause.turns + 1 });
    return true;
  }

  takeProbe(api: Api, until: number, probedAt: number, now: number): boolean {
    const pause = this.pauses.get(api);
    if (pause?.until !== until || pause.probedAt !== probedAt) return false;
    this.pauses.set(api, { ...pause, probedAt: now });
    return true;
  }

  /** How many calls of a minute were taken. */
  callsTaken(api: Api, minute: number): number {
    return this.#callsTaken.get(`${api} ${minute}`) ?? 0;
  }

  takeCalls(api: Api, minute: number, count: number, below: number): number | undefined {
    const name = `${api} ${minute}`;
    const taken = this.#callsTaken.get(name) ?? 0;
    if (taken >= below) return undefined;
    this.#callsTaken.set(name, taken + count);
    return taken + count;
  }

  endPause(api: Api, until: number, now: number): void {
    const pause = this.pauses.get(api);
    if (pause?.until !== until) return;
    this.pauses.set(api, { ...pause, until: now });
    this.#observer.onPauseEnded(api);
  }

  /** Deletes the chosen items that are past their TTL attribute. @param now epoch milliseconds */
  sweep(now: number, isChosen: (key: CacheKey) => boolean): void {
    for (const [name, { key, ttlSeconds }] of this.#items.entries()) {
      if (ttlSeconds * 1000 <= now && isChosen(key)) this.#items.set(name, undefined);
    }
  }

  /** @param ttlSeconds default: the present one; an item that an update makes has none */
  protected put(key: CacheKey, item: StoredItem, ttlSeconds?: number): void {
    const name = textOf(key);
    const kept = this.#items.get(name)?.ttlSeconds ?? Number.POSITIVE_INFINITY;
    this.#items.set(name, { key, item, ttlSeconds: ttlSeconds ?? kept });
  }
}

/** A key as one text. */
export function textOf({ partition, variant }: CacheKey): string {
  return `${partition} ${variant}`;
}

function ttl(untilMs: number): number {
  return Math.ceil(untilMs / 1000);
}
