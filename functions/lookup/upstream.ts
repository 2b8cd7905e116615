import type { JsonObject } from '../customer/json/json.ts';
import type { CanonicalRequest } from '../customer/request/canonical-request.ts';

/** The upstream of a look-up. */
export interface CustomerUpstream {
  /**
   * Prepares a fetch: the first time, it loads the code and reads the credentials. The look-up calls it before it takes
   * a lease, so that the lease's time is for the fetch. It never fails: if something is missing, `fetch` reports it. If
   * the credentials or the token failed the last time, it does nothing.
   *
   * @param withinMs how long it may take. Milliseconds of free time. Default: a quarter of a second
   */
  prepare(withinMs?: number): Promise<void>;

  /** Asks the upstream, within the whole budget of one fetch. Its failures are answers, not errors. */
  fetch(request: CanonicalRequest, options?: FetchOptions): Promise<UpstreamAnswer>;
}

/** How long a look-up may ask, and how many times. */
export interface FetchOptions {
  /** Aborted when the caller no longer waits for the answer. Default: the caller waits. */
  readonly signal?: AbortSignal;
  /**
   * Whether one more request may be sent for this look-up: a pause may have begun meanwhile. Default: it always may.
   */
  readonly mayRepeat?: () => boolean;
  /**
   * Gets the right to send one more request for this look-up, just before sending it: each request counts for the
   * fleet's budget. Default: no right is needed.
   */
  readonly takeRepetition?: () => Promise<boolean>;
  /**
   * How much longer than its budget the fetch may take while the process is busy, in wall-clock time. Milliseconds.
   * Default: the upstream's own limit.
   */
  readonly maxOverrunMs?: number;
}

/** The result of asking the upstream. */
export interface UpstreamAnswer {
  readonly outcome: UpstreamOutcome;
  /** The calls, for the log and the caller's headers. */
  readonly call: UpstreamCall;
}

/** The meaning of an answer of the upstream, in the same form for both APIs. */
export type UpstreamOutcome =
  | FoundOutcome
  | NotFoundOutcome
  | ErasedOutcome
  /**
   * The upstream refuses this request: the caller's error, not permitted, or fraud. `errors` is undefined if the upstream
   * does not say why: it answered 400 with a blank or unreadable body.
   */
  | { readonly kind: 'refused'; readonly status: number; readonly errors: UpstreamErrors | undefined }
  /** No usable answer. */
  | UpstreamFailure;

/** A customer. */
export interface FoundOutcome {
  readonly kind: 'found';
  readonly status: number;
  readonly reply: JsonObject;
  /**
   * The upstream's id of the customer: digits. Undefined if the reply has none. Such a reply is served, but never
   * stored.
   */
  readonly customerId: string | undefined;
  /** Whether the reply is whole, as far as the upstream says so (upstream notes §3). */
  readonly isComplete: boolean;
  /** Whether the requested customer was merged into this one. If so, the former customer's entries are void. */
  readonly isMerged: boolean;
}

/** There is no such customer: not known, or not enrolled. */
export interface NotFoundOutcome {
  readonly kind: 'not-found';
  readonly status: number;
  readonly errors: UpstreamErrors;
  /** Whether this is the whole answer, by its status. A part of an answer is never stored. */
  readonly isComplete: boolean;
}

/** The customer's data were deleted on request. */
export interface ErasedOutcome {
  readonly kind: 'erased';
  readonly status: number;
  readonly errors: UpstreamErrors;
  /** The upstream's id of the customer: digits; undefined or missing: the reply has none. */
  readonly customerId?: string | undefined;
}

/** The upstream gave no usable answer, or the service could not ask it. */
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
 * - `throttled`: it answered 429, or the pause after a 429 is not over
 * - `server-error`: a 5xx, or an answer that says it is busy
 * - `invalid`: the reply is invalid: HTML, broken JSON, empty, too big, a redirect
 * - `credentials-refused`: it refused our credentials, even after we read them again
 * - `credentials-unreadable`: the service could not read its credentials, so it could not ask
 * - `breaker-open`: it failed so often in a row that the service does not ask it for a moment
 * - `over-budget`: the fleet has no calls left in this minute, so the service did not ask
 */
export const FAILURE_KINDS = [
  'connection',
  'timeout',
  'throttled',
  'server-error',
  'invalid',
  'credentials-refused',
  'credentials-unreadable',
  'breaker-open',
  'over-budget',
] as const;
/** One of `FAILURE_KINDS`. */
export type FailureKind = (typeof FAILURE_KINDS)[number];

/** The upstream's own error body: v2's `errors[]` and `warnings[]`, v1.1's statuses. */
export type UpstreamErrors = JsonObject;

/** The requests that one look-up sent to the upstream, as one call. */
export interface UpstreamCall {
  /** When the attempt that gave the answer began. Epoch milliseconds. */
  readonly askedAt: number;
  /** When the first attempt began. Epoch milliseconds. Default: there was one attempt, `askedAt`. */
  readonly begunAt?: number;
  /** How long all attempts took together. */
  readonly durationMs: number;
  /** The number of requests for this look-up, without those for credentials. */
  readonly attempts: number;
  /** The status of the last reply, if there was one. */
  readonly status: number | undefined;
  /** The upstream's own id of the request (`X-Cap-RequestID`). */
  readonly requestId: string | undefined;
  /**
   * Why the upstream could not be reached, or the credentials could not be read: the name that Node or AWS gives to the
   * error, such as `ENOTFOUND`. Missing: the failure is of another kind, or its error has no name.
   */
  readonly error?: string;
}
