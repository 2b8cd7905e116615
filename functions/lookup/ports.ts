import type { CacheKey } from '../customer/cache-key.ts';
import type { Api, CanonicalRequest } from '../customer/canonical-request.ts';
import type { CacheEntry, Lease, LeaseOutcome, RevalidationMark, StoredItem } from './entry.ts';

/** The time. */
export interface Clock {
  /** The time of day: epoch milliseconds. The clocks of a fleet differ by 500 ms at most. */
  now(): number;
  /** Milliseconds since some moment; never set back. */
  monotonicNow(): number;
  /** Waits for this many milliseconds, or until the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/*
 * The ports of the store. Each call is one atomic operation of the store; every read is strongly consistent. The order
 * in which they are made is what keeps the promises: see `lookup.ts` and `invalidation.ts`.
 *
 * Every call throws `StoreUnavailableError` when the store fails or does not answer in time. A write that threw may
 * have happened, or may yet.
 */

/** The entries, by their keys. */
export interface Entries {
  /** All that is under this key. An item that is foreign, of another form or unreadable shows no entry. */
  read(key: CacheKey): Promise<StoredItem>;

  /**
   * All that is under these keys, in their order; a key may stand twice. The one call that is many operations: each item
   * as `read` shows it, but not all of them of one moment. Either every item is read or the call throws; no keys ask
   * nothing of the store.
   */
  readAll(keys: readonly CacheKey[]): Promise<readonly StoredItem[]>;
}

/** The leases of the entries, and what their holders write. */
export interface Leases {
  /**
   * Takes the lease, if the item is still the one seen: the same entry, and no lease but the lapsed one that was seen.
   * The item is kept past the lease's end, whenever its entry expires.
   *
   * @returns whether it was taken
   */
  takeLease(key: CacheKey, seen: StoredItem, lease: Lease): Promise<boolean>;

  /** Writes the entry and ends the lease, if the lease is still this one. `too-large`: it can never be kept. */
  writeEntry(key: CacheKey, lease: Lease, entry: CacheEntry): Promise<'written' | 'lost' | 'too-large'>;

  /**
   * Ends the lease with an outcome, if the lease is still this one.
   *
   * @param revalidation what the item says of revalidation from now on; undefined leaves it as it is
   */
  endLease(
    key: CacheKey,
    lease: Lease,
    outcome: LeaseOutcome,
    revalidation: RevalidationMark | undefined,
  ): Promise<boolean>;

  /** Marks that a revalidation is asked for, if the item is still the one seen: same entry, no lease, same mark. */
  markRevalidation(key: CacheKey, seen: StoredItem, mark: RevalidationMark): Promise<boolean>;
}

/** The index from a customer to the partitions that hold entries of the customer, and the customer's fence. */
export interface CustomerIndex {
  /**
   * Adds a partition to the customer's index, if the customer was not invalidated since `askedAt` (less the clocks'
   * greatest difference).
   *
   * @returns whether it was added: the entry may be written
   */
  addToIndex(customer: string, partition: string, askedAt: number): Promise<boolean>;

  /**
   * Sets the customer's fence: no fill that was asked for before this moment is written any more. A later fence that is
   * there stands.
   *
   * @returns the partitions in the customer's index
   */
  fenceCustomer(customer: string, at: number): Promise<readonly string[]>;
}

/** Partitions: all variants of a look-up. */
export interface Partitions {
  /** Every item of a partition, on every page. */
  listPartition(partition: string): Promise<readonly PartitionItem[]>;

  /** Deletes an item, its lease too. */
  deleteItem(key: CacheKey): Promise<void>;

  /** Marks an item stale and takes its lease away; does nothing where there is no item. */
  markStale(key: CacheKey, at: number): Promise<void>;
}

/** Until when the upstream asked the fleet to pause. */
export interface UpstreamPauses {
  /**
   * Until when the upstream asked the fleet not to call this API; undefined when it did not. Epoch milliseconds. The
   * upstream throttles each API by itself: a pause of one says nothing of the other.
   */
  readPause(api: Api): Promise<number | undefined>;

  /** Tells the fleet until when the upstream asked not to call this API. A longer pause of it that is known stands. */
  writePause(api: Api, until: number): Promise<void>;
}

/** What a look-up needs of the store. */
export type CacheStore = Entries & Leases & CustomerIndex & UpstreamPauses;

/** What invalidation needs of the store. */
export type InvalidationStore = CustomerIndex & Partitions;

/** An item as `listPartition` shows it. */
export interface PartitionItem {
  readonly key: CacheKey;
  /** Whether it holds an entry, and not just a lease. */
  readonly hasEntry: boolean;
}

/** The store failed, or did not answer in time. The look-up goes on without it. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  /** What failed, for the log: the name of the store's own error, such as `TimeoutError`. Holds no data. */
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`The store is unavailable (${reason}).`, options);
    this.reason = reason;
  }
}

/** Who asks for a newer answer while a stale one is served. */
export interface Revalidator {
  /**
   * Asks for it, by a separate invocation. Never fails.
   *
   * @returns whether it was asked for; false after a time-out or an error. The caller then takes its mark back: otherwise
   *   nobody asks for this key until the mark lapses. An event that was reported lost may still come; that is harmless.
   */
  revalidate(request: CanonicalRequest): Promise<boolean>;
}
