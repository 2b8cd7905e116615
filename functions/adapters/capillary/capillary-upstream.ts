import type { Credentials } from '../../credentials.ts';
import type { Api, CanonicalRequest } from '../../customer/request/canonical-request.ts';
import type { Clock } from '../../lookup/ports.ts';
import type {
  CustomerUpstream,
  FailureKind,
  FetchOptions,
  UpstreamAnswer,
  UpstreamFailure,
} from '../../lookup/upstream.ts';
import { FreeTimeDeadline } from '../free-time-deadline.ts';
import { type Attempt, attempt, failed } from './attempt.ts';
import { Authorization, AuthorizationError, type Renewal } from './authorization.ts';
import { CircuitBreaker, type Verdict } from './circuit-breaker.ts';
import { failureReason } from './failure-reason.ts';
import { FetchDeadline, MAX_OVERRUN_MS } from './fetch-deadline.ts';
import type { UpstreamHttp } from './http-exchange.ts';
import { requestToken } from './oauth-token.ts';
import { RetryBudget } from './retry-budget.ts';
import { verdictOf } from './verdict.ts';
import { withDeadline } from './with-deadline.ts';

/** What the adapter for Capillary's APIs needs. */
export interface CapillaryUpstreamOptions {
  /** Sends each request. */
  readonly http: UpstreamHttp;
  /** Scheme, host and optional path prefix, without a slash at its end. */
  readonly baseUrl: string;
  /** The whole budget of one fetch, retry and credentials included. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** A number from 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /**
   * Reads the stored credentials.
   *
   * @throws {AuthorizationError} `credentials-unreadable`
   */
  readonly readCredentials: () => Promise<Credentials>;
}

/**
 * A retry waits at least this long and at most twice as long, so that the retries of a fleet do not come at the same
 * time.
 */
const MIN_BACKOFF_MS = 25;

/** How long `prepare` may take by default, in free time. Milliseconds. */
const PREPARING_MS = 250;
/**
 * How long the process may be busy in addition, while it loads the HTTP client. At 256 MB that takes longer than a
 * second. It must not use up the time of the lease, which is for the fetch. Milliseconds.
 */
const MAX_PREPARING_BUSY_MS = 2500;

const RETRYABLE: readonly FailureKind[] = ['connection', 'server-error'];

const NEVER_ABORTED = new AbortController().signal;
const ALWAYS = () => true;
const FREE = async () => true;

/** How asking ended, if the last attempt did not end it: the service could not ask, or could not repeat the request. */
interface EndWithoutAttempt extends Pick<Attempt, 'error'> {
  readonly outcome: UpstreamFailure;
}

/**
 * Capillary's look-up APIs.
 *
 * It retries a look-up once at most, out of the instance's budget. After a 401 or 403 it reads the credentials again
 * and repeats the request once. It makes no call while the breaker is open, and follows no redirect. A whole fetch ends
 * within `timeoutMs` (contract §3). It reports a 429 and does not remember it: a pause belongs to the fleet.
 */
export class CapillaryUpstream implements CustomerUpstream {
  readonly #options: CapillaryUpstreamOptions;
  readonly #authorization: Authorization;
  readonly #retryBudget = new RetryBudget();
  /** Each API has its own breaker: the upstream may fail in one API and work in the other. */
  readonly #breakers: Readonly<Record<Api, CircuitBreaker>>;

  constructor(options: CapillaryUpstreamOptions) {
    const { http, clock, baseUrl, timeoutMs, readCredentials } = options;
    this.#options = options;
    const closedBreaker = () => new CircuitBreaker(() => clock.monotonicNow());
    this.#breakers = { v2: closedBreaker(), 'v1.1': closedBreaker() };
    this.#authorization = new Authorization({
      now: () => clock.monotonicNow(),
      readCredentials,
      requestToken: (credentials) => requestToken(http, baseUrl, credentials, { timeoutMs, now: () => clock.now() }),
      tokenTimeoutMs: timeoutMs,
    });
  }

  async prepare(withinMs = PREPARING_MS): Promise<void> {
    // Otherwise each look-up would ask for a token twice: here and in its fetch. Here it would ask even while the
    // breaker is open.
    if (this.#authorization.isFailing) return;
    const deadline = new FreeTimeDeadline(withinMs, undefined, MAX_PREPARING_BUSY_MS);
    try {
      await withDeadline(this.#authorization.grant(), deadline.signal);
    } catch {
      // The look-up goes on. Its fetch reports the failure, or waits for the grant as long as a fetch may.
    } finally {
      deadline.clear();
    }
  }

  async fetch(
    request: CanonicalRequest,
    {
      signal = NEVER_ABORTED,
      mayRepeat = ALWAYS,
      takeRepetition = FREE,
      maxOverrunMs = MAX_OVERRUN_MS,
    }: FetchOptions = {},
  ): Promise<UpstreamAnswer> {
    const { clock } = this.#options;
    const startedAt = clock.now();
    const startedAtMonotonic = clock.monotonicNow();
    const attempts: Attempt[] = [];
    const end = await this.#askUnlessBroken(request, { signal, mayRepeat, takeRepetition, maxOverrunMs }, attempts);
    const last = attempts.at(-1);
    const { outcome = failed('timeout'), error } = end ?? last ?? {};
    return {
      outcome,
      call: {
        askedAt: last?.askedAt ?? startedAt,
        begunAt: startedAt,
        durationMs: clock.monotonicNow() - startedAtMonotonic,
        attempts: attempts.length,
        status: last?.status,
        requestId: last?.requestId,
        ...(error !== undefined && { error }),
      },
    };
  }

  async #askUnlessBroken(
    request: CanonicalRequest,
    options: Required<FetchOptions>,
    attempts: Attempt[],
  ): Promise<EndWithoutAttempt | undefined> {
    const passage = this.#breakers[request.api].enter();
    if (typeof passage === 'number') return { outcome: failed('breaker-open', passage) };
    const deadline = new FetchDeadline(this.#options.timeoutMs, options.signal, options.maxOverrunMs);
    let verdict: Verdict = 'unknown';
    try {
      const end = await this.#ask(request, deadline.signal, options, attempts);
      const last = attempts.at(-1);
      const outcome = (end ?? last)?.outcome;
      const status = end === undefined ? last?.status : undefined;
      if (!options.signal.aborted && outcome !== undefined) verdict = verdictOf(outcome, status, request);
      return end;
    } finally {
      deadline.clear();
      passage.end(verdict);
    }
  }

  /**
   * Asks until there is an answer or no more attempt is allowed, and notes each attempt.
   * @returns undefined: the last attempt is the end
   */
  async #ask(
    request: CanonicalRequest,
    deadline: AbortSignal,
    { mayRepeat, takeRepetition }: Pick<Required<FetchOptions>, 'mayRepeat' | 'takeRepetition'>,
    attempts: Attempt[],
  ): Promise<EndWithoutAttempt | undefined> {
    const { http, clock, baseUrl, timeoutMs, random } = this.#options;
    const startedAt = clock.monotonicNow();
    this.#retryBudget.countLookup();
    let renewal: Renewal | undefined;
    let mayRetry = true;
    try {
      let grant = await withDeadline(this.#authorization.grant(), deadline);
      for (;;) {
        if (attempts.length > 0) {
          if (!mayRepeat() || !(await takeRepetition())) return undefined;
          deadline.throwIfAborted();
        }
        const made = await attempt(request, { http, baseUrl, clock, authorization: grant.header, deadline });
        attempts.push(made);
        const { outcome } = made;
        const isRefused = outcome.kind === 'failed' && outcome.failure === 'credentials-refused';
        renewal?.end(isRefused);
        if (outcome.kind !== 'failed') return undefined;
        if (!mayRepeat()) return undefined;
        if (isRefused && renewal === undefined) {
          renewal = await this.#authorization.renew(grant, deadline);
          if (renewal === undefined) return undefined;
          grant = renewal.grant;
        } else if (RETRYABLE.includes(outcome.failure) && mayRetry) {
          mayRetry = false;
          const waitMs = Math.max(outcome.retryAfterMs ?? 0, MIN_BACKOFF_MS * (1 + random()));
          const leftMs = startedAt + timeoutMs - clock.monotonicNow();
          if (waitMs >= leftMs || !this.#retryBudget.take()) return undefined;
          await clock.sleep(waitMs, deadline);
          deadline.throwIfAborted();
        } else {
          return undefined;
        }
      }
    } catch (error) {
      if (deadline.aborted) return { outcome: failed('timeout') };
      if (error instanceof AuthorizationError) {
        return { outcome: failed(error.failure, error.retryAfterMs), error: failureReason(error.cause) };
      }
      throw error;
    } finally {
      renewal?.end(false);
    }
  }
}
