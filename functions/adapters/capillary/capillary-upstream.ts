import { setTimeout } from 'node:timers/promises';
import ky, { type KyInstance } from 'ky';
import {
  type Api,
  type CanonicalRequest,
  type Parameter,
  upstreamParameters,
} from '../../customer/canonical-request.ts';
import type { Clock } from '../../lookup/ports.ts';
import type {
  CustomerUpstream,
  FailureKind,
  FetchOptions,
  UpstreamAnswer,
  UpstreamFailure,
  UpstreamOutcome,
} from '../../lookup/upstream.ts';
import type { Credentials } from '../../settings.ts';
import { Authorization, AuthorizationError, type Grant } from './authorization.ts';
import { readCappedText } from './capped-body.ts';
import { CircuitBreaker, type Verdict } from './circuit-breaker.ts';
import { readCustomerDetailsReply } from './customer-details-reply.ts';
import { readCustomerGetReply } from './customer-get-reply.ts';
import { createKeepAliveFetch, InvalidReplyError } from './keep-alive-fetch.ts';
import { requestToken } from './oauth-token.ts';
import { readRetryAfter } from './retry-after.ts';
import { RetryBudget } from './retry-budget.ts';

export interface CapillaryUpstreamOptions {
  /** Scheme, host and optional path prefix, without a slash at its end. */
  readonly baseUrl: string;
  /** The whole budget of one fetch, retry and credentials included. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  /** A number from 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /**
   * Reads the credentials from where they are kept.
   *
   * @throws {AuthorizationError} `credentials-unreadable`
   */
  readonly readCredentials: () => Promise<Credentials>;
}

/** How long a retry waits at least, and as much again at most, so that the retries of a fleet do not come together. */
const MIN_BACKOFF_MS = 25;

const RETRYABLE: readonly FailureKind[] = ['connection', 'server-error'];
const COUNTED_FAILURES: readonly FailureKind[] = ['connection', 'timeout', 'server-error', 'invalid'];

/** How each API is asked, and its replies read. */
const PROTOCOLS: Readonly<Record<Api, Protocol>> = {
  v2: { path: '/v2/customers/lookup/customerDetails', parameters: [], readReply: readCustomerDetailsReply },
  'v1.1': {
    path: '/v1.1/customer/get',
    // Without the one it answers in XML, without the other nobody knows whom the reply is about.
    parameters: [
      ['format', 'json'],
      ['user_id', 'true'],
    ],
    readReply: readCustomerGetReply,
  },
};

interface Protocol {
  readonly path: string;
  /** What is sent whatever the request. */
  readonly parameters: readonly Parameter[];
  /** @param body the decoded text; undefined when there is none that can be read (too big, not UTF-8) */
  readonly readReply: (status: number, body: string | undefined) => UpstreamOutcome;
}

/** How an API has fared: the upstream throttles, and may fail, in one and not in the other. */
interface Health {
  readonly breaker: CircuitBreaker;
  /** When it may be asked again, by the Retry-After of its last 429. Epoch milliseconds. */
  pausedUntil: number;
}

const NEVER_ABORTED = new AbortController().signal;
const ALWAYS = () => true;

/** One request to the upstream, and what it came to. */
interface Attempt {
  readonly outcome: UpstreamOutcome;
  readonly askedAt: number;
  readonly status?: number;
  readonly requestId?: string | undefined;
}

/**
 * Capillary's look-up APIs.
 *
 * At most one retry a look-up, out of the instance's budget; after a 401 or 403 one repetition with credentials read
 * again; no call inside a 429's Retry-After or while the breaker is open; no redirect followed; all of it within `timeoutMs` (contract §3).
 */
export class CapillaryUpstream implements CustomerUpstream {
  readonly #options: CapillaryUpstreamOptions;
  readonly #http: KyInstance;
  readonly #authorization: Authorization;
  readonly #retryBudget = new RetryBudget();
  readonly #health: Readonly<Record<Api, Health>>;

  constructor(options: CapillaryUpstreamOptions) {
    const { clock, baseUrl, timeoutMs, readCredentials } = options;
    this.#options = options;
    const wellAtFirst = (): Health => ({ breaker: new CircuitBreaker(() => clock.now()), pausedUntil: 0 });
    this.#health = { v2: wellAtFirst(), 'v1.1': wellAtFirst() };
    this.#http = ky.create({
      // Retries are ours: out of a budget, and by the code in the body, which ky does not see.
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
      fetch: createKeepAliveFetch(),
      headers: { accept: 'application/json', 'user-agent': 'lookaside' },
    });
    this.#authorization = new Authorization({
      now: () => clock.now(),
      readCredentials,
      requestToken: (credentials) => requestToken(this.#http, baseUrl, credentials, timeoutMs),
    });
  }

  async fetch(
    request: CanonicalRequest,
    { signal = NEVER_ABORTED, mayRepeat = ALWAYS }: FetchOptions = {},
  ): Promise<UpstreamAnswer> {
    const startedAt = this.#options.clock.now();
    const attempts: Attempt[] = [];
    const failure = await this.#askUnlessBroken(request, startedAt, { signal, mayRepeat }, attempts);
    const last = attempts.at(-1);
    return {
      outcome: failure ?? last?.outcome ?? failed('timeout'),
      call: {
        askedAt: last?.askedAt ?? startedAt,
        durationMs: this.#options.clock.now() - startedAt,
        attempts: attempts.length,
        status: last?.status,
        requestId: last?.requestId,
      },
    };
  }

  async #askUnlessBroken(
    request: CanonicalRequest,
    startedAt: number,
    options: Required<FetchOptions>,
    attempts: Attempt[],
  ): Promise<UpstreamFailure | undefined> {
    const pause = this.#pause(request);
    if (pause !== undefined) return pause;
    const passage = this.#health[request.api].breaker.enter();
    if (typeof passage === 'number') return failed('breaker-open', passage);
    let verdict: Verdict = 'unknown';
    try {
      const failure = await this.#ask(request, startedAt, options, attempts);
      const outcome = failure ?? attempts.at(-1)?.outcome;
      if (!options.signal.aborted && outcome !== undefined) verdict = verdictOf(outcome);
      return failure;
    } finally {
      passage.end(verdict);
    }
  }

  /**
   * Asks until there is an answer or nothing more may be tried, and notes each attempt.
   *
   * @returns the failure where it is none of the last attempt's: the upstream could not be asked, or not again
   */
  async #ask(
    request: CanonicalRequest,
    startedAt: number,
    { signal, mayRepeat }: Required<FetchOptions>,
    attempts: Attempt[],
  ): Promise<UpstreamFailure | undefined> {
    this.#retryBudget.countLookup();
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(this.#options.timeoutMs)]);
    let mayRenew = true;
    let mayRetry = true;
    try {
      let grant = await before(deadline, this.#authorization.grant());
      for (;;) {
        // Looked at before every call: another look-up of this instance may have been throttled meanwhile.
        const pause = this.#pause(request);
        if (pause !== undefined) return pause;
        const attempt = await this.#attempt(request, grant, deadline);
        attempts.push(attempt);
        const { outcome } = attempt;
        if (outcome.kind !== 'failed' || !mayRepeat()) return undefined;
        if (outcome.failure === 'credentials-refused' && mayRenew) {
          mayRenew = false;
          const renewed = await before(deadline, this.#authorization.renew(grant));
          if (renewed === undefined) return undefined;
          grant = renewed;
        } else if (RETRYABLE.includes(outcome.failure) && mayRetry) {
          mayRetry = false;
          const waitMs = Math.max(outcome.retryAfterMs ?? 0, MIN_BACKOFF_MS * (1 + this.#options.random()));
          const leftMs = startedAt + this.#options.timeoutMs - this.#options.clock.now();
          if (waitMs >= leftMs || !this.#retryBudget.take()) return undefined;
          await setTimeout(waitMs, undefined, { signal: deadline });
        } else {
          return undefined;
        }
      }
    } catch (error) {
      if (deadline.aborted) return failed('timeout');
      if (error instanceof AuthorizationError) return failed(error.failure);
      throw error;
    }
  }

  /** The failure of whoever would ask inside a 429's Retry-After; undefined outside of it. */
  #pause({ api }: CanonicalRequest): UpstreamFailure | undefined {
    const leftMs = this.#health[api].pausedUntil - this.#options.clock.now();
    return leftMs > 0 ? failed('throttled', leftMs) : undefined;
  }

  async #attempt(request: CanonicalRequest, { header }: Grant, deadline: AbortSignal): Promise<Attempt> {
    const { clock, baseUrl } = this.#options;
    const { api, language } = request;
    const { path, parameters, readReply } = PROTOCOLS[api];
    const query = toQuery([...upstreamParameters(request), ...parameters]);
    const askedAt = clock.now();
    try {
      const response = await this.#http.get(`${baseUrl}${path}?${query}`, {
        headers: { [header.name]: header.value, ...(language !== undefined && { language }) },
        signal: deadline,
      });
      const requestId = toRequestId(response.headers.get('x-cap-requestid'));
      const outcome = readReply(response.status, await readCappedText(response));
      const retryAfterMs = readRetryAfter(response.headers.get('retry-after'), clock.now());
      const attempt = { askedAt, status: response.status, requestId };
      if (outcome.kind !== 'failed' || retryAfterMs === undefined) return { ...attempt, outcome };
      if (outcome.failure === 'throttled') this.#health[api].pausedUntil = clock.now() + retryAfterMs;
      return { ...attempt, outcome: { ...outcome, retryAfterMs } };
    } catch (error) {
      if (error instanceof InvalidReplyError) return { askedAt, outcome: failed('invalid') };
      // ky and Node say in many ways that the upstream was not reached or the connection broke; none is an answer.
      return { askedAt, outcome: failed(deadline.aborted ? 'timeout' : 'connection') };
    }
  }
}

function failed(failure: FailureKind, retryAfterMs?: number): UpstreamFailure {
  return { kind: 'failed', failure, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** What an outcome says of the upstream: a 4xx or a 429 is no failure of the kind that opens the breaker. */
function verdictOf(outcome: UpstreamOutcome): Verdict {
  if (outcome.kind !== 'failed' || outcome.failure === 'throttled') return 'well';
  return COUNTED_FAILURES.includes(outcome.failure) ? 'failed' : 'unknown';
}

/** Percent-encoded, spaces too. */
function toQuery(parameters: readonly Parameter[]): string {
  return parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

/** The upstream's id of the request, if it can stand in a header and a log. */
function toRequestId(header: string | null): string | undefined {
  return header !== null && /^[\w.:-]{1,128}$/.test(header) ? header : undefined;
}

/** The promise's outcome, unless the deadline passes first. */
async function before<T>(deadline: AbortSignal, promise: Promise<T>): Promise<T> {
  deadline.throwIfAborted();
  let stop = () => {};
  const passed = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(deadline.reason);
    deadline.addEventListener('abort', onAbort, { once: true });
    stop = () => deadline.removeEventListener('abort', onAbort);
  });
  return Promise.race([promise, passed]).finally(stop);
}
