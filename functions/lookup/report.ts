import type { LookupResult } from './lookup.ts';

/** A look-up as the log has it: how it went, never whom it was about. */
export interface LookupReport {
  /** What the caller got. */
  readonly answer: string;
  /** `hit`, or why the look-up went forward (RFC 9211 §2.2). */
  readonly cache: string;
  readonly isStored?: boolean;
  readonly ageMs?: number;
  /** How the upstream failed. */
  readonly upstreamFailure?: string;
  readonly upstreamStatus?: number | undefined;
  readonly upstreamDurationMs?: number;
  readonly upstreamAttempts?: number;
  /** The upstream's own id of the request. */
  readonly upstreamRequestId?: string | undefined;
  /** How the store failed. */
  readonly storeFailure?: string;
}

/** What the log says of a look-up. */
export function lookupReport({ answer, cache, upstreamCall, storeFailure }: LookupResult): LookupReport {
  return {
    answer: answer.kind,
    ...(cache.status === 'hit' ? { cache: 'hit' } : { cache: cache.reason, isStored: cache.isStored }),
    ...('ageMs' in answer && { ageMs: answer.ageMs }),
    ...(answer.kind === 'failed' && { upstreamFailure: answer.failure }),
    ...(upstreamCall !== undefined && {
      upstreamStatus: upstreamCall.status,
      upstreamDurationMs: upstreamCall.durationMs,
      upstreamAttempts: upstreamCall.attempts,
      upstreamRequestId: upstreamCall.requestId,
    }),
    ...(storeFailure !== undefined && { storeFailure }),
  };
}
