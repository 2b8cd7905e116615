import type { CacheKey } from '../../functions/customer/request/cache-key.ts';
import type { CacheStore, Clock, InvalidationStore } from '../../functions/lookup/ports.ts';
import { StoreUnavailableError } from '../../functions/lookup/store-unavailable-error.ts';

import { DYNAMODB_RATES, PartitionAllowances, type PartitionRates } from './partition-allowances.ts';

type Store = CacheStore & InvalidationStore;

/** A store that counts the throttled operations. */
export interface ThrottledStore {
  readonly store: Store;
  /** How many operations it has refused. */
  readonly throttledCount: number;
}

/** A store that throttles each partition separately, as DynamoDB does: a throttled operation does not happen. */
export function throttled(store: Store, clock: Clock, rates: PartitionRates = DYNAMODB_RATES): ThrottledStore {
  const allowances = new PartitionAllowances(rates);
  let throttledCount = 0;

  const may = (kind: keyof PartitionRates, partition: string): boolean => {
    const isAllowed = allowances.take(kind, partition, clock.monotonicNow());
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
  /** An operation on its own item: a customer's index, an API's pause. */
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
      dropFetch: ofItem('writes', store.dropFetch),
      markRevalidation: ofItem('writes', store.markRevalidation),
      takeBackMark: ofItem('writes', store.takeBackMark),
      markStale: ofItem('writes', store.markStale),
      voidFetch: ofItem('writes', store.voidFetch),
      addToIndex: ofName('writes', 'customer#', store.addToIndex),
      fenceCustomer: ofName('writes', 'customer#', store.fenceCustomer),
      listPartition: ofName('reads', '', store.listPartition),
      // The pauses of both APIs lie in one partition.
      readPause: (api) => limit('reads', 'upstream', () => store.readPause(api)),
      writePause: (api, pause) => limit('writes', 'upstream', () => store.writePause(api, pause)),
      takeTurn: (...parameters) => limit('writes', 'upstream', () => store.takeTurn(...parameters)),
      takeProbe: (...parameters) => limit('writes', 'upstream', () => store.takeProbe(...parameters)),
      endPause: (...parameters) => limit('writes', 'upstream', () => store.endPause(...parameters)),
      takeCalls: (...parameters) => limit('writes', 'upstream', () => store.takeCalls(...parameters)),
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
