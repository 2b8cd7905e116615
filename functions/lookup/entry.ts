import type { PackedBody } from './packed-body.ts';
import type { FailureKind } from './upstream.ts';

/** An answer of the upstream, kept with its times. */
export interface CacheEntry {
  readonly kind: 'found' | 'not-found';
  /** The status that the upstream answered with. */
  readonly status: number;
  /** The reply as JSON text: the trimmed profile, or the upstream's own `errors[]`. Served as it is. */
  readonly body: string;
  /** The same as the store holds it. Undefined: it is not at hand. */
  readonly packed?: PackedBody | undefined;
  /** When the upstream was asked, by the attempt that gave the bytes. Epoch milliseconds. */
  readonly askedAt: number;
  /** The share of the freshness lifetime that this entry gives up, 0 to 0.1, so that entries filled together do not
   * expire together. */
  readonly freshnessCut: number;
  /** From when on it is never served, whatever the settings say by then. Epoch milliseconds. */
  readonly expiresAt: number;
  /** The keyed hash of its customer; undefined for "not found". */
  readonly customer: string | undefined;
  /**
   * The customer's keyed hashes under the other key secrets, while the secret rotates: a purge that knows one of them
   * reaches the entry. Empty at other times.
   */
  readonly customerAliases: readonly string[];
  /** Since when it is marked stale: something about the customer changed. Epoch milliseconds. */
  readonly staleFrom: number | undefined;
  /** Whether it was fetched for a prefetch. Default: no. */
  readonly isPrefetched?: true;
}

/** The part of the freshness lifetime that an entry may give up at most (contract §4, FRESH_SECONDS). */
export const MAX_FRESHNESS_CUT = 0.1;

/** The right to fetch, for one look-up at a time. */
export interface Lease {
  /** Identifies the lease: no two leases share one. */
  readonly token: string;
  /** When it ends, by its holder's clock. Epoch milliseconds. */
  readonly until: number;
  /** How long it lasts in all. */
  readonly durationMs: number;
  /** How long its holder expects to hold it: most fetches take so long at least. Undefined: the holder does not know. */
  readonly expectedMs?: number | undefined;
}

/** How a lease ended, if it did not end with an entry. It is left on the item, for the look-ups that waited. */
export type LeaseOutcome =
  /** The upstream failed: the look-ups that waited answer as the holder did. */
  | {
      readonly kind: 'failed';
      readonly token: string;
      readonly failure: FailureKind;
      readonly retryAfterMs: number | undefined;
    }
  /** The holder served its stale entry and waited no longer: the others serve theirs if they may, else one takes over. */
  | { readonly kind: 'given-up'; readonly token: string }
  /** The customer was erased: the look-ups that waited are answered as the holder is. */
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
  /** The answer may not be stored: the look-ups that waited ask for themselves. */
  | {
      readonly kind: 'not-stored';
      readonly token: string;
      /** For the operator; no look-up decides by it. Undefined: not known. */
      readonly why?: NotStoredReason | undefined;
    };

/**
 * Why an answer was not stored.
 *
 * - `refused`: the upstream refuses this request
 * - `partial`: the answer is not whole (206)
 * - `another-customer`: it is about another customer than the one asked for
 * - `no-customer-id`: it names no customer, so that no purge could find the entry
 * - `not-found`: NOT_FOUND_FRESH_SECONDS is 0
 * - `too-large`: the entry is over the store's limit for an item
 * - `voided`: a purge or an event voided the fetch, or another look-up took the lease over
 * - `fault`: a fault of our own
 */
export const NOT_STORED_REASONS = [
  ...(['refused', 'partial', 'another-customer', 'no-customer-id', 'not-found'] as const),
  ...(['too-large', 'voided', 'fault'] as const),
] as const;
export type NotStoredReason = (typeof NOT_STORED_REASONS)[number];

/** What the item says when its lease has ended. */
export interface LeaseEnd {
  readonly outcome: LeaseOutcome;
  /** What the item says of revalidation from now on. Default: what it says already. */
  readonly revalidation?: RevalidationMark | undefined;
  /** Whether the entry goes with the lease: the upstream's answer contradicts it, and is not stored. Default: no. */
  readonly endsEntry?: boolean;
}

/** That a revalidation was asked for, or failed: no other is asked for until then. */
export interface RevalidationMark {
  /** Epoch milliseconds. */
  readonly until: number;
  /** How long the hold-back lasted that the last failure set; 0 where none did. */
  readonly backoffMs: number;
}

/** All that the store holds under a key, as one consistent read shows it. */
export interface StoredItem {
  /** Undefined where there is none, or none that can be read. */
  readonly entry: CacheEntry | undefined;
  /** Which entry it is, readable or not: the token of the lease under which it was written. */
  readonly version: string | undefined;
  readonly lease: Lease | undefined;
  readonly outcome: LeaseOutcome | undefined;
  readonly revalidation: RevalidationMark | undefined;
}

/** What the store holds under a key that was never written. */
export const EMPTY_ITEM: StoredItem = {
  entry: undefined,
  version: undefined,
  lease: undefined,
  outcome: undefined,
  revalidation: undefined,
};
