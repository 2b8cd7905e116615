import type { CacheKey } from '../../functions/customer/cache-key.ts';
import type { Api } from '../../functions/customer/canonical-request.ts';
import {
  type CacheEntry,
  EMPTY_ITEM,
  type Lease,
  type LeaseEnd,
  type RevalidationMark,
  type StoredItem,
} from '../../functions/lookup/entry.ts';
import { LEASE_MARGIN_MS, MAX_CLOCK_DIFFERENCE_MS } from '../../functions/lookup/fleet.ts';
import {
  type CacheStore,
  type InvalidationStore,
  type PartitionPage,
  type StoreTrouble,
  StoreUnavailableError,
  type UpstreamPause,
} from '../../functions/lookup/ports.ts';
import { toPartitionItem, withoutEntry } from '../support/memory-cache-store.ts';
import { PartitionAllowances, type PartitionRates } from '../support/partition-allowances.ts';
import { EPOCH_MS, type Instance } from './instance.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** What may become of an operation. */
const FATES = ['throttled', 'broken-off', 'lost', 'slow', 'late', 'sent-twice'] as const;
type Fate = 'answered' | (typeof FATES)[number];

export interface StoreWeather {
  /** How probable it is that an operation is not simply answered. */
  readonly troubleProbability: number;
  /** The longest that an answer takes which comes in time. Milliseconds. */
  readonly slowestMs: number;
  /** How often items past their TTL attribute are looked for and, perhaps, deleted. Milliseconds. */
  readonly sweepMs: number;
  /** What a partition takes in a second; beyond, it throttles. Undefined: whatever comes. */
  readonly partitionRates: PartitionRates | undefined;
  /** Reads may show an older state: the store that the design refuses. */
  readonly isEventuallyConsistent: boolean;
}

/** Who uses the store, and what of that the checker wants to know. */
export interface StoreUser {
  readonly instance: Instance;
  /** For the trace. */
  readonly name: string;
  /** After which a call counts as failed. Milliseconds. */
  readonly timeoutMs: number;
  /** A call that failed, or may have. */
  onTrouble?(): void;
  onRead?(item: StoredItem): void;
  /** @param before the item on which the lease was taken */
  onLeaseTaken?(lease: Lease, before: StoredItem): void;
  onWritten?(key: CacheKey, before: StoredItem, entry: CacheEntry): void;
  onPauseRead?(until: number | undefined): void;
}

/** What the checker wants to know of operations whoever made them. */
export interface StoreObserver {
  /** An item was deleted or marked stale by an invalidation: a fill of it that is under way is void. */
  onVoided(partition: string): void;
  onPaused(until: number): void;
}

/** Where an operation asks for something. */
interface Load {
  readonly kind: keyof PartitionRates;
  readonly partition: string;
}

const reads = ({ partition }: { readonly partition: string }): Load => ({ kind: 'reads', partition });
const writes = ({ partition }: { readonly partition: string }): Load => ({ kind: 'writes', partition });
const indexOf = (customer: string) => ({ partition: `customer#${customer}` });
/** Where the pauses of both APIs lie. */
const PAUSES = { partition: 'upstream' };

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

/** A past state of something kept. */
interface Past<T> {
  readonly until: number;
  readonly state: T | undefined;
}

/** Small, so that a partition has several. */
const PAGE_SIZE = 2;
/** How late a write may happen at the latest, after its caller was told that it failed: mostly a little, at times long. */
const LATENESS_MS = [200, 2000, 9000];
const OLDEST_READ_MS = 3000;

/**
 * The table: each operation of the adapter is one atomic step here, at a moment of its own, and may go wrong as an
 * operation over a network may.
 */
export class SimulatedStore {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #weather: StoreWeather;
  readonly #observer: StoreObserver;
  readonly #trace: (line: string) => void;
  readonly #items = new Map<string, Kept>();
  readonly #indexes = new Map<string, CustomerIndex>();
  readonly #pastItems = new Map<string, Past<Kept>[]>();
  readonly #pastIndexes = new Map<string, Past<CustomerIndex>[]>();
  readonly #pauses = new Map<Api, UpstreamPause>();
  /** Undefined: a partition takes whatever comes. */
  readonly #allowances: PartitionAllowances | undefined;

  constructor(
    scheduler: Scheduler,
    random: Random,
    weather: StoreWeather,
    observer: StoreObserver,
    trace: (line: string) => void,
  ) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#weather = weather;
    this.#allowances = weather.partitionRates && new PartitionAllowances(weather.partitionRates);
    this.#observer = observer;
    this.#trace = trace;
  }

  /** The store as one look-up or one invalidation uses it. */
  for(user: StoreUser): CacheStore & InvalidationStore {
    return {
      read: async (key) => {
        const item = await this.#operate(user, 'read', reads(key), () => this.#read(key), describeItem);
        user.onRead?.(item);
        return item;
      },
      readAll: async (keys) => {
        // One request, but no snapshot: each item is read at a moment of its own, and may fail by itself.
        const distinct = [...new Map(keys.map((key) => [textOf(key), key]))];
        const read = async ([text, key]: readonly [string, CacheKey]) => {
          const reading = this.#operate(user, 'readAll', reads(key), () => this.#read(key), describeItem);
          return [text, await reading.catch((error: StoreUnavailableError) => error)] as const;
        };
        const items = new Map(await Promise.all(distinct.map(read)));
        for (const item of items.values()) if (!(item instanceof Error)) user.onRead?.(item);
        return keys.map((key) => items.get(textOf(key)) ?? EMPTY_ITEM);
      },
      takeLease: (key, seen, lease) =>
        this.#operate(user, `takeLease ${lease.token}`, writes(key), () => {
          const before = this.#item(key);
          const isTaken = this.#takeLease(key, seen, lease);
          if (isTaken) user.onLeaseTaken?.(lease, before);
          return isTaken;
        }),
      writeEntry: (key, lease, entry) =>
        this.#operate(user, `writeEntry ${lease.token}`, writes(key), () => {
          const before = this.#item(key);
          const written = this.#writeEntry(key, lease, entry);
          if (written === 'written') user.onWritten?.(key, before, entry);
          return written;
        }),
      endLease: (key, lease, end) =>
        this.#operate(user, `endLease ${lease.token} ${end.outcome.kind}`, writes(key), () =>
          this.#endLease(key, lease, end),
        ),
      dropEntry: (key, seen) =>
        this.#operate(user, `dropEntry ${seen.version}`, writes(key), () => this.#dropEntry(key, seen)),
      markRevalidation: (key, seen, mark) =>
        this.#operate(user, 'markRevalidation', writes(key), () => this.#markRevalidation(key, seen, mark)),
      takeBackMark: (key, mark, previous) =>
        this.#operate(user, 'takeBackMark', writes(key), () => this.#takeBackMark(key, mark, previous)),
      addToIndex: (customer, partition, askedAt) =>
        this.#operate(user, 'addToIndex', writes(indexOf(customer)), () =>
          this.#addToIndex(customer, partition, askedAt),
        ),
      readPause: async (api) => {
        const pause = await this.#operate(
          user,
          `readPause ${api}`,
          reads(PAUSES),
          () => this.#pauses.get(api),
          describePause,
        );
        user.onPauseRead?.(pause?.until);
        return pause;
      },
      writePause: (api, pause) =>
        this.#operate(user, `writePause ${api}`, writes(PAUSES), () => this.#writePause(api, pause)),
      takeTurn: (api, until, atMost) =>
        this.#operate(user, `takeTurn ${api}`, writes(PAUSES), () => this.#takeTurn(api, until, atMost)),
      takeProbe: (api, until, probedAt, now) =>
        this.#operate(user, `takeProbe ${api}`, writes(PAUSES), () => this.#takeProbe(api, until, probedAt, now)),
      endPause: (api, until, now) =>
        this.#operate(user, `endPause ${api}`, writes(PAUSES), () => this.#endPause(api, until, now)),
      fenceCustomer: async (customer, at) => {
        await this.#operate(user, 'fence', writes(indexOf(customer)), () => this.#fence(customer, at));
        return this.#operate(user, 'readIndex', reads(indexOf(customer)), () => this.#readIndex(customer));
      },
      listPartition: (partition, after) =>
        this.#operate(user, 'query', reads({ partition }), () => this.#page(partition, after), describePage),
      deleteItems: async (keys) => {
        // One request, and each item goes at a moment of its own. Where one fails, some of the others may be gone.
        const deleteOne = (key: CacheKey) =>
          this.#operate(user, `deleteItems ${nameOf(key)}`, writes(key), () => this.#deleteItem(key)).then(
            () => [],
            (error: StoreUnavailableError) => {
              if (error.trouble === 'throttled') return [key];
              throw error;
            },
          );
        const deletions = keys.map(deleteOne);
        await Promise.allSettled(deletions);
        return (await Promise.all(deletions)).flat();
      },
      markStale: (key, at) =>
        this.#operate(user, `markStale ${nameOf(key)}`, writes(key), () => this.#markStale(key, at)),
    };
  }

  /** Whether an item still carries this lease. */
  isLeaseHeld(token: string): boolean {
    return this.#items.values().some(({ item }) => item.lease?.token === token);
  }

  /** Deletes, now and then until that moment, some of the items that are past their TTL attribute. */
  sweepUntil(moment: number): void {
    if (this.#scheduler.now > moment) return;
    this.#scheduler.after(this.#random.int(1, this.#weather.sweepMs), () => {
      for (const [text, { key, ttlSeconds }] of this.#items) {
        if (ttlSeconds * 1000 > EPOCH_MS + this.#scheduler.now || this.#random.chance(0.5)) continue;
        this.#trace(`the store deletes ${nameOf(key)} by its TTL`);
        this.#setItem(text, undefined);
      }
      this.sweepUntil(moment);
    });
  }

  #operate<T>(
    user: StoreUser,
    name: string,
    load: Load,
    apply: () => T,
    describe: (value: T) => string = String,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const { instance, timeoutMs } = user;
      const issuedAt = this.#scheduler.now;
      const sentAt = instance.departure();
      if (sentAt === Number.POSITIVE_INFINITY) return;
      const wasHeldUp = sentAt > issuedAt;
      const fate = this.#isThrottled(load) ? 'throttled' : this.#fate(wasHeldUp);
      const answer = (moment: number, value: () => T) => {
        instance.resume(moment, () => {
          const result = value();
          this.#trace(`${user.name} ${name}: ${describe(result)}`);
          resolve(result);
        });
      };
      const fail = (moment: number, reason: string, trouble: StoreTrouble) => {
        user.onTrouble?.();
        instance.resume(moment, () => {
          this.#trace(`${user.name} ${name}: ${fate}`);
          reject(new StoreUnavailableError(reason, { trouble }));
        });
      };
      const ways = fate === 'sent-twice' ? 3 : 2;
      const arrivesAt = sentAt + this.#latencyMs(ways);
      const timesOutAt = Math.max(sentAt, issuedAt + timeoutMs);
      switch (fate) {
        case 'answered': {
          this.#scheduler.at(arrivesAt, () => {
            const result = apply();
            answer(this.#scheduler.now + this.#latencyMs(ways), () => result);
          });
          break;
        }
        case 'throttled':
          fail(arrivesAt, 'ThrottlingException', 'throttled');
          break;
        case 'broken-off':
          this.#scheduler.at(arrivesAt, apply);
          fail(arrivesAt + this.#latencyMs(ways), 'ECONNRESET', 'down');
          break;
        case 'lost':
          fail(timesOutAt, 'TimeoutError', 'late');
          break;
        case 'slow':
          this.#scheduler.at(Math.max(arrivesAt, this.#random.int(sentAt, timesOutAt)), apply);
          fail(timesOutAt, 'TimeoutError', 'late');
          break;
        case 'late':
          this.#scheduler.at(timesOutAt + this.#random.int(1, this.#random.pick(LATENESS_MS)), () => {
            const result = apply();
            this.#trace(`${user.name} ${name}, late: ${describe(result)}`);
          });
          fail(timesOutAt, 'TimeoutError', 'late');
          break;
        case 'sent-twice':
          // The connection turned out to be closed, and the request had arrived (the adapter's reconnectOnce).
          this.#scheduler.at(arrivesAt, apply);
          this.#scheduler.at(arrivesAt + this.#latencyMs(ways), () => {
            const result = apply();
            answer(this.#scheduler.now + this.#latencyMs(ways), () => result);
          });
          break;
      }
    });
  }

  /** Whether the partition is asked for more than it takes. */
  #isThrottled({ kind, partition }: Load): boolean {
    return this.#allowances?.take(kind, partition, this.#scheduler.now) === false;
  }

  #fate(wasHeldUp: boolean): Fate {
    // Who stood still before its request left finds its time-out passed.
    if (wasHeldUp && this.#random.chance(0.5)) return this.#random.pick(['lost', 'slow', 'late']);
    return this.#random.chance(this.#weather.troubleProbability) ? this.#random.pick(FATES) : 'answered';
  }

  /** One way to the store or back, so long that all these ways together are no slower than the slowest answer. */
  #latencyMs(ways: number): number {
    return this.#random.int(1, Math.max(1, Math.floor(this.#weather.slowestMs / ways)));
  }

  #read(key: CacheKey): StoredItem {
    return this.#asRead(this.#items.get(textOf(key)), this.#pastItems.get(textOf(key)))?.item ?? EMPTY_ITEM;
  }

  /** What a read shows of a state: where reads are eventually consistent, perhaps a former one. */
  #asRead<T>(now: T | undefined, past: readonly Past<T>[] = []): T | undefined {
    if (!this.#weather.isEventuallyConsistent || this.#random.chance(0.5)) return now;
    const moment = this.#scheduler.now - this.#random.int(0, OLDEST_READ_MS);
    const former = past.find(({ until }) => until > moment);
    return former === undefined ? now : former.state;
  }

  #takeLease(key: CacheKey, seen: StoredItem, lease: Lease): boolean {
    const item = this.#item(key);
    if (item.version !== seen.version || item.lease?.token !== seen.lease?.token) return false;
    const keptUntil = Math.max(seen.entry?.expiresAt ?? 0, lease.until + LEASE_MARGIN_MS);
    this.#put(key, { ...item, lease }, ttl(keptUntil));
    return true;
  }

  #writeEntry(key: CacheKey, lease: Lease, entry: CacheEntry): 'written' | 'lost' {
    if (this.#item(key).lease?.token !== lease.token) return 'lost';
    this.#put(key, { ...EMPTY_ITEM, entry, version: lease.token }, ttl(entry.expiresAt));
    return 'written';
  }

  #endLease(key: CacheKey, lease: Lease, end: LeaseEnd): boolean {
    const item = this.#item(key);
    if (item.lease?.token !== lease.token) return false;
    const { outcome, revalidation = item.revalidation, endsEntry = false } = end;
    const kept = endsEntry ? withoutEntry(item) : item;
    const ttlSeconds = endsEntry ? ttl(lease.until + LEASE_MARGIN_MS) : undefined;
    this.#put(key, { ...kept, lease: undefined, outcome, revalidation }, ttlSeconds);
    return true;
  }

  #dropEntry(key: CacheKey, seen: StoredItem): boolean {
    const item = this.#item(key);
    if (seen.version === undefined || item.version !== seen.version) return false;
    this.#put(key, withoutEntry(item));
    return true;
  }

  #markRevalidation(key: CacheKey, seen: StoredItem, mark: RevalidationMark): boolean {
    const item = this.#item(key);
    const isSame =
      item.version === seen.version &&
      item.lease?.token === seen.lease?.token &&
      item.revalidation?.until === seen.revalidation?.until;
    if (isSame) this.#put(key, { ...item, revalidation: mark });
    return isSame;
  }

  #takeBackMark(key: CacheKey, mark: RevalidationMark, previous: RevalidationMark | undefined): boolean {
    const item = this.#item(key);
    const isThere = item.revalidation?.until === mark.until && item.revalidation.backoffMs === mark.backoffMs;
    if (isThere) this.#put(key, { ...item, revalidation: previous });
    return isThere;
  }

  #addToIndex(customer: string, partition: string, askedAt: number): boolean {
    const { partitions, invalidatedAt } = this.#index(customer);
    const isFenced = invalidatedAt !== undefined && invalidatedAt >= askedAt - MAX_CLOCK_DIFFERENCE_MS;
    if (isFenced) return false;
    this.#setIndex(customer, { partitions: [...new Set([...partitions, partition])], invalidatedAt });
    return true;
  }

  #writePause(api: Api, { until, since }: Pick<UpstreamPause, 'until' | 'since'>): void {
    const known = this.#pauses.get(api);
    const isLonger = known === undefined || known.until < until;
    if (isLonger) this.#pauses.set(api, { until, since, turns: 0, probedAt: since });
    this.#observer.onPaused(isLonger ? until : known.until);
  }

  #takeTurn(api: Api, until: number, atMost: number): boolean {
    const pause = this.#pauses.get(api);
    if (pause?.until !== until || pause.turns >= atMost) return false;
    this.#pauses.set(api, { ...pause, turns: pause.turns + 1 });
    return true;
  }

  #takeProbe(api: Api, until: number, probedAt: number, now: number): boolean {
    const pause = this.#pauses.get(api);
    if (pause?.until !== until || pause.probedAt !== probedAt) return false;
    this.#pauses.set(api, { ...pause, probedAt: now });
    return true;
  }

  #endPause(api: Api, until: number, now: number): void {
    const pause = this.#pauses.get(api);
    if (pause?.until === until) this.#pauses.set(api, { ...pause, until: now });
  }

  #fence(customer: string, at: number): void {
    const { partitions, invalidatedAt = at } = this.#index(customer);
    this.#setIndex(customer, { partitions, invalidatedAt: Math.max(at, invalidatedAt) });
  }

  #readIndex(customer: string): readonly string[] {
    return this.#asRead(this.#indexes.get(customer), this.#pastIndexes.get(customer))?.partitions ?? [];
  }

  #page(partition: string, after = ''): PartitionPage {
    const names = new Set([...this.#items.keys(), ...this.#pastItems.keys()]);
    const items = [...names]
      .map((text) => this.#asRead(this.#items.get(text), this.#pastItems.get(text)))
      .filter((kept) => kept !== undefined)
      .filter(({ key }) => key.partition === partition && key.variant > after)
      .sort((left, right) => (left.key.variant < right.key.variant ? -1 : 1))
      .slice(0, PAGE_SIZE)
      .map(({ key, item }) => toPartitionItem(key, item));
    return { items, next: items.length < PAGE_SIZE ? undefined : items.at(-1)?.key.variant };
  }

  #deleteItem(key: CacheKey): void {
    this.#setItem(textOf(key), undefined);
    this.#observer.onVoided(key.partition);
  }

  #markStale(key: CacheKey, at: number): void {
    const kept = this.#items.get(textOf(key));
    if (kept === undefined) return;
    const entry = kept.item.entry === undefined ? undefined : { ...kept.item.entry, staleFrom: at };
    this.#put(key, { ...kept.item, entry, lease: undefined });
    this.#observer.onVoided(key.partition);
  }

  #item(key: CacheKey): StoredItem {
    return this.#items.get(textOf(key))?.item ?? EMPTY_ITEM;
  }

  #index(customer: string): CustomerIndex {
    return this.#indexes.get(customer) ?? { partitions: [], invalidatedAt: undefined };
  }

  /** @param ttlSeconds by default what it was; an item that an update makes has none */
  #put(key: CacheKey, item: StoredItem, ttlSeconds?: number): void {
    const text = textOf(key);
    const kept = this.#items.get(text)?.ttlSeconds ?? Number.POSITIVE_INFINITY;
    this.#setItem(text, { key, item, ttlSeconds: ttlSeconds ?? kept });
  }

  #setItem(text: string, kept: Kept | undefined): void {
    this.#remember(this.#pastItems, text, this.#items.get(text));
    if (kept === undefined) this.#items.delete(text);
    else this.#items.set(text, kept);
  }

  #setIndex(customer: string, index: CustomerIndex): void {
    this.#remember(this.#pastIndexes, customer, this.#indexes.get(customer));
    this.#indexes.set(customer, index);
  }

  #remember<T>(past: Map<string, Past<T>[]>, name: string, state: T | undefined): void {
    if (!this.#weather.isEventuallyConsistent) return;
    const states = past.get(name) ?? [];
    states.push({ until: this.#scheduler.now, state });
    past.set(name, states);
  }
}

function ttl(untilMs: number): number {
  return Math.ceil(untilMs / 1000);
}

function textOf({ partition, variant }: CacheKey): string {
  return `${partition} ${variant}`;
}

/** A key as the trace shows it. */
function nameOf({ partition, variant }: CacheKey): string {
  return `${partition.slice(0, 4)} ${variant}`;
}

function describeItem({ version, entry, lease, outcome }: StoredItem): string {
  const parts = [
    version === undefined ? 'no entry' : `entry of ${version}`,
    entry?.staleFrom === undefined ? '' : 'marked',
    lease === undefined ? '' : `lease ${lease.token}`,
    outcome === undefined ? '' : `${outcome.kind} ${outcome.token}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function describePause(pause: UpstreamPause | undefined): string {
  return pause === undefined ? 'none' : `until ${pause.until}`;
}

function describePage({ items }: PartitionPage): string {
  return items.map(({ key }) => nameOf(key)).join(' ');
}
