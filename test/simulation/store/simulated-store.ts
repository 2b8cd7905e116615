import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import { EMPTY_ITEM, type StoredItem } from '../../../functions/lookup/entry.ts';
import type {
  CacheStore,
  CustomerIndex,
  Entries,
  InvalidationStore,
  Leases,
  Partitions,
  UpstreamCallCounters,
  UpstreamPauses,
} from '../../../functions/lookup/ports.ts';
import type { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { EPOCH_MS } from '../instance.ts';
import type { World } from '../world.ts';
import { Network } from './network.ts';
import type { Operation, StoreEffect, StoreUser } from './store-user.ts';
import { describeItem, describeKey, describePage, describePause } from './store-words.ts';
import { Table, type TableObserver, textOf } from './table.ts';
import { Forecast, type StoreWeather } from './weather.ts';

/** The partition of the fleet's pauses of the upstream. */
const PAUSES = 'pauses';

/**
 * The store: each operation of the adapter is one atomic step here, at its own moment, and may go wrong like an
 * operation over a network.
 */
export class SimulatedStore {
  readonly table: Table;
  readonly #world: World;
  readonly #weather: StoreWeather;
  readonly #network: Network;

  constructor(world: World, weather: StoreWeather, observer: TableObserver) {
    const { random, scheduler } = world;
    const lateReads = weather.isEventuallyConsistent ? { random, now: () => scheduler.now } : undefined;
    this.table = new Table(observer, lateReads);
    this.#world = world;
    this.#weather = weather;
    this.#network = new Network(world, new Forecast(weather, random));
  }

  /** The store as one look-up or one invalidation uses it. */
  for(user: StoreUser): CacheStore & InvalidationStore {
    return {
      ...this.#entriesAndLeases(user, (effect) => user.onEffect?.(effect)),
      ...this.#pauses(user),
      ...this.#partitions(user),
    };
  }

  #entriesAndLeases(
    user: StoreUser,
    note: (effect: StoreEffect) => void,
  ): Entries & Leases & Pick<CustomerIndex, 'addToIndex'> {
    const { table } = this;
    const read = (operation: Operation, key: CacheKey): Promise<StoredItem> => {
      const call = { operation, partition: key.partition, kind: 'reads', describe: describeItem } as const;
      return this.#network.send(user, { ...call, apply: () => table.read(key) });
    };
    const write = <T>(operation: Operation, key: CacheKey, detail: string, apply: (isLate: boolean) => T): Promise<T> =>
      this.#network.send(user, { operation, partition: key.partition, detail, apply });
    const drop = (key: CacheKey, dropped: () => boolean): boolean => {
      const before = table.item(key);
      const isDropped = dropped();
      if (isDropped) note({ kind: 'dropped', before, after: table.item(key) });
      return isDropped;
    };
    return {
      read: async (key) => {
        const begunAt = this.#world.scheduler.now;
        const item = await read('read', key);
        user.onRead?.(item, begunAt);
        return item;
      },
      readAll: async (keys) => {
        const begunAt = this.#world.scheduler.now;
        // One request, but no snapshot: each item is read at its own moment, and may fail alone.
        const distinct = [...new Map(keys.map((key) => [textOf(key), key]))];
        const readOne = async ([text, key]: readonly [string, CacheKey]) =>
          [text, await read('readAll', key).catch((error: StoreUnavailableError) => error)] as const;
        const items = new Map(await Promise.all(distinct.map(readOne)));
        for (const item of items.values()) if (!(item instanceof Error)) user.onRead?.(item, begunAt);
        return keys.map((key) => items.get(textOf(key)) ?? EMPTY_ITEM);
      },
      takeLease: (key, seen, lease) =>
        write('takeLease', key, lease.token, (isLate) => {
          const before = table.item(key);
          const isTaken = table.takeLease(key, seen, lease);
          if (isTaken) note({ kind: 'lease-taken', key, lease, seen, before, isLate });
          return isTaken;
        }),
      writeEntry: (key, lease, entry) =>
        write('writeEntry', key, lease.token, () => {
          const before = table.item(key);
          const written = table.writeEntry(key, lease, entry);
          if (written === 'written') note({ kind: 'written', key, token: lease.token, before, entry });
          return written;
        }),
      endLease: (key, lease, end, others) =>
        write('endLease', key, `${lease.token} ${end.outcome.kind}`, () => {
          const before = table.item(key);
          const isEnded = table.endLease(key, lease, end, others);
          if (isEnded) note({ kind: 'lease-ended', key, before, end });
          return isEnded;
        }),
      dropEntry: (key, seen) =>
        write('dropEntry', key, String(seen.version), () => drop(key, () => table.dropEntry(key, seen))),
      dropFetch: (key, lease) =>
        write('dropFetch', key, lease.token, () => drop(key, () => table.dropFetch(key, lease))),
      markRevalidation: (key, seen, mark) =>
        write('markRevalidation', key, `until ${mark.until}`, () => {
          const before = table.item(key);
          const isMarked = table.markRevalidation(key, seen, mark);
          if (isMarked) note({ kind: 'marked', key, before, mark });
          return isMarked;
        }),
      takeBackMark: (key, mark, previous) =>
        write('takeBackMark', key, `until ${mark.until}`, () => {
          const before = table.item(key).revalidation;
          const isTakenBack = table.takeBackMark(key, mark, previous);
          if (isTakenBack) note({ kind: 'mark-taken-back', mark: before });
          return isTakenBack;
        }),
      addToIndex: (customer, partition, askedAt) =>
        write('addToIndex', { partition: customer, variant: '' }, partition.slice(0, 4), () => {
          const isAdded = table.addToIndex(customer, partition, askedAt);
          if (!isAdded) note({ kind: 'fenced' });
          return isAdded;
        }),
    };
  }

  #pauses(user: StoreUser): UpstreamPauses & UpstreamCallCounters {
    const { table } = this;
    const send = <T>(operation: Operation, detail: string, apply: () => T): Promise<T> =>
      this.#network.send(user, { operation, partition: PAUSES, detail, apply });
    return {
      readPause: (api) => {
        const call = { operation: 'readPause', partition: PAUSES, kind: 'reads', detail: api } as const;
        return this.#network.send(user, { ...call, apply: () => table.readPause(api), describe: describePause });
      },
      writePause: (api, pause) => send('writePause', `${api} ${pause.until}`, () => table.writePause(api, pause)),
      takeTurn: (api, until, atMost) => send('takeTurn', `${api} ${atMost}`, () => table.takeTurn(api, until, atMost)),
      takeProbe: (api, until, probedAt, now) =>
        send('takeProbe', api, () => {
          const isTaken = table.takeProbe(api, until, probedAt, now);
          if (isTaken) user.onEffect?.({ kind: 'probe-taken', api });
          return isTaken;
        }),
      takeCalls: (api, minute, count, below) =>
        send('takeCalls', `${api} ${minute}: ${count} below ${below}`, () =>
          table.takeCalls(api, minute, count, below),
        ),
      endPause: (api, until, now) => send('endPause', api, () => table.endPause(api, until, now)),
    };
  }

  #partitions(user: StoreUser): Partitions & Pick<CustomerIndex, 'fenceCustomer'> {
    const { table } = this;
    const deleteOne = async (key: CacheKey): Promise<readonly CacheKey[]> => {
      const call = { operation: 'deleteItems', partition: key.partition, detail: describeKey(key) } as const;
      try {
        await this.#network.send(user, { ...call, apply: () => table.deleteItem(key, user) });
        return [];
      } catch (error) {
        if ((error as StoreUnavailableError).trouble === 'throttled') return [key];
        throw error;
      }
    };
    return {
      fenceCustomer: async (customer, at) => {
        const call = { operation: 'fenceCustomer', partition: customer } as const;
        await this.#network.send(user, { ...call, apply: () => table.fence(customer, at) });
        return this.#network.send(user, { ...call, detail: 'reads', apply: () => table.readIndex(customer) });
      },
      listPartition: (partition, after) => {
        const call = { operation: 'listPartition', partition, kind: 'reads', describe: describePage } as const;
        return this.#network.send(user, { ...call, apply: () => table.page(partition, after) });
      },
      deleteItems: async (keys) => {
        // One request, and each item is deleted at its own moment. If one fails, some of the others may be gone.
        const deletions = keys.map(deleteOne);
        await Promise.allSettled(deletions);
        return (await Promise.all(deletions)).flat();
      },
      voidFetch: (key, seen, voiding) => {
        const call = { operation: 'voidFetch', partition: key.partition, detail: describeKey(key) } as const;
        return this.#network.send(user, { ...call, apply: () => table.voidFetch(key, seen, voiding) });
      },
      markStale: (key, at) => {
        const call = { operation: 'markStale', partition: key.partition, detail: describeKey(key) } as const;
        return this.#network.send(user, { ...call, apply: () => table.markStale(key, at, user) });
      },
    };
  }

  /** Deletes, now and then until that moment, some of the items that are past their TTL attribute. */
  sweepUntil(moment: number): void {
    const { random, scheduler, trace } = this.#world;
    if (scheduler.now > moment) return;
    scheduler.after(random.int(1, this.#weather.sweepMs), () => {
      this.table.sweep(EPOCH_MS + scheduler.now, (key) => {
        const isChosen = random.chance(0.5);
        if (isChosen) trace(`the store deletes ${describeKey(key)} by its TTL`);
        return isChosen;
      });
      this.sweepUntil(moment);
    });
  }
}
