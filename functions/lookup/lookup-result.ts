import type { NotStoredReason } from './entry.ts';
import type { ForwardReason, StaleDetail } from './freshness.ts';
import type { PackedBody } from './packed-body.ts';
import type { FailureKind, UpstreamCall, UpstreamFailure } from './upstream.ts';

/** The result of a look-up. */
export interface LookupResult {
  readonly answer: Answer;
  readonly cache: CacheUse;
  /** The result of joining sections; undefined if no section should join, or if joining changed nothing. */
  readonly joined: JoinOutcome | undefined;
  /** The calls to the upstream; undefined if there was none. */
  readonly upstreamCall: UpstreamCall | undefined;
  /** How the upstream failed, if the cache had an answer. */
  readonly maskedFailure: FailureKind | undefined;
  /** How the store failed during this look-up; undefined if it did not. */
  readonly storeFailure: string | undefined;
  /** Whether the reply was about another customer than the requested one. Such a reply is served, but not stored. */
  readonly isIdentityMismatch: boolean;
  /** Whether the look-up asked for a revalidation. */
  readonly isRevalidationAsked: boolean;
  /** Whether the look-up could not ask for a revalidation. */
  readonly isRevalidationLost: boolean;
  /** Whether the look-up serves an entry of a prefetch, for the first time on this instance. Default: no. */
  readonly isPrefetchUsed?: true;
}

/** The result of a v2 look-up with sections of v1.1. */
export type JoinOutcome =
  | 'joined'
  /** v1.1 has another customer by this identifier, or a half does not give the customer's id. */
  | 'mismatch'
  /** The half of this API is missing. */
  | 'v2-missing'
  | 'v1.1-missing';

/** The answer to the caller. */
export type Answer =
  | ServedReply
  | UpstreamFailure
  | PendingAnswer
  /** The caller accepts an answer from the cache only, and the cache has none. */
  | { readonly kind: 'not-cached' };

/** The caller no longer waits. The fetch continues in another invocation, or a prefetch found a fresh entry. */
export interface PendingAnswer {
  readonly kind: 'pending';
  /** Whether the caller asked for a prefetch. */
  readonly isPrefetch: boolean;
  /** The remaining freshness lifetime of the entry that a prefetch found. */
  readonly ttlMs?: number;
}

/**
 * The upstream's answer, from this look-up or from a stored entry: the trimmed profile, or the upstream's own
 * `errors[]`.
 */
export interface ServedReply {
  readonly kind: 'found' | 'not-found' | 'erased' | 'refused';
  /** The upstream's status. */
  readonly status: number;
  /** JSON text; empty if the upstream refuses without a readable error. */
  readonly body: string;
  /** The reply in the store's form. Undefined: it is not loaded. */
  readonly packed?: PackedBody | undefined;
  /** The time since the service asked the upstream. */
  readonly ageMs: number;
  /** The remaining freshness lifetime; negative if the answer is stale, 0 if it is never fresh. */
  readonly ttlMs: number;
  /** The keyed hash of its customer; undefined: it names no customer. */
  readonly customer: string | undefined;
  /** The same customer's hashes under the other key secrets, during a rotation. */
  readonly customerAliases: readonly string[];
}

/** How the cache was used, in the words of RFC 9211 §2. */
export type CacheUse =
  /** Answered from the store. `detail`: why a stale answer is served; undefined: the answer is fresh. */
  | { readonly status: 'hit'; readonly detail: StaleDetail | undefined }
  /** Answered with another look-up's fetch. */
  | { readonly status: 'collapsed'; readonly reason: ForwardReason }
  | {
      readonly status: 'forward';
      readonly reason: ForwardReason | 'bypass';
      /** Whether the answer is certainly stored. */
      readonly isStored: boolean;
      /** Why it was not stored, if the store did not fail. */
      readonly notStored?: NotStoredReason;
    };
