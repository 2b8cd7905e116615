import type { Customer, V1Customer } from './customer.ts';
import type { JsonValue } from './json.ts';
import type { LookupQuery } from './query.ts';

/**
 * The outcome of a look-up: the same over HTTP and by direct invocation.
 * @typeParam Found the form of the customer: v2's profile, or v1.1's
 */
export type LookupOutcome<Found = Customer | V1Customer> =
  | FoundOutcome<Found>
  | NotFoundOutcome
  | PendingOutcome
  | ErrorOutcome;

/** The outcome of a query: its customer has the shape of the query's API. */
export type OutcomeOf<Query extends LookupQuery> = LookupOutcome<
  Query extends { readonly api: 'v1.1' } ? V1Customer : Customer
>;

/** A customer. */
export interface FoundOutcome<Found = Customer | V1Customer> {
  readonly kind: 'found';
  /** The trimmed profile, in the upstream's own field names. */
  readonly customer: Found;
  readonly cache: CacheUse;
}

/** No such customer: not known, not enrolled, or erased. */
export interface NotFoundOutcome {
  readonly kind: 'not-found';
  readonly upstream: UpstreamError;
  readonly cache: CacheUse;
}

/**
 * No answer yet, after `waitMs` or with `prefetch`. Lookaside continues to ask, so that the next look-up finds the
 * answer.
 */
export interface PendingOutcome {
  readonly kind: 'pending';
  /** When to ask again. */
  readonly retryAfterSeconds: number;
}

/** No answer. The till goes on without the customer's data. It does not know whether the customer exists. */
export interface ErrorOutcome {
  readonly kind: 'error';
  readonly code: ServiceErrorCode | TransportErrorCode;
  /** What was wrong and what to do. No personal data. */
  readonly message: string;
  /** When to try again, if waiting helps. 1 to 60; with `too_many_requests` and `unreachable`, 1 to 600. */
  readonly retryAfterSeconds?: number;
  /** The upstream's reason, with `upstream_refused`. */
  readonly upstream?: UpstreamError;
  /** The thrown error, if the failure occurred in the client. It may name hosts: write it to a log, do not show it. */
  readonly cause?: unknown;
}

/** The error codes of Lookaside. */
export const SERVICE_ERROR_CODES = [
  'missing_parameter',
  'unknown_parameter',
  'duplicate_parameter',
  'invalid_parameter',
  'invalid_identifier',
  'too_many_lookups',
  'not_allowed',
  'upstream_refused',
  'upstream_invalid',
  'upstream_unavailable',
  'upstream_timeout',
  'not_cached',
  'too_large',
  'internal_error',
] as const;
/** One of `SERVICE_ERROR_CODES`. */
export type ServiceErrorCode = (typeof SERVICE_ERROR_CODES)[number];

/**
 * The error codes of the way between the caller and Lookaside.
 *
 * - `forbidden`: the API key, the token, or the right to invoke the function, is missing or wrong.
 * - `too_many_requests`: the rate or the quota is used up, or Lambda throttles.
 * - `deadline_exceeded`: there was no answer within `deadlineMs`.
 * - `unreachable`: the request could not be sent, the connection broke, or a gateway or a proxy before Lookaside failed.
 *   Try again.
 * - `function_failed`: the invoked function itself failed.
 * - `invalid_answer`: the answer does not come from Lookaside, or is a redirect. Check the endpoint, or the function's
 *   name.
 */
export type TransportErrorCode =
  | 'forbidden'
  | 'too_many_requests'
  | 'deadline_exceeded'
  | 'unreachable'
  | 'function_failed'
  | 'invalid_answer';

/** The upstream's own error. */
export interface UpstreamError {
  readonly code: JsonValue;
  readonly message: JsonValue;
}

/** How the cache was used. */
export interface CacheUse {
  readonly status: 'hit' | 'stale' | 'miss' | 'collapsed' | 'bypass';
  /** The time since the service asked the upstream. */
  readonly ageSeconds: number;
  /** The remaining freshness lifetime; negative if the answer is stale. */
  readonly ttlSeconds: number;
}

/** The outcome of a look-up that failed between the caller and Lookaside. */
export function transportError(code: TransportErrorCode, message: string, cause?: unknown): ErrorOutcome {
  return { kind: 'error', code, message, ...(cause !== undefined && { cause }) };
}
