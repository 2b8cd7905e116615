import { type CacheKey, keyText } from '../../functions/customer/request/cache-key.ts';
import type { Api } from '../../functions/customer/request/canonical-request.ts';
import {
  type CacheEntry,
  EMPTY_ITEM,
  type Lease,
  type LeaseEnd,
  type LeaseState,
  type RevalidationMark,
  type StoredItem,
} from '../../functions/lookup/entry.ts';
import { LEASE_MARGIN_MS, MAX_CLOCK_DIFFERENCE_MS, MAX_INDEXED_PARTITIONS } from '../../functions/lookup/fleet.ts';
import type { PartitionItem, PartitionPage } from '../../functions/lookup/partition-page.ts';
import type { CacheStore, InvalidationStore, UpstreamPause, Voiding } from '../../functions/lookup/ports.ts';
import { type StoreTrouble, StoreUnavailableError } from '../../functions/lookup/store-unavailable-error.ts';

type Operation = keyof CacheStore | keyof InvalidationStore;

/** The content of a customer's index item. */
interface CustomerIndex {
  readonly partitions: Set<string>;
  invalidatedAt: number | undefined;
}

/** A store in memory with the rules of the port: every call is one atomic operation. A test can make it fail. */
export class MemoryCacheStore implements CacheStore, InvalidationStore {
  readonly items = new Map<string, StoredItem>();
  readonly indexes = new Map<string, CustomerIndex>();
  readonly pauses = new Map<Api, UpstreamPause>();
  /** How many calls of the upstream were taken, by API and minute. */
  readonly callsTaken = new Map<string, number>();
  /** Until when each item is kept at least (DynamoDB's TTL attribute): epoch milliseconds. */
  readonly #keptUntil = new Map<string, number>();
  /** The operations, in order. */
  readonly calls: Operation[] = [];
  /** The operations that fail before they do anything. */
  readonly failing = new Set<Operation>();
  /** How they fail. */
  failure: { readonly reason: string; readonly trouble: StoreTrouble } = { reason: 'TimeoutError', trouble: 'down' };
  /** The names of keys that reading many keys leaves out, as a store that throttles does. */
  readonly unreadable = new Set<string>();
  /** The share of all calls that is throttled, at random. Default: none. */
  throttled: { readonly share: number; readonly random: () => number } = { share: 0, random: () => 1 };
  /** How many items a page of a partition holds. */
  pageSize = 100;

  /** Every entry that is kept. */
  get entries(): readonly CacheEntry[] {
    return [...this.items.values()].map(({ entry }) => entry).filter((entry) => entry !== undefined);
  }

  /** Deletes the items that may be deleted by now, as DynamoDB does some time later. */
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

  async readAll(keys: readonly CacheKey[]): Promise<readonly (StoredItem | StoreUnavailableError)[]> {
    if (keys.length === 0) return [];
    this.calls.push('readAll');
    if (this.failing.has('readAll')) return keys.map(() => this.#failure());
    return keys.map((key) => (this.unreadable.has(keyText(key)) ? this.#failure('down') : this.#item(key)));
  }

  async takeLease(key: CacheKey, seen: StoredItem, lease: Lease): Promise<boolean> {
    this.#begin('takeLease');
    const item = this.#item(key);
    if (item.version !== seen.version || !isSameLease(item.lease, seen.lease)) return false;
    this.items.set(text(key), { ...item, lease });
    this.#keptUntil.set(text(key), Math.max(seen.entry?.expiresAt ?? 0, lease.until + LEASE_MARGIN_MS));
    return true;
  }

  async writeEntry(key: CacheKey, lease: Lease, entry: CacheEntry): Promise<'written' | 'lost' | 'too-large'> {
    this.#begin('writeEntry');
    if (!mayWrite(this.#item(key), lease.token, entry)) return 'lost';
    this.items.set(text(key), { ...EMPTY_ITEM, entry, version: lease.token });
    this.#keptUntil.set(text(key), entry.expiresAt);
    return 'written';
  }

  async endLease(key: CacheKey, lease: Lease, end: LeaseEnd, others: readonly Lease[] = []): Promise<boolean> {
    this.#begin('endLease');
    const item = this.#item(key);
    const ended = [lease, ...others].find(({ token }) => token === item.lease?.token);
    if (ended === undefined) return false;
    const { revalidation = item.revalidation, endsEntry = false } = end;
    const outcome = { ...end.outcome, token: ended.token };
    const kept = endsEntry ? withoutEntry(item) : item;
    this.items.set(text(key), { ...kept, lease: undefined, outcome, revalidation });
    if (endsEntry) this.#keptUntil.set(text(key), lease.until + LEASE_MARGIN_MS);
    return true;
  }

  async dropEntry(key: CacheKey, seen: StoredItem): Promise<boolean> {
    this.#begin('dropEntry');
    const item = this.#item(key);
    if (seen.version === undefined || item.version !== seen.version) return false;
    this.items.set(text(key), withoutEntry(item));
    return true;
  }

  async dropFetch(key: CacheKey, lease: Lease): Promise<boolean> {
    this.#begin('dropFetch');
    const item = this.#item(key);
    const isHeld = isSameLease(item.lease, lease);
    if (!isHeld && item.version !== lease.token) return false;
    this.items.set(text(key), isHeld ? { ...withoutEntry(item), lease: undefined } : withoutEntry(item));
    return true;
  }

  async markRevalidation(key: CacheKey, seen: StoredItem, mark: RevalidationMark): Promise<boolean> {
    this.#begin('markRevalidation');
    const item = this.#item(key);
    const isSame =
      item.version === seen.version &&
      isSameLease(item.lease, seen.lease) &&
      item.revalidation?.until === seen.revalidation?.until;
    if (isSame) this.items.set(text(key), { ...item, revalidation: mark });
    const isMade = seen.version === undefined && seen.lease === undefined && seen.outcome === undefined;
    if (isSame && isMade) this.#keptUntil.set(text(key), mark.until + LEASE_MARGIN_MS);
    return isSame;
  }

  async takeBackMark(key: CacheKey, mark: RevalidationMark, previous: RevalidationMark | undefined): Promise<boolean> {
    this.#begin('takeBackMark');
    const item = this.#item(key);
    const isThere = item.revalidation?.until === mark.until && item.revalidation.backoffMs === mark.backoffMs;
    if (isThere) this.items.set(text(key), { ...item, revalidation: previous });
    return isThere;
  }

  async addToIndex(customer: string, partition: string, askedAt: number): Promise<boolean> {
    this.#begin('addToIndex');
    const index = this.#index(customer);
    if (index.invalidatedAt !== undefined && index.invalidatedAt >= askedAt - MAX_CLOCK_DIFFERENCE_MS) return false;
    if (index.partitions.size >= MAX_INDEXED_PARTITIONS && !index.partitions.has(partition)) return false;
    index.partitions.add(partition);
    return true;
  }

  async readPause(api: Api): Promise<UpstreamPause | undefined> {
    this.#begin('readPause');
    return this.pauses.get(api);
  }

  async writePause(api: Api, { until, since }: Pick<UpstreamPause, 'until' | 'since'>): Promise<void> {
    this.#begin('writePause');
    const known = this.pauses.get(api);
    if (known === undefined || known.until < until) this.pauses.set(api, { until, since, turns: 0, probedAt: since });
  }

  async takeTurn(api: Api, until: number, atMost: number): Promise<boolean> {
    this.#begin('takeTurn');
    const pause = this.pauses.get(api);
    if (pause?.until !== until || pause.turns >= atMost) return false;
    this.pauses.set(api, { ...pause, turns: pause.turns + 1 });
    return true;
  }

  async takeProbe(api: Api, until: number, probedAt: number, now: number): Promise<boolean> {
    this.#begin('takeProbe');
    const pause = this.pauses.get(api);
    if (pause?.until !== until || pause.probedAt !== probedAt) return false;
    this.pauses.set(api, { ...pause, probedAt: now });
    return true;
  }

  async takeCalls(api: Api, minute: number, count: number, below: number): Promise<number | undefined> {
    this.#begin('takeCalls');
    const name = `${api} ${minute}`;
    const taken = this.callsTaken.get(name) ?? 0;
    if (taken >= below) return undefined;
    this.callsTaken.set(name, taken + count);
    return taken + count;
  }

  async endPause(api: Api, until: number, now: number): Promise<void> {
    this.#begin('endPause');
    const pause = this.pauses.get(api);
    if (pause?.until === until) this.pauses.set(api, { ...pause, until: now });
  }

  async fenceCustomer(customer: string, at: number): Promise<readonly string[]> {
    this.#begin('fenceCustomer');
    const index = this.#index(customer);
    index.invalidatedAt = Math.max(at, index.invalidatedAt ?? 0);
    return [...index.partitions];
  }

  async listPartition(partition: string, after = ''): Promise<PartitionPage> {
    this.#begin('listPartition');
    // A key is parsed only if it is one of the partition's.
    const beginning = text({ partition, variant: '' }).slice(0, -'"}'.length);
    const listed = [...this.items.keys()]
      .filter((name) => name.startsWith(beginning))
      .map((name): CacheKey => JSON.parse(name))
      .filter(({ variant }) => variant > after)
      .sort((left, right) => (left.variant < right.variant ? -1 : 1));
    const items = listed.slice(0, this.pageSize).map((key) => toPartitionItem(key, this.#item(key)));
    return { items, next: listed.length > items.length ? items.at(-1)?.key.variant : undefined };
  }

  async voidFetch(key: CacheKey, seen: LeaseState, voiding: Voiding): Promise<boolean> {
    this.#begin('voidFetch');
    const voided = withVoidFetch(this.#item(key), seen, voiding);
    if (voided !== undefined) this.items.set(text(key), voided);
    return voided !== undefined;
  }

  async deleteItems(keys: readonly CacheKey[]): Promise<readonly CacheKey[]> {
    this.#begin('deleteItems');
    for (const key of keys) this.items.delete(text(key));
    return [];
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
    if (this.failing.has(operation)) throw this.#failure();
    const { share, random } = this.throttled;
    if (random() < share) throw new StoreUnavailableError('ThrottlingException', { trouble: 'throttled' });
  }

  #failure(trouble = this.failure.trouble): StoreUnavailableError {
    return new StoreUnavailableError(this.failure.reason, { trouble });
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

/** An item that has lost its entry. */
export function withoutEntry(item: StoredItem): StoredItem {
  return { ...item, entry: undefined, version: undefined };
}

/** An item whose fetch is void from now on; undefined: it does not have this lease, or its fetch is not as void as it was. */
export function withVoidFetch(
  item: StoredItem,
  seen: LeaseState,
  { survivor, endsEntry }: Voiding,
): StoredItem | undefined {
  const { lease } = item;
  if (lease === undefined || !isSameLease(lease, seen)) return undefined;
  return { ...(endsEntry ? withoutEntry(item) : item), lease: { ...lease, isVoid: true, survivor } };
}

/** Whether both are one lease, with a fetch that is as void in both; or there is none in both. */
export function isSameLease(one: LeaseState | undefined, other: LeaseState | undefined): boolean {
  return one?.token === other?.token && one?.isVoid === other?.isVoid && one?.survivor === other?.survivor;
}

/** Whether the holder of a lease may write an entry into an item. */
export function mayWrite({ lease }: StoredItem, token: string, { customer, customerAliases }: CacheEntry): boolean {
  if (lease?.token !== token) return false;
  const { isVoid, survivor } = lease;
  return !isVoid || (survivor !== undefined && [customer, ...customerAliases].includes(survivor));
}

/** An item as a list of its partition shows it. */
export function toPartitionItem(key: CacheKey, { version, entry, lease, outcome }: StoredItem): PartitionItem {
  return {
    key,
    hasEntry: version !== undefined,
    isMarked: entry?.staleFrom !== undefined,
    lease: lease && { token: lease.token, ...(lease.isVoid && { isVoid: true, survivor: lease.survivor }) },
    hasOutcome: outcome !== undefined,
    customers: entry?.customer === undefined ? [] : [entry.customer, ...entry.customerAliases],
  };
}

function text({ partition, variant }: CacheKey): string {
  return JSON.stringify({ partition, variant });
}
