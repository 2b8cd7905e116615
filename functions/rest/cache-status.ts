import type { LookupResult } from '../lookup/lookup-result.ts';
import type { ProblemCode } from './problem-code.ts';

/** The cache's name in `Cache-Status`. */
const CACHE_NAME = 'lookaside';

/**
 * `Cache-Status` (RFC 9211) of a look-up. It leaves the key out, because the key would show the customer. `ttl` is in
 * whole seconds, rounded down, so it is always negative for a stale answer.
 */
export function cacheStatus({ answer, cache, upstreamCall }: LookupResult): string {
  switch (cache.status) {
    case 'hit': {
      const ttl = Math.floor(('ttlMs' in answer ? answer.ttlMs : 0) / 1000);
      return `${CACHE_NAME}; hit; ttl=${ttl}${cache.detail === undefined ? '' : `; detail=${cache.detail}`}`;
    }
    case 'collapsed':
      return `${CACHE_NAME}; fwd=${cache.reason}; collapsed`;
    case 'forward': {
      if (answer.kind === 'not-cached') return unusedCacheStatus('not_cached');
      if (answer.kind === 'pending') return `${CACHE_NAME}; fwd=${cache.reason}; detail=pending`;
      const status = upstreamCall?.status === undefined ? '' : `; fwd-status=${upstreamCall.status}`;
      return `${CACHE_NAME}; fwd=${cache.reason}${status}${cache.isStored ? '; stored' : ''}`;
    }
  }
}

/** The replies, besides errors, that do not come from the cache or the upstream. */
export const UNUSED_DETAILS = ['preflight', 'health', 'batch', 'invalidation'] as const;
/** One of `UNUSED_DETAILS`. */
export type UnusedDetail = (typeof UNUSED_DETAILS)[number] | ProblemCode;

/** `Cache-Status` of a reply that does not come from the cache or the upstream. */
export function unusedCacheStatus(detail: UnusedDetail): string {
  return `${CACHE_NAME}; detail=${detail}`;
}
