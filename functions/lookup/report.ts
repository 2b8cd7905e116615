import type { NotStoredReason } from './entry.ts';
import type { CacheUse, JoinOutcome, LookupResult } from './lookup-result.ts';

/** A look-up in the log: its outcome, and nothing about its customer. */
export interface LookupReport {
  /** The kind of answer. */
  readonly answer: string;
  /** How the cache was used: `hit`, `collapsed`, or why the look-up went forward (RFC 9211 §2.2). */
  readonly cache: string;
  /** Why a hit is stale. */
  readonly detail?: string;
  readonly isStored?: boolean;
  /** Why the upstream's answer was not stored. */
  readonly notStored?: NotStoredReason;
  /** The result of joining sections of the other API. */
  readonly joined?: JoinOutcome;
  readonly ageMs?: number;
  /** How the upstream failed, even if the cache had an answer. */
  readonly upstreamFailure?: string;
  /** Why the upstream could not be reached, or its credentials could not be read, as Node or AWS names it. */
  readonly upstreamError?: string | undefined;
  readonly upstreamStatus?: number | undefined;
  readonly upstreamDurationMs?: number;
  readonly upstreamAttempts?: number;
  /** The upstream's own id of the request. */
  readonly upstreamRequestId?: string | undefined;
  /** How the store failed. */
  readonly storeFailure?: string;
  /** Whether the reply was about another customer than the requested one. */
  readonly isIdentityMismatch?: true;
  readonly isRevalidationAsked?: true;
  readonly isRevalidationLost?: true;
  readonly isPrefetch?: true;
  readonly isPrefetchUsed?: true;
}

/** The log fields of a look-up. */
export function lookupReport(result: LookupResult): LookupReport {
  const { answer, upstreamCall, storeFailure } = result;
  const failure = answer.kind === 'failed' ? answer.failure : result.maskedFailure;
  return {
    answer: answer.kind,
    ...cacheReport(result.cache),
    ...(result.joined !== undefined && { joined: result.joined }),
    ...('ageMs' in answer && { ageMs: answer.ageMs }),
    ...(failure !== undefined && { upstreamFailure: failure }),
    ...(upstreamCall?.error !== undefined && { upstreamError: upstreamCall.error }),
    ...(upstreamCall !== undefined && {
      upstreamStatus: upstreamCall.status,
      upstreamDurationMs: Math.round(upstreamCall.durationMs),
      upstreamAttempts: upstreamCall.attempts,
      upstreamRequestId: upstreamCall.requestId,
    }),
    ...(storeFailure !== undefined && { storeFailure }),
    ...(result.isIdentityMismatch && { isIdentityMismatch: true }),
    ...(result.isRevalidationAsked && { isRevalidationAsked: true }),
    ...(result.isRevalidationLost && { isRevalidationLost: true }),
    ...(answer.kind === 'pending' && answer.isPrefetch && { isPrefetch: true }),
    ...(result.isPrefetchUsed && { isPrefetchUsed: true }),
  };
}

function cacheReport(cache: CacheUse): Pick<LookupReport, 'cache' | 'detail' | 'isStored' | 'notStored'> {
  switch (cache.status) {
    case 'hit':
      return { cache: 'hit', ...(cache.detail !== undefined && { detail: cache.detail }) };
    case 'collapsed':
      return { cache: 'collapsed' };
    case 'forward':
      return {
        cache: cache.reason,
        isStored: cache.isStored,
        ...(cache.notStored !== undefined && { notStored: cache.notStored }),
      };
  }
}
