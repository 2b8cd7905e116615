import type { CacheKey } from '../customer/request/cache-key.ts';
import type { Api, CanonicalRequest } from '../customer/request/canonical-request.ts';
import type { AuditRequest } from './audit/audit-words.ts';
import type { CacheEntry, Lease, LeaseEnd, RevalidationMark, StoredItem } from './entry.ts';

/** The time. */
export interface Clock {
  /** The time of day: epoch milliseconds. The clocks of a fleet differ by 500 ms at most. */
  now(): number;
  /** Milliseconds since some moment; never set back. */
  monotonicNow(): number;
  /** Waits for this many milliseconds, or until the signal is aborted. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Waits until this process has been free for so many milliseconds, or until the signal is aborted. The time in which it
   * loads code or parses a body does not count (contract §5, promise 11).
   */
  sleepFree(ms: number, signal?: AbortSignal): Promise<void>;
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
   * All that is under these keys, in their order; a key may stand twice. The call is many operations: each item as `read`
   * shows it, but not all of them of one moment. If an item cannot be read, its key has the failure in its place, and the
   * other keys are unaffected. This call throws no failure. No keys ask nothing of the store.
   */
  readAll(keys: readonly CacheKey[]): Promise<readonly (StoredItem | StoreUnavailableError)[]>;
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

  /** Ends the lease, if the lease is still this one. Returns whether it was. */
  endLease(key: CacheKey, lease: Lease, end: LeaseEnd): Promise<boolean>;

  /**
   * Removes the entry, if the item still holds the version that was seen. A lease on the item stays: this is for a
   * look-up that has no lease.
   *
   * @returns whether there was such an entry
   */
  dropEntry(key: CacheKey, seen: StoredItem): Promise<boolean>;

  /**
   * Marks that a revalidation is asked for, if the item is still the one seen: same entry, no lease, same mark. Where nothing
   * was seen, it makes an item that holds the mark alone, and is kept past its end.
   */
  markRevalidation(key: CacheKey, seen: StoredItem, mark: RevalidationMark): Promise<boolean>;

  /**
   * Takes back what `markRevalidation` wrote, if the item still has that very mark: the revalidation was not asked for.
   *
   * @param previous the mark that was there before; undefined: none
   */
  takeBackMark(key: CacheKey, mark: RevalidationMark, previous: RevalidationMark | undefined): Promise<boolean>;
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
  /**
   * One page of a partition's items, in the order of their variants.
   *
   * @param after the `next` of the page before; default: the first page
   */
  listPartition(partition: string, after?: string): Promise<PartitionPage>;

  /**
   * Deletes items, their leases too. The call is many operations, in no order: when it throws, some may have happened.
   * Twenty-five keys go in one request.
   *
   * @returns the keys that the store left out because it throttles: their items may still be there
   */
  deleteItems(keys: readonly CacheKey[]): Promise<readonly CacheKey[]>;

  /** Marks an item stale and takes its lease away; does nothing where there is no item. */
  markStale(key: CacheKey, at: number): Promise<void>;
}

/**
 * Until when the upstream asked the fleet to pause, for each of its APIs: it throttles each by itself, so that a pause of
 * one says nothing of the other. A pause is known by its `until`.
 */
export interface UpstreamPauses {
  /** The pause of this API that was written last, over or not; undefined where none is known. */
  readPause(api: Api): Promise<UpstreamPause | undefined>;

  /** Tells the fleet of a pause. A longer pause that is known stands. */
  writePause(api: Api, pause: Pick<UpstreamPause, 'until' | 'since'>): Promise<void>;

  /**
   * Takes one of the few turns with which the fleet begins when a pause has ended, if the pause is still this one and has
   * turns left.
   *
   * @param atMost how many turns there are in all
   * @returns whether it was taken
   */
  takeTurn(api: Api, until: number, atMost: number): Promise<boolean>;

  /**
   * Takes the right to ask in spite of a pause, if the pause is still this one and no look-up has asked since `probedAt`.
   *
   * @param probedAt what was read of the pause
   * @returns whether it was taken: `probedAt` is `now` from then on
   */
  takeProbe(api: Api, until: number, probedAt: number, now: number): Promise<boolean>;

  /** Ends a pause, if it is still this one: a probe found the upstream well. Its `until` is `now` from then on. */
  endPause(api: Api, until: number, now: number): Promise<void>;
}

/** A pause that the upstream asked for. All moments are epoch milliseconds. */
export interface UpstreamPause {
  /** When it ends. */
  readonly until: number;
  /** When it began. */
  readonly since: number;
  /** How many turns were taken of those that the fleet begins with at the end of it. */
  readonly turns: number;
  /** When the upstream was last asked in spite of it; at first the same as `since`. */
  readonly probedAt: number;
}

/** How many calls of each minute the fleet has taken of its budget for the upstream, for each of its APIs. */
export interface UpstreamCallCounters {
  /**
   * Takes calls of a minute, if fewer than `below` are taken so far.
   *
   * @param minute minutes since the epoch
   * @param count how many are taken: at least 1; they may go beyond `below`
   * @returns how many are taken with them; undefined: none were, `below` is reached
   */
  takeCalls(api: Api, minute: number, count: number, below: number): Promise<number | undefined>;
}

/** What a look-up needs of the store. */
export type CacheStore = Entries & Leases & CustomerIndex & UpstreamPauses & UpstreamCallCounters;

/** What invalidation needs of the store. */
export type InvalidationStore = CustomerIndex & Partitions;

/** Some of a partition's items. */
export interface PartitionPage {
  readonly items: readonly PartitionItem[];
  /** Where the next page begins; undefined: this was the last one. */
  readonly next: string | undefined;
}

/** An item as `listPartition` shows it. */
export interface PartitionItem {
  readonly key: CacheKey;
  /** Whether it holds an entry. */
  readonly hasEntry: boolean;
  /** Whether its entry is marked stale. */
  readonly isMarked: boolean;
  /** Whether it holds a lease, lapsed or not: a fill may be under way. */
  readonly hasLease: boolean;
  /** The keyed hashes of its entry's customer, under each secret that the entry names. */
  readonly customers: readonly string[];
}

/**
 * What is wrong with the store.
 *
 * - `throttled`: it answered that it throttles
 * - `late`: it did not answer in time
 * - `down`: anything else
 */
export type StoreTrouble = 'throttled' | 'late' | 'down';

export interface StoreUnavailableOptions extends ErrorOptions {
  /** Default: `down`. */
  readonly trouble?: StoreTrouble;
}

/** The store failed, or did not answer in time. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  /** What failed, for the log: the name of the store's own error, such as `TimeoutError`. Holds no data. */
  readonly reason: string;
  readonly trouble: StoreTrouble;

  constructor(reason: string, { trouble = 'down', ...options }: StoreUnavailableOptions = {}) {
    super(`The store is unavailable (${reason}).`, options);
    this.reason = reason;
    this.trouble = trouble;
  }
}

/** What is said of a revalidation. */
export interface RevalidateOptions {
  /** A prefetch asks, so that the entry is to say so. */
  readonly isForPrefetch: boolean;
  /** The hit that it is compared with. Default: none. */
  readonly audit?: AuditRequest | undefined;
}

/** Asks for a newer answer while a stale one is served. */
export interface Revalidator {
  /**
   * Asks for it, by a separate invocation. Never fails.
   *
   * @returns whether it was asked for; false after a time-out or an error. The caller then takes its mark back: otherwise
   *   no look-up asks for this key until the mark lapses. An event that was reported lost may still come; that is harmless.
   */
  revalidate(request: CanonicalRequest, options?: RevalidateOptions): Promise<boolean>;
}
