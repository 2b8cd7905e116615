import type { CacheKey } from '../../functions/customer/cache-key.ts';
import {
  type CacheStore,
  type Clock,
  type InvalidationStore,
  StoreUnavailableError,
} from '../../functions/lookup/ports.ts';

type Store = CacheStore & InvalidationStore;

/** What one partition takes in a second. */
export interface PartitionRates {
  readonly reads: number;
  readonly writes: number;
}

/** DynamoDB's own limits for one partition: strongly consistent reads of up to 4 KB, writes of up to 1 KB. */
export const DYNAMODB_RATES: PartitionRates = { reads: 3000, writes: 1000 };

/** A store that counts what it throttled. */
export interface ThrottledStore {
  readonly store: Store;
  /** How many operations it has refused. */
  readonly throttledCount: number;
}

/** What may still be read and written in a partition at a moment. */
class Allowance {
  readonly #perSecond: number;
  #left: number;
  #at: number;

  constructor(perSecond: number, at: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond;
    this.#at = at;
  }

  /** Takes so much, if there is so much. What is not used in a second is lost. */
  take(units: number, now: number): boolean {
    this.#left = Math.min(this.#perSecond, this.#left + ((now - this.#at) / 1000) * this.#perSecond);
    this.#at = now;
    if (this.#left < units) return false;
    this.#left -= units;
    return true;
  }
}

/** A store that throttles each partition by itself, as DynamoDB does: what is throttled does not happen. */
export function throttled(store: Store, clock: Clock, rates: PartitionRates = DYNAMODB_RATES): ThrottledStore {
  const allowances = new Map<string, Allowance>();
  let throttledCount = 0;

  const may = (kind: keyof PartitionRates, partition: string, units = 1): boolean => {
    const now = clock.monotonicNow();
    const name = `${kind} ${partition}`;
    const allowance = allowances.get(name) ?? new Allowance(rates[kind], now);
    allowances.set(name, allowance);
    const isAllowed = allowance.take(units, now);
    if (!isAllowed) throttledCount += 1;
    return isAllowed;
  };
  const failure = () => new StoreUnavailableError('ThrottlingException', { trouble: 'throttled' });
  const limit = async <T>(kind: keyof PartitionRates, partition: string, operation: () => Promise<T>): Promise<T> => {
    if (!may(kind, partition)) throw failure();
    return operation();
  };
  /** An operation on the item of a key. */
  const ofItem =
    <P extends readonly unknown[], R>(
      kind: keyof PartitionRates,
      operation: (key: CacheKey, ...rest: P) => Promise<R>,
    ) =>
    (key: CacheKey, ...rest: P): Promise<R> =>
      limit(kind, key.partition, () => operation.call(store, key, ...rest));
  /** An operation on an item of its own: a customer's index, an API's pause. */
  const ofName =
    <P extends readonly unknown[], N extends string, R>(
      kind: keyof PartitionRates,
      prefix: string,
      operation: (name: N, ...rest: P) => Promise<R>,
    ) =>
    (name: N, ...rest: P): Promise<R> =>
      limit(kind, `${prefix}${name}`, () => operation.call(store, name, ...rest));

  return {
    store: {
      read: ofItem('reads', store.read),
      readAll: async (keys) => {
        const items = await store.readAll(keys);
        return items.map((item, index) => (may('reads', keys[index]?.partition ?? '') ? item : failure()));
      },
      takeLease: ofItem('writes', store.takeLease),
      writeEntry: ofItem('writes', store.writeEntry),
      endLease: ofItem('writes', store.endLease),
      dropEntry: ofItem('writes', store.dropEntry),
      markRevalidation: ofItem('writes', store.markRevalidation),
      takeBackMark: ofItem('writes', store.takeBackMark),
      markStale: ofItem('writes', store.markStale),
      addToIndex: ofName('writes', 'customer#', store.addToIndex),
      fenceCustomer: ofName('writes', 'customer#', store.fenceCustomer),
      listPartition: ofName('reads', '', store.listPartition),
      // The pauses of both APIs lie in one partition.
      readPause: (api) => limit('reads', 'upstream', () => store.readPause(api)),
      writePause: (api, pause) => limit('writes', 'upstream', () => store.writePause(api, pause)),
      takeTurn: (...parameters) => limit('writes', 'upstream', () => store.takeTurn(...parameters)),
      takeProbe: (...parameters) => limit('writes', 'upstream', () => store.takeProbe(...parameters)),
      endPause: (...parameters) => limit('writes', 'upstream', () => store.endPause(...parameters)),
      deleteItems: async (keys) => {
        const isDeleted = keys.map((key) => may('writes', key.partition));
        const left = await store.deleteItems(keys.filter((_key, index) => isDeleted[index]));
        return [...left, ...keys.filter((_key, index) => !isDeleted[index])];
      },
    },
    get throttledCount() {
      return throttledCount;
    },
  };
}
