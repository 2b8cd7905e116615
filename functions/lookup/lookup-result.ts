import type { ForwardReason, StaleDetail } from './freshness.ts';
import type { PackedBody } from './packed-body.ts';
import type { FailureKind, UpstreamCall, UpstreamFailure } from './upstream.ts';

/** What came of a look-up. */
export interface LookupResult {
  readonly answer: Answer;
  readonly cache: CacheUse;
  /** What became of what was to join the reply; undefined where nothing was, or where it changed nothing. */
  readonly joined: JoinOutcome | undefined;
  /** How asking the upstream went; undefined when it was not asked. */
  readonly upstreamCall: UpstreamCall | undefined;
  /** How the upstream failed, though the cache had an answer. */
  readonly maskedFailure: FailureKind | undefined;
  /** What failed of the store during this look-up; undefined when nothing did. */
  readonly storeFailure: string | undefined;
  /** The reply was about somebody else than asked for: served, not kept. */
  readonly isIdentityMismatch: boolean;
  /** Whether a revalidation was asked for. */
  readonly isRevalidationAsked: boolean;
  /** Whether a revalidation was to be asked for, and could not be. */
  readonly isRevalidationLost: boolean;
  /** Whether it is served an entry that a prefetch fetched, and this instance serves it for the first time. Default: no. */
  readonly isPrefetchUsed?: true;
}

/** What became of a v2 look-up that sections of v1.1 were to join. */
export type JoinOutcome =
  | 'joined'
  /** v1.1 has another customer by this identifier. */
  | 'mismatch'
  /** The half of this API is missing. */
  | 'v2-missing'
  | 'v1.1-missing';

/** The answer to the caller. */
export type Answer =
  | ServedReply
  | UpstreamFailure
  | PendingAnswer
  /** The caller wanted no answer but from the cache, which has none. */
  | { readonly kind: 'not-cached' };

/** The caller waits no longer. The fetch goes on in another invocation, or a prefetch found a fresh entry. */
export interface PendingAnswer {
  readonly kind: 'pending';
  /** Whether the caller asked for a prefetch. */
  readonly isPrefetch: boolean;
  /** The freshness that the entry has left which a prefetch found. */
  readonly ttlMs?: number;
}

/** What the upstream says, now or when the entry was fetched: the trimmed profile, or its own `errors[]`. */
export interface ServedReply {
  readonly kind: 'found' | 'not-found' | 'erased' | 'refused';
  /** The upstream's status. */
  readonly status: number;
  /** JSON text; empty if the upstream refuses without a readable error. */
  readonly body: string;
  /** The same as the store holds it. Undefined: it is not at hand. */
  readonly packed?: PackedBody | undefined;
  /** Since the upstream was asked. */
  readonly ageMs: number;
  /** The freshness it has left; negative when stale, 0 for what is never fresh. */
  readonly ttlMs: number;
  /** The keyed hash of its customer; undefined: it is about no customer, or does not name one. */
  readonly customer: string | undefined;
  /** The same customer's hashes under the other key secrets, while these are being rotated. */
  readonly customerAliases: readonly string[];
}

/** How the cache was used, in the words of RFC 9211 §2. */
export type CacheUse =
  /** Answered out of the store; stale, for this reason. */
  | { readonly status: 'hit'; readonly detail: StaleDetail | undefined }
  /** Answered by what another look-up fetched meanwhile. */
  | { readonly status: 'collapsed'; readonly reason: ForwardReason }
  | {
      readonly status: 'forward';
      readonly reason: ForwardReason | 'bypass';
      /** Whether the answer is certain to be kept. */
      readonly isStored: boolean;
    };
