import { cacheKey } from '../customer/cache-key.ts';
import type { CanonicalRequest } from '../customer/canonical-request.ts';
import { writeJson } from '../customer/json.ts';
import { trimProfile } from '../customer/profile.ts';
import type { Projection } from '../customer/projection.ts';
import type { RequestDirectives } from './directives.ts';
import { type CacheEntry, MAX_FRESHNESS_CUT } from './entry.ts';
import { decide, expiryOf, type FreshnessWindows, freshnessLifetimeMs } from './freshness.ts';
import type { CacheStore, Clock, CustomerUpstream, UpstreamCall, UpstreamFailure, UpstreamOutcome } from './ports.ts';
import { StoreAccess } from './store-access.ts';

/** What a look-up needs from outside. */
export interface LookupPorts {
  readonly clock: Clock;
  /** A number from 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** Undefined: the cache is off, nothing is read or stored. */
  readonly store: CacheStore | undefined;
  readonly upstream: CustomerUpstream;
}

/** How this deployment caches. */
export interface LookupPolicy {
  readonly windows: FreshnessWindows;
  /** What is kept of a reply. */
  readonly projection: Projection;
  /** The HMAC key of the cache keys. */
  readonly keySecret: string;
}

/** A look-up: who is this? Throws for nothing that is anybody's business outcome. */
export type Lookup = (request: CanonicalRequest, directives: RequestDirectives) => Promise<LookupResult>;

/** What came of a look-up. */
export interface LookupResult {
  readonly answer: Answer;
  readonly cache: CacheUse;
  /** How asking the upstream went; undefined when it was not asked. */
  readonly upstreamCall: UpstreamCall | undefined;
  /** What failed of the store during this look-up; undefined when nothing did. */
  readonly storeFailure: string | undefined;
}

/** The answer to the caller. */
export type Answer =
  | UpstreamsWord
  | UpstreamFailure
  /** The caller wanted no answer but from the cache, which has none. */
  | { readonly kind: 'not-cached' };

/** What the upstream says, now or when the entry was fetched: the trimmed profile, or its own `errors[]`. */
export interface UpstreamsWord {
  readonly kind: 'found' | 'not-found' | 'erased' | 'refused';
  /** The upstream's status. */
  readonly status: number;
  /** JSON text. */
  readonly body: string;
  /** Since the upstream was asked. */
  readonly ageMs: number;
  /** The freshness it has left; 0 for what is never fresh. */
  readonly ttlMs: number;
}

/** How the cache was used, in the words of RFC 9211 §2. */
export type CacheUse =
  | { readonly status: 'hit' }
  | {
      readonly status: 'forward';
      readonly reason: 'miss' | 'stale' | 'request' | 'bypass';
      /** Whether the answer is certain to be kept. */
      readonly isStored: boolean;
    };

/**
 * The look-up: from the cache when it can, else from the upstream, keeping what may be kept.
 *
 * One read of the store on a hit.
 */
export function createLookup(ports: LookupPorts, policy: LookupPolicy): Lookup {
  return async (request, directives) => {
    const store = new StoreAccess(ports.store, cacheKey(request, policy.projection, policy.keySecret));
    const decision = decide(
      directives.noCache ? undefined : await store.read(),
      directives,
      policy.windows,
      ports.clock.now(),
    );
    if (decision.use === 'hit') {
      const { entry, ageMs, ttlMs } = decision;
      return {
        answer: { kind: entry.kind, status: entry.status, body: entry.body, ageMs, ttlMs },
        cache: { status: 'hit' },
        upstreamCall: undefined,
        storeFailure: undefined,
      };
    }

    const reason = store.isBypassed ? 'bypass' : decision.reason;
    const forwarded = (answer: Answer, isStored: boolean, upstreamCall?: UpstreamCall): LookupResult => ({
      answer,
      cache: { status: 'forward', reason, isStored },
      upstreamCall,
      storeFailure: store.failure,
    });
    if (directives.onlyIfCached) return forwarded({ kind: 'not-cached' }, false);

    const { outcome, call } = await ports.upstream.fetch(request);
    if (outcome.kind === 'failed') return forwarded(outcome, false, call);

    const body = bodyOf(outcome, request, policy.projection);
    const entry = toEntry(outcome, body, call.askedAt, policy.windows, ports.random());
    const isStored = entry !== undefined && !directives.noStore && (await store.write(entry));
    const ageMs = Math.max(0, ports.clock.now() - call.askedAt);
    const ttlMs = entry === undefined ? 0 : freshnessLifetimeMs(entry, policy.windows) - ageMs;
    return forwarded({ kind: outcome.kind, status: outcome.status, body, ageMs, ttlMs }, isStored, call);
  };
}

type Answered = Exclude<UpstreamOutcome, UpstreamFailure>;

/** What is served of the outcome, as JSON text. */
function bodyOf(outcome: Answered, { askedSections }: CanonicalRequest, projection: Projection): string {
  return writeJson(outcome.kind === 'found' ? trimProfile(outcome.reply, projection, askedSections) : outcome.errors);
}

/** The entry to keep, or undefined for what is never kept: the incomplete, the erased, the refused. */
function toEntry(
  outcome: Answered,
  body: string,
  askedAt: number,
  windows: FreshnessWindows,
  random: number,
): CacheEntry | undefined {
  const { kind, status } = outcome;
  if (kind === 'found' && outcome.isComplete) {
    const freshnessCut = random * MAX_FRESHNESS_CUT;
    return { kind, status, body, askedAt, freshnessCut, expiresAt: expiryOf(kind, askedAt, windows) };
  }
  if (kind === 'not-found' && windows.notFoundFreshForMs > 0) {
    return { kind, status, body, askedAt, freshnessCut: 0, expiresAt: expiryOf(kind, askedAt, windows) };
  }
  return undefined;
}
