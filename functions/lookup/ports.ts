import type { CacheKey } from '../customer/request/cache-key.ts';
import type { Api, CanonicalRequest } from '../customer/request/canonical-request.ts';
import type { AuditRequest } from './audit/audit-words.ts';
import type { CacheEntry, Lease, LeaseEnd, LeaseState, RevalidationMark, StoredItem } from './entry.ts';
import type { PartitionPage } from './partition-page.ts';
import type { StoreUnavailableError } from './store-unavailable-error.ts';

/** The time. */
export interface Clock {
  /** The time of day: epoch milliseconds. The clocks of a fleet differ by 500 ms at most. */
  now(): number;
  /** Milliseconds since some moment; never set back. */
  monotonicNow(): number;
  /** Waits for this many milliseconds, or until the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Waits until this process has been free for this many milliseconds, or until the signal is aborted. Time in which it
   * loads code or parses a body does not count (contract §5, promise 11).
   */
  sleepFree(ms: number, signal?: AbortSignal): Promise<void>;
}

/*
 * The ports of the store. Each call is one atomic operation of the store; every read is strongly consistent. The order
 * of the calls keeps the promises: see `forward/keep.ts` and `invalidation.ts`. Every call throws
 * `StoreUnavailableError` if the store fails or does not answer in time. A write that threw may be made, even later.
 */

/** The entries, by their keys. */
export interface Entries {
  /** The item under this key. A foreign or unreadable item, and an item of another form, shows no entry. */
  read(key: CacheKey): Promise<StoredItem>;

  /**
   * The items under these keys, in the order of the keys. A key may occur twice. The call is many operations: each item
   * is as `read` shows it, but the items may be of different moments. If an item cannot be read, the failure is in its
   * place, and the other keys are unaffected. A key that the store left out twice is `down` for this look-up. This call
   * never throws. Without keys it does not ask the store.
   */
  readAll(keys: readonly CacheKey[]): Promise<readonly (StoredItem | StoreUnavailableError)[]>;
}

/** The leases of the entries, and the writes of their holders. */
export interface Leases {
  /**
   * Takes the lease, if the item is still the one seen: the same entry, and no lease except the lapsed one that was
   * seen. The item is kept until after the lease's end, even if its entry expires earlier.
   *
   * @returns whether it was taken
   */
  takeLease(key: CacheKey, seen: StoredItem, lease: Lease): Promise<boolean>;

  /**
   * Writes the entry and ends the lease, if the lease is still this one and its fetch is not void. If the fetch is void,
   * an entry of the survivor is still written. `too-large`: it can never be stored.
   */
  writeEntry(key: CacheKey, lease: Lease, entry: CacheEntry): Promise<'written' | 'lost' | 'too-large'>;

  /**
   * Ends the lease, if the lease is still this one or one of `others`, even if its fetch is void. The outcome gets the
   * token of the lease that the item has.
   *
   * @param others leases of the same look-up: the store may have made one of several late tries. Default: none
   * @returns whether the item had one of them
   */
  endLease(key: CacheKey, lease: Lease, end: LeaseEnd, others?: readonly Lease[]): Promise<boolean>;

  /** Removes the entry, if it is still the one seen. A lease on the item stays. Returns whether it was that one. */
  dropEntry(key: CacheKey, seen: StoredItem): Promise<boolean>;

  /**
   * Removes this lease and the entry beside it, or the entry that its holder has written meanwhile. A later lease
   * stays. Returns whether one of them was there. `dropEntry` and `dropFetch` are for a look-up without a lease.
   */
  dropFetch(key: CacheKey, lease: Lease): Promise<boolean>;

  /**
   * Marks that a look-up asks for a revalidation, if the item is still the one seen: same entry, no lease, same mark.
   * If there was no item, it makes an item with only the mark, which is kept until after the mark's end.
   */
  markRevalidation(key: CacheKey, seen: StoredItem, mark: RevalidationMark): Promise<boolean>;

  /**
   * Takes back the mark that `markRevalidation` wrote, if the item still has exactly that mark: the look-up could not
   * ask for the revalidation.
   * @param previous the mark before it; undefined: none
   */
  takeBackMark(key: CacheKey, mark: RevalidationMark, previous: RevalidationMark | undefined): Promise<boolean>;
}

/** The index from a customer to the partitions that hold entries of the customer, and the customer's fence. */
export interface CustomerIndex {
  /**
   * Adds a partition to the customer's index, if the customer was not invalidated since `askedAt` (less the clocks'
   * greatest difference).
   *
   * @returns whether it was added. If so, the entry may be written
   */
  addToIndex(customer: string, partition: string, askedAt: number): Promise<boolean>;

  /**
   * Sets the customer's fence: the store takes no fill any more that asked the upstream before this moment. A later
   * fence stays.
   *
   * @returns the partitions in the customer's index
   */
  fenceCustomer(customer: string, at: number): Promise<readonly string[]>;
}

/** How a fetch in progress is voided. */
export interface Voiding {
  /** The customer whose entry may still be written: a keyed hash. Undefined: no entry may. */
  readonly survivor: string | undefined;
  /** Whether the entry beside the lease is removed too. */
  readonly endsEntry: boolean;
}

/** The partitions. A partition holds all variants of a look-up. */
export interface Partitions {
  /**
   * One page of a partition's items, in the order of their variants.
   *
   * @param after the `next` of the page before; default: the first page
   */
  listPartition(partition: string, after?: string): Promise<PartitionPage>;

  /**
   * Voids the fetch under a lease: the holder can write no entry, except one of the survivor, but it can still say how
   * its fetch ended.
   *
   * @param seen the lease as it was listed
   * @returns whether the item still had this lease, unchanged
   */
  voidFetch(key: CacheKey, seen: LeaseState, voiding: Voiding): Promise<boolean>;

  /**
   * Deletes items with their leases. The call is many operations in any order: if it throws, some may have been made.
   * Twenty-five keys go in one request.
   *
   * @returns the keys that the store left out because it throttles: their items may still exist
   */
  deleteItems(keys: readonly CacheKey[]): Promise<readonly CacheKey[]>;

  /** Marks an item stale and removes its lease. If there is no item, it does nothing. */
  markStale(key: CacheKey, at: number): Promise<void>;
}

/**
 * The pauses that the upstream asked the fleet for. It throttles each API separately, so a pause of one API does not
 * count for the other. A pause is identified by its `until`.
 */
export interface UpstreamPauses {
  /** The last pause of this API, even if it is over; undefined if none is known. */
  readPause(api: Api): Promise<UpstreamPause | undefined>;

  /** Tells the fleet about a pause. A known longer pause stays. */
  writePause(api: Api, pause: Pick<UpstreamPause, 'until' | 'since'>): Promise<void>;

  /**
   * Takes one of the few turns with which the fleet begins after a pause, if the pause is still this one and has turns
   * left.
   * @param atMost how many turns may be taken, together with those before
   * @returns whether it was taken
   */
  takeTurn(api: Api, until: number, atMost: number): Promise<boolean>;

  /**
   * Takes the right to ask during a pause, if the pause is still this one and no look-up has asked since `probedAt`.
   *
   * @param probedAt the value that was read from the pause
   * @returns whether it was taken: `probedAt` is `now` from then on
   */
  takeProbe(api: Api, until: number, probedAt: number, now: number): Promise<boolean>;

  /** Ends a pause, if it is still this one: a probe got an answer. Its `until` is `now` from then on. */
  endPause(api: Api, until: number, now: number): Promise<void>;
}

/** A pause that the upstream asked for. All moments are epoch milliseconds. */
export interface UpstreamPause {
  /** When it ends. */
  readonly until: number;
  /** When it began. */
  readonly since: number;
  /** How many of the first turns after the pause were taken. */
  readonly turns: number;
  /** When the service last asked the upstream during the pause; at first the same as `since`. */
  readonly probedAt: number;
}

/** The calls that the fleet has taken from its budget for the upstream, for each minute and API. */
export interface UpstreamCallCounters {
  /**
   * Takes calls of a minute, if fewer than `below` are taken so far.
   *
   * @param minute minutes since the epoch
   * @param count how many to take: at least 1; the sum may go above `below`
   * @returns the sum after taking them; undefined: none were taken, because `below` is reached
   */
  takeCalls(api: Api, minute: number, count: number, below: number): Promise<number | undefined>;
}

/** The store ports of a look-up. */
export type CacheStore = Entries & Leases & CustomerIndex & UpstreamPauses & UpstreamCallCounters;

/** The store ports of invalidation. */
export type InvalidationStore = CustomerIndex & Partitions;

/** The facts about a revalidation. */
export interface RevalidateOptions {
  /** Whether a prefetch asks. If so, the entry must be marked as prefetched. */
  readonly isForPrefetch: boolean;
  /** The hit to compare with its answer. Default: none. */
  readonly audit?: AuditRequest | undefined;
}

/** Asks for a newer answer while the service serves a stale one. */
export interface Revalidator {
  /**
   * Asks for a newer answer, by a separate invocation. It never fails.
   * @returns whether it asked. It is false after a timeout or an error, and the caller takes its mark back: otherwise
   *   no look-up would ask for this key until the mark lapses. A late event is harmless
   */
  revalidate(request: CanonicalRequest, options?: RevalidateOptions): Promise<boolean>;
}
