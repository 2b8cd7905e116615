import type { Projection } from '../customer/reply/projection.ts';
import { type CacheKey, cacheKey } from '../customer/request/cache-key.ts';
import type { Api, CanonicalRequest } from '../customer/request/canonical-request.ts';
import type { IdentifierReading } from '../customer/request/reading.ts';
import type { RequestDirectives } from './directives.ts';
import type { StoredItem } from './entry.ts';
import type { FreshnessWindows } from './freshness.ts';
import type { LookupResult } from './lookup-result.ts';
import type { CacheStore, Clock, InvalidationStore, Revalidator } from './ports.ts';
import type { Shown } from './shared-read.ts';
import type { CustomerUpstream } from './upstream.ts';

/** The ports and values that a look-up needs. */
export interface LookupPorts {
  readonly clock: Clock;
  /** A number from 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** A text that no other call in the fleet returns. */
  readonly newToken: () => string;
  /** Undefined: the cache is off, and the service reads and stores nothing. */
  readonly store: (CacheStore & InvalidationStore) | undefined;
  readonly upstream: CustomerUpstream;
  readonly revalidator: Revalidator;
}

/** How this deployment caches. */
export interface LookupPolicy {
  readonly windows: FreshnessWindows;
  /** How long a look-up waits for the upstream before it serves a usable stale entry. Milliseconds. */
  readonly staleSoftTimeoutMs: number;
  /** How long a lease lasts: the upstream's whole budget and the store's. Milliseconds. */
  readonly leaseMs: number;
  /** After this time a call of the store counts as failed. Milliseconds. */
  readonly storeTimeoutMs: number;
  /** The kept parts of a reply, by API. */
  readonly projections: Readonly<Record<Api, Projection>>;
  /** The HMAC keys of the cache keys. Reads and writes use the first one. Invalidation acts on the entries of all. */
  readonly keySecrets: readonly [string, ...string[]];
  /** How mobile numbers in replies are read. */
  readonly reading: IdentifierReading;
  /** How many calls to the upstream the fleet may make. Default: no limit. */
  readonly callLimits?: CallLimits | undefined;
  /** The share of the hits that are audited, 0 to 1. Default: 0. */
  readonly auditShare?: number;
}

/** How many calls a minute the fleet may make, to each API. Each at least 1; an API that is absent has no limit. */
export type CallLimits = Readonly<Partial<Record<Api, number>>>;

/**
 * - `answer`: a caller waits for it
 * - `prefetch`: a caller expects a look-up soon, and does not wait. If the entry is not fresh, another invocation
 *   fetches it
 * - `revalidate`: no caller waits for it, so it never ends its own fetch early
 * - `audit`: a revalidation that only the audit of a hit needs
 */
export type LookupPurpose = 'answer' | 'prefetch' | 'revalidate' | 'audit';

/** Whether no caller waits: it is a revalidation or an audit. */
export function isRevalidating(purpose: LookupPurpose): boolean {
  return purpose === 'revalidate' || purpose === 'audit';
}

/**
 * A look-up: finds the customer of an identifier. It returns every business outcome. It throws only if there is a bug.
 *
 * @param purpose default: `answer`
 * @param firstRead makes the first read under the request's key; default: the look-up reads for itself
 * @param wishes default: none
 */
export type Lookup = (
  request: CanonicalRequest,
  directives: RequestDirectives,
  purpose?: LookupPurpose,
  firstRead?: FirstRead,
  wishes?: LookupWishes,
) => Promise<LookupResult>;

/** The caller's wishes, besides its directives. */
export interface LookupWishes {
  /**
   * How long the caller waits, counted from the start of the look-up. After that the answer is "pending", and the fetch
   * continues in another invocation. Milliseconds, 0 or more. Default: the caller waits for the whole look-up.
   */
  readonly waitMs?: number | undefined;
  /** For a revalidation: whether a prefetch asked for it. Default: no. */
  readonly isForPrefetch?: boolean | undefined;
  /** The start of the look-up, if it is part of an earlier one. Monotonic milliseconds. Default: now. */
  readonly startedAt?: number | undefined;
}

/** The item under a look-up's key, read together with other items. It may have been read before the look-up began. */
export type FirstRead = () => Promise<Shown<StoredItem>>;

/** The key of a request's entry; undefined if the request must not be stored. */
export function keyOf(request: CanonicalRequest, { projections, keySecrets }: LookupPolicy): CacheKey | undefined {
  return cacheKey(request, projections[request.api], keySecrets[0]);
}
