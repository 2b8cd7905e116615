import type { CacheKey } from '../customer/cache-key.ts';
import type { CanonicalRequest } from '../customer/canonical-request.ts';
import type { JsonObject } from '../customer/json.ts';
import type { CacheEntry } from './entry.ts';

/** The time of day. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
}

/** Where entries are kept. */
export interface CacheStore {
  /**
   * The entry under this key, or undefined when there is none that can be read.
   *
   * @throws {StoreUnavailableError} when the store fails or does not answer in time
   */
  read(key: CacheKey): Promise<CacheEntry | undefined>;

  /**
   * Keeps an entry, unless one is there that was asked for later.
   *
   * @returns whether it is certain to be kept
   * @throws {StoreUnavailableError} when the store fails or does not answer in time
   */
  write(key: CacheKey, entry: CacheEntry): Promise<boolean>;
}

/** The store failed, or did not answer in time. The look-up goes on without it. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  /** What failed, for the log: the name of the store's own error, such as `TimeoutError`. Holds no data. */
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`The store is unavailable (${reason}).`, options);
    this.reason = reason;
  }
}

/** Where a look-up is forwarded to. */
export interface CustomerUpstream {
  /** Asks the upstream, within the whole budget of one fetch. Its failures are answers, not errors. */
  fetch(request: CanonicalRequest): Promise<UpstreamAnswer>;
}

/** What came of asking the upstream. */
export interface UpstreamAnswer {
  readonly outcome: UpstreamOutcome;
  /** How it went, for the log and the caller's headers. */
  readonly call: UpstreamCall;
}

export type UpstreamOutcome =
  /** A customer. `isComplete`: no warning says that a part could not be fetched (upstream notes §3). */
  | { readonly kind: 'found'; readonly status: number; readonly reply: JsonObject; readonly isComplete: boolean }
  /** No such customer: not known, or not enrolled. */
  | { readonly kind: 'not-found'; readonly status: number; readonly errors: UpstreamErrors }
  /** The customer's data were deleted on request. */
  | { readonly kind: 'erased'; readonly status: number; readonly errors: UpstreamErrors }
  /** The upstream refuses this request: the caller's error, not permitted, or fraud. */
  | { readonly kind: 'refused'; readonly status: number; readonly errors: UpstreamErrors }
  /** No usable answer. */
  | UpstreamFailure;

export interface UpstreamFailure {
  readonly kind: 'failed';
  readonly failure: FailureKind;
  /** When the upstream may be asked again, if it said so. */
  readonly retryAfterMs?: number;
}

/**
 * How the upstream failed.
 *
 * - `connection`: it could not be reached, or the connection broke
 * - `timeout`: the deadline passed
 * - `throttled`: 429, or still inside its Retry-After
 * - `server-error`: a 5xx, or its word that it is busy
 * - `invalid`: the reply is not what it should be: HTML, broken JSON, empty, too big, a redirect
 * - `credentials-refused`: ours, read again, were refused again
 * - `credentials-unreadable`: ours could not be read, so that it could not be asked
 */
export type FailureKind =
  | 'connection'
  | 'timeout'
  | 'throttled'
  | 'server-error'
  | 'invalid'
  | 'credentials-refused'
  | 'credentials-unreadable';

/** The upstream's own error body: `errors[]` and `warnings[]`, in its words. */
export type UpstreamErrors = JsonObject;

export interface UpstreamCall {
  /** When the attempt that gave the answer was begun. Epoch milliseconds. */
  readonly askedAt: number;
  /** How long all attempts took together. */
  readonly durationMs: number;
  /** Requests sent for this look-up, credentials aside. */
  readonly attempts: number;
  /** The status of the last reply, if there was one. */
  readonly status: number | undefined;
  /** The upstream's own id of the request (`X-Cap-RequestID`). */
  readonly requestId: string | undefined;
}
