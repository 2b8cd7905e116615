import type { CacheKey } from '../../functions/customer/request/cache-key.ts';
import { type CacheEntry, EMPTY_ITEM, type Lease, type StoredItem } from '../../functions/lookup/entry.ts';
import type { CacheStore, InvalidationStore, StoreUnavailableError } from '../../functions/lookup/ports.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import { type Load, type NetworkUser, type NetworkWeather, SimulatedNetwork } from './simulated-network.ts';
import { SimulatedTable, type StoreObserver, textOf } from './simulated-table.ts';
import { describeItem, describePage, describePause, nameOf } from './store-trace.ts';

export interface StoreWeather extends NetworkWeather {
  /** How often items past their TTL attribute are looked for and, perhaps, deleted. Milliseconds. */
  readonly sweepMs: number;
  /** Reads may show an older state: the store that the design refuses. */
  readonly isEventuallyConsistent: boolean;
}

/** A user of the store, and what the checker wants to know of its operations. */
export interface StoreUser extends NetworkUser {
  onRead?(item: StoredItem): void;
  /** @param before the item on which the lease was taken */
  onLeaseTaken?(lease: Lease, before: StoredItem): void;
  onWritten?(key: CacheKey, before: StoredItem, entry: CacheEntry): void;
  onPauseRead?(until: number | undefined): void;
}

const reads = ({ partition }: { readonly partition: string }): Load => ({ kind: 'reads', partition });
const writes = ({ partition }: { readonly partition: string }): Load => ({ kind: 'writes', partition });
const indexOf = (customer: string) => ({ partition: `customer#${customer}` });
/** Where the pauses of both APIs lie. */
const PAUSES = { partition: 'upstream' };

/**
 * The store: each operation of the adapter is one atomic step here, at a moment of its own, and may go wrong as an
 * operation over a network may.
 */
export class SimulatedStore {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #sweepMs: number;
  readonly #trace: (line: string) => void;
  readonly #network: SimulatedNetwork;
  readonly #table: SimulatedTable;

  constructor(
    scheduler: Scheduler,
    random: Random,
    weather: StoreWeather,
    observer: StoreObserver,
    trace: (line: string) => void,
  ) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#sweepMs = weather.sweepMs;
    this.#trace = trace;
    this.#network = new SimulatedNetwork(scheduler, random, weather, trace);
    this.#table = new SimulatedTable(scheduler, random, { ...weather, observer });
  }

  /** The store as one look-up or one invalidation uses it. */
  for(user: StoreUser): CacheStore & InvalidationStore {
    return {
      read: async (key) => {
        const item = await this.#network.operate(user, 'read', reads(key), () => this.#table.read(key), describeItem);
        user.onRead?.(item);
        return item;
      },
      readAll: async (keys) => {
        // One request, but no snapshot: each item is read at a moment of its own, and may fail by itself.
        const distinct = [...new Map(keys.map((key) => [textOf(key), key]))];
        const read = async ([text, key]: readonly [string, CacheKey]) => {
          const reading = this.#network.operate(user, 'readAll', reads(key), () => this.#table.read(key), describeItem);
          return [text, await reading.catch((error: StoreUnavailableError) => error)] as const;
        };
        const items = new Map(await Promise.all(distinct.map(read)));
        for (const item of items.values()) if (!(item instanceof Error)) user.onRead?.(item);
        return keys.map((key) => items.get(textOf(key)) ?? EMPTY_ITEM);
      },
      takeLease: (key, seen, lease) =>
        this.#network.operate(user, `takeLease ${lease.token}`, writes(key), () => {
          const before = this.#table.item(key);
          const isTaken = this.#table.takeLease(key, seen, lease);
          if (isTaken) user.onLeaseTaken?.(lease, before);
          return isTaken;
        }),
      writeEntry: (key, lease, entry) =>
        this.#network.operate(user, `writeEntry ${lease.token}`, writes(key), () => {
          const before = this.#table.item(key);
          const written = this.#table.writeEntry(key, lease, entry);
          if (written === 'written') user.onWritten?.(key, before, entry);
          return written;
        }),
      endLease: (key, lease, end) =>
        this.#network.operate(user, `endLease ${lease.token} ${end.outcome.kind}`, writes(key), () =>
          this.#table.endLease(key, lease, end),
        ),
      dropEntry: (key, seen) =>
        this.#network.operate(user, `dropEntry ${seen.version}`, writes(key), () => this.#table.dropEntry(key, seen)),
      markRevalidation: (key, seen, mark) =>
        this.#network.operate(user, 'markRevalidation', writes(key), () =>
          this.#table.markRevalidation(key, seen, mark),
        ),
      takeBackMark: (key, mark, previous) =>
        this.#network.operate(user, 'takeBackMark', writes(key), () => this.#table.takeBackMark(key, mark, previous)),
      addToIndex: (customer, partition, askedAt) =>
        this.#network.operate(user, 'addToIndex', writes(indexOf(customer)), () =>
          this.#table.addToIndex(customer, partition, askedAt),
        ),
      readPause: async (api) => {
        const pause = await this.#network.operate(
          user,
          `readPause ${api}`,
          reads(PAUSES),
          () => this.#table.readPause(api),
          describePause,
        );
        user.onPauseRead?.(pause?.until);
        return pause;
      },
      writePause: (api, pause) =>
        this.#network.operate(user, `writePause ${api}`, writes(PAUSES), () => this.#table.writePause(api, pause)),
      takeTurn: (api, until, atMost) =>
        this.#network.operate(user, `takeTurn ${api}`, writes(PAUSES), () => this.#table.takeTurn(api, until, atMost)),
      takeProbe: (api, until, probedAt, now) =>
        this.#network.operate(user, `takeProbe ${api}`, writes(PAUSES), () =>
          this.#table.takeProbe(api, until, probedAt, now),
        ),
      endPause: (api, until, now) =>
        this.#network.operate(user, `endPause ${api}`, writes(PAUSES), () => this.#table.endPause(api, until, now)),
      fenceCustomer: async (customer, at) => {
        await this.#network.operate(user, 'fence', writes(indexOf(customer)), () => this.#table.fence(customer, at));
        return this.#network.operate(user, 'readIndex', reads(indexOf(customer)), () =>
          this.#table.readIndex(customer),
        );
      },
      listPartition: (partition, after) =>
        this.#network.operate(
          user,
          'query',
          reads({ partition }),
          () => this.#table.page(partition, after),
          describePage,
        ),
      deleteItems: async (keys) => {
        // One request, and each item goes at a moment of its own. Where one fails, some of the others may be gone.
        const deleteOne = (key: CacheKey) =>
          this.#network
            .operate(user, `deleteItems ${nameOf(key)}`, writes(key), () => this.#table.deleteItem(key))
            .then(
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
        this.#network.operate(user, `markStale ${nameOf(key)}`, writes(key), () => this.#table.markStale(key, at)),
    };
  }

  /** Whether an item still carries this lease. */
  isLeaseHeld(token: string): boolean {
    return this.#table.isLeaseHeld(token);
  }

  /** Deletes, now and then until that moment, some of the items that are past their TTL attribute. */
  sweepUntil(moment: number): void {
    if (this.#scheduler.now > moment) return;
    this.#scheduler.after(this.#random.int(1, this.#sweepMs), () => {
      for (const key of this.#table.sweep()) this.#trace(`the store deletes ${nameOf(key)} by its TTL`);
      this.sweepUntil(moment);
    });
  }
}
