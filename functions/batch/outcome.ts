import type { InvalidRequestCode } from '../customer/request/invalid-request-error.ts';
import type { LookupErrorCode } from '../lookup/error-code.ts';

/** The result of one look-up of a direct invocation (contract §2). `Value` is the type of its JSON values. */
export type LookupOutcome<Value> = FoundResult<Value> | NotFoundResult<Value> | PendingResult | ErrorResult<Value>;

/** A customer. */
export interface FoundResult<Value> {
  readonly kind: 'found';
  /** The trimmed profile, in the upstream's own field names. */
  readonly customer: Value;
  readonly cache: CacheResult;
}

/** No such customer: not known, not enrolled, or erased. */
export interface NotFoundResult<Value> {
  readonly kind: 'not-found';
  readonly upstream: UpstreamErrorResult<Value>;
  readonly cache: CacheResult;
}

/** No answer yet. The caller no longer waits, and the fetch continues. */
export interface PendingResult {
  readonly kind: 'pending';
  /** When to ask again. Seconds. */
  readonly retryAfterSeconds: number;
}

/** No answer. */
export interface ErrorResult<Value = never> {
  readonly kind: 'error';
  readonly code: InvalidRequestCode | LookupErrorCode | 'too_large' | 'internal_error';
  /** What was wrong and what to do. No personal data. */
  readonly message: string;
  /** When to try again, if waiting helps. Seconds, 1 to 60. */
  readonly retryAfterSeconds?: number;
  /** The upstream's reason, with `upstream_refused`. */
  readonly upstream?: UpstreamErrorResult<Value>;
}

/** The upstream's own error. */
export interface UpstreamErrorResult<Value> {
  readonly code: Value;
  readonly message: Value;
}

/** How the cache was used. */
export interface CacheResult {
  readonly status: 'hit' | 'stale' | 'miss' | 'collapsed' | 'bypass';
  /** The time since the service asked the upstream. */
  readonly ageSeconds: number;
  /** The remaining freshness lifetime; negative if the answer is stale. */
  readonly ttlSeconds: number;
}
