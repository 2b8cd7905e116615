import type { CacheKey } from '../customer/request/cache-key.ts';
import type { CanonicalRequest } from '../customer/request/canonical-request.ts';
import type { DueAudits } from './audit/audit-words.ts';
import type { Crowd } from './crowd.ts';
import type { RequestDirectives } from './directives.ts';
import type { LookupPurpose } from './lookup-policy.ts';
import type { CacheStore, InvalidationStore } from './ports.ts';
import type { StoreAccess } from './store-access.ts';

/** One look-up in progress: its request, its caller's wishes, and its access to the store. */
export interface Asked {
  readonly request: CanonicalRequest;
  readonly directives: RequestDirectives;
  readonly purpose: LookupPurpose;
  /** How long the caller waits, counted from the start; undefined: for the whole look-up. Milliseconds. */
  readonly waitMs: number | undefined;
  /** For a revalidation: whether a prefetch asked for it. */
  readonly isForPrefetch: boolean;
  /** The key of its entry; undefined: the look-up must not be stored. */
  readonly key: CacheKey | undefined;
  /** Monotonic milliseconds. */
  readonly startedAt: number;
  readonly store: StoreAccess<CacheStore & InvalidationStore>;
  /** The look-ups of the same key that run on this instance, this one included. */
  readonly crowd: Crowd;
  /** Draws the stale hits to audit. Undefined: no hit is audited. */
  readonly audits?: DueAudits | undefined;
}

/** A look-up with an answer that may be stored. */
export interface KeyedAsked extends Asked {
  readonly key: CacheKey;
}
