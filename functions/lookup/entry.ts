import type { PackedBody } from './packed-body.ts';
import type { FailureKind } from './upstream.ts';

/** A stored answer of the upstream, with its times. */
export interface CacheEntry {
  readonly kind: 'found' | 'not-found';
  /** The status that the upstream answered with. */
  readonly status: number;
  /** The reply as JSON text: the trimmed profile, or the upstream's own `errors[]`. Served unchanged. */
  readonly body: string;
  /** The reply in the store's form. Undefined: it is not loaded. */
  readonly packed?: PackedBody | undefined;
  /** When the attempt that gave the bytes asked the upstream. Epoch milliseconds. */
  readonly askedAt: number;
  /**
   * The share that is cut off this entry's freshness lifetime, 0 to 0.1, so that entries filled together do not expire
   * together.
   */
  readonly freshnessCut: number;
  /** From this moment on it is never served, even if the settings change. Epoch milliseconds. */
  readonly expiresAt: number;
  /** The keyed hash of its customer; undefined for "not found". */
  readonly customer: string | undefined;
  /**
   * The customer's keyed hashes under the other key secrets, while the secret rotates: a purge that knows one of them
   * reaches the entry. Empty at other times.
   */
  readonly customerAliases: readonly string[];
  /** The moment from which it is marked stale: something about the customer changed. Epoch milliseconds. */
  readonly staleFrom: number | undefined;
  /** Whether it was fetched for a prefetch. Default: no. */
  readonly isPrefetched?: true;
}

/** The largest share that is cut off an entry's freshness lifetime (contract §4, FRESH_SECONDS). */
export const MAX_FRESHNESS_CUT = 0.1;

/** The identity of a lease, and the entries that its holder may still write. */
export interface LeaseState {
  /** Identifies the lease: no two leases share one. */
  readonly token: string;
  /**
   * Whether its fetch is void: another look-up got the answer that the customer was erased, or was merged into another
   * customer. The holder writes no entry, except one of the survivor, but it still says how its fetch ended. Default:
   * no.
   */
  readonly isVoid?: true;
  /** The customer into which the customer of a void fetch was merged: a keyed hash. Default: there is none. */
  readonly survivor?: string | undefined;
}

/** The right to fetch, for one look-up at a time. */
export interface Lease extends LeaseState {
  /** When it ends, by its holder's clock. Epoch milliseconds. */
  readonly until: number;
  /** Its whole length. Milliseconds. */
  readonly durationMs: number;
  /**
   * How long its holder expects to hold it: most fetches take at least this long. Undefined: the holder does not know.
   */
  readonly expectedMs?: number | undefined;
}

/**
 * How a lease ended, if it did not end with an entry. It stays on the item for the look-ups that waited. It counts only
 * for look-ups that saw the lease or expected its fetch (`LeaseWatch`), so it needs no expiry.
 */
export type LeaseOutcome =
  /** The upstream failed: the waiters answer as the holder did. */
  | {
      readonly kind: 'failed';
      readonly token: string;
      readonly failure: FailureKind;
      readonly retryAfterMs: number | undefined;
    }
  /**
   * The holder served its stale entry and no longer waited. The waiters serve the entry too, if they may. Otherwise one
   * of them takes over.
   */
  | { readonly kind: 'given-up'; readonly token: string }
  /**
   * The holder stored no answer, but the upstream did not fail: one of the waiters takes over. Until then no waiter
   * serves its stale entry.
   */
  | { readonly kind: 'ceded'; readonly token: string }
  /** The customer was erased: the waiters answer as the holder does. */
  | {
      readonly kind: 'erased';
      readonly token: string;
      /** The status that the upstream answered with. */
      readonly status: number;
      /** The upstream's own `errors[]`, as JSON text. */
      readonly body: string;
      /** When the upstream was asked. Epoch milliseconds. */
      readonly askedAt: number;
    }
  /** The answer may not be stored: each waiter fetches for itself. */
  | {
      readonly kind: 'not-stored';
      readonly token: string;
      /** The reason, for the operator: no look-up uses it. Undefined: it is not known. */
      readonly why?: NotStoredReason | undefined;
    };

/**
 * Why an answer was not stored.
 *
 * - `refused`: the upstream refuses this request
 * - `partial`: the answer is incomplete
 * - `another-customer`: it is about another customer than the requested one
 * - `no-customer-id`: it names no customer, so no purge could find the entry
 * - `not-found`: NOT_FOUND_FRESH_SECONDS is 0
 * - `too-large`: the entry is over the store's limit for an item
 * - `voided`: a purge or an event voided the fetch, or another look-up took the lease over
 * - `unwritten`: the store refused the writes of two fetches, one after the other
 * - `fault`: a fault of our own
 */
export const NOT_STORED_REASONS = [
  'refused',
  'partial',
  'another-customer',
  'no-customer-id',
  'not-found',
  'too-large',
  'voided',
  'unwritten',
  'fault',
] as const;
/** One of `NOT_STORED_REASONS`. */
export type NotStoredReason = (typeof NOT_STORED_REASONS)[number];

/** The item's fields at the end of its lease. */
export interface LeaseEnd {
  readonly outcome: LeaseOutcome;
  /** The item's mark of a revalidation from now on. Default: it stays. */
  readonly revalidation?: RevalidationMark | undefined;
  /**
   * Whether the write also removes the entry, because the upstream's answer contradicts it and is not stored. Default:
   * no.
   */
  readonly endsEntry?: boolean;
}

/** The mark of a revalidation that was asked for, or failed: no look-up asks for another until the mark ends. */
export interface RevalidationMark {
  /** Epoch milliseconds. */
  readonly until: number;
  /** The length of the hold-back that the last failure set; 0 if there was no failure. */
  readonly backoffMs: number;
}

/** The item under a key, as one consistent read shows it. */
export interface StoredItem {
  /** Undefined if there is no entry, or if it is unreadable. */
  readonly entry: CacheEntry | undefined;
  /** Identifies the entry, even if it is unreadable: the token of the lease under which it was written. */
  readonly version: string | undefined;
  /**
   * When an unreadable entry expires. It may be an entry of a later release. Undefined: the entry is readable, or has
   * no readable expiry. Epoch milliseconds.
   */
  readonly unreadableUntil?: number;
  readonly lease: Lease | undefined;
  readonly outcome: LeaseOutcome | undefined;
  readonly revalidation: RevalidationMark | undefined;
}

/** The item under a key that was never written. */
export const EMPTY_ITEM: StoredItem = {
  entry: undefined,
  version: undefined,
  lease: undefined,
  outcome: undefined,
  revalidation: undefined,
};
