import { createHash } from 'node:crypto';
import type { Credentials } from '../../credentials.ts';
import type { FailureKind } from '../../lookup/upstream.ts';
import { againAfterFreeze } from '../again-after-freeze.ts';
import { withDeadline } from './with-deadline.ts';

/** The header that authenticates the service to the upstream. Secret. */
export interface AuthorizationHeader {
  readonly name: string;
  readonly value: string;
}

/** Why no header could be made. */
export class AuthorizationError extends Error {
  override readonly name = 'AuthorizationError';
  readonly failure: Exclude<FailureKind, 'timeout' | 'breaker-open' | 'over-budget'>;
  /** When a token may be asked for again, if that is known. Milliseconds. */
  readonly retryAfterMs: number | undefined;

  constructor(
    failure: AuthorizationError['failure'],
    message: string,
    { retryAfterMs, ...options }: ErrorOptions & { readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options);
    this.failure = failure;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A header, and the end of its validity. */
export interface Grant {
  readonly header: AuthorizationHeader;
  /** By the clock of the ports. Milliseconds; infinity: until the upstream refuses it. */
  readonly validUntil: number;
}

/** A grant to repeat a refused request with. */
export interface Renewal {
  readonly grant: Grant;
  /**
   * Says whether the upstream refused the grant too. The look-up must call it, even if it sent no request. Only the
   * first call counts.
   */
  readonly end: (isRefused: boolean) => void;
}

/** The ports of the authorization. */
export interface AuthorizationPorts {
  /** Milliseconds since some moment, never set back. */
  readonly now: () => number;
  /**
   * Reads the stored credentials.
   * @throws {AuthorizationError} `credentials-unreadable`
   */
  readonly readCredentials: () => Promise<Credentials>;
  /**
   * Exchanges an OAuth client's key and secret for a token.
   * @throws {AuthorizationError} if there is no token
   */
  readonly requestToken: (credentials: Extract<Credentials, { kind: 'oauth' }>) => Promise<Token>;
  /** How much free time `requestToken` takes at most. Milliseconds. */
  readonly tokenTimeoutMs: number;
}

/** An OAuth client's token. */
export interface Token {
  readonly accessToken: string;
  /** Its lifetime, counted from the request for it. */
  readonly ttlMs: number;
}

/** The service stops using a token this long before its end, or a tenth of its lifetime if that is shorter. */
const MAX_TOKEN_MARGIN_MS = 60_000;

/** After a refusal the service reads the credentials again at most this often (contract §3). */
const MIN_RENEWAL_INTERVAL_MS = 1000;

/** How long the service asks for no token after a 429 without a usable Retry-After. Milliseconds. */
const DEFAULT_PAUSE_MS = 2000;

/**
 * Authenticates the service to the upstream: Basic, or OAuth with a token that is kept until shortly before its end
 * (upstream notes §4). It fetches credentials and token once, even if many look-ups ask at the same time.
 */
export class Authorization {
  readonly #ports: AuthorizationPorts;
  #current: Grant | undefined;
  #fetching: Promise<Grant> | undefined;
  #renewedAt = Number.NEGATIVE_INFINITY;
  /** Set while one look-up tries the renewed grant: whether the upstream refuses that grant. */
  #trial: Promise<boolean> | undefined;
  /** The newest renewed grant that the upstream refused. */
  #refusedAgain: Grant | undefined;
  #isFailing = false;
  /**
   * Why the upstream gave no token, and until when the service asks for none, by the clock of the ports. Milliseconds.
   */
  #denied: { readonly error: AuthorizationError; readonly until: number } | undefined;

  constructor(ports: AuthorizationPorts) {
    this.#ports = ports;
  }

  /**
   * The present grant.
   * @throws {AuthorizationError} if there are no credentials or no token
   */
  async grant(): Promise<Grant> {
    const current = this.#current;
    if (current !== undefined && this.#ports.now() < current.validUntil) return current;
    this.#fetching ??= this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  /**
   * A grant to use instead of a refused one, with credentials that were read again. The first look-up that asks tries
   * it. The other refused look-ups wait until the upstream has answered the first one: then they may use the grant too.
   *
   * @param deadline how long this look-up can wait
   * @returns undefined if the upstream refused renewed credentials meanwhile, or less than a second ago
   * @throws {AuthorizationError} if there are no credentials or no token
   * @throws the deadline's reason, if it passes first
   */
  async renew(refused: Grant, deadline: AbortSignal): Promise<Renewal | undefined> {
    if (this.#trial !== undefined && (await withDeadline(this.#trial, deadline))) return undefined;
    const current = this.#current;
    const isRefused = current !== undefined && (current === refused || current === this.#refusedAgain);
    if (!isRefused) return withoutTrial(await withDeadline(this.grant(), deadline));
    const now = this.#ports.now();
    if (now - this.#renewedAt < MIN_RENEWAL_INTERVAL_MS) return undefined;
    this.#renewedAt = now;
    this.#current = undefined;
    return this.#beginTrial(deadline);
  }

  async #beginTrial(deadline: AbortSignal): Promise<Renewal> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#trial = promise;
    let grant: Grant | undefined;
    const end = (isRefused: boolean) => {
      if (this.#trial !== promise) return;
      this.#trial = undefined;
      if (isRefused) this.#refusedAgain = grant;
      resolve(isRefused);
    };
    try {
      grant = await withDeadline(this.grant(), deadline);
      return { grant, end };
    } catch (error) {
      end(false);
      throw error;
    }
  }

  /** Whether the last try to read credentials or to get a token failed. */
  get isFailing(): boolean {
    return this.#isFailing;
  }

  async #fetch(): Promise<Grant> {
    try {
      this.#current = await this.#fetchGrant();
      this.#isFailing = false;
      return this.#current;
    } catch (error) {
      this.#isFailing = true;
      throw error;
    }
  }

  async #fetchGrant(): Promise<Grant> {
    const leftMs = (this.#denied?.until ?? 0) - this.#ports.now();
    if (this.#denied !== undefined && leftMs > 0) throw deniedStill(this.#denied.error, leftMs);
    const credentials = await this.#ports.readCredentials();
    if (credentials.kind === 'basic') return { header: basicHeader(credentials), validUntil: Number.POSITIVE_INFINITY };
    const { requestToken, tokenTimeoutMs, now } = this.#ports;
    let askedAt = 0;
    const request = () => {
      askedAt = now();
      return requestToken(credentials);
    };
    const { accessToken, ttlMs } = await againAfterFreeze(request, tokenTimeoutMs, now).catch((error: unknown) => {
      this.#noteDenial(error);
      throw error;
    });
    const marginMs = Math.min(MAX_TOKEN_MARGIN_MS, ttlMs / 10);
    return {
      header: { name: 'X-CAP-API-OAUTH-TOKEN', value: accessToken },
      validUntil: askedAt + ttlMs - marginMs,
    };
  }

  /**
   * Remembers for a moment that the upstream throttled, or refused key and secret. Otherwise every miss would ask for a
   * token.
   */
  #noteDenial(error: unknown): void {
    if (!(error instanceof AuthorizationError)) return;
    const pauseMs = pauseAfter(error);
    if (pauseMs !== undefined) this.#denied = { error, until: this.#ports.now() + pauseMs };
  }
}

/** A grant that other look-ups do not wait for. */
function withoutTrial(grant: Grant): Renewal {
  return { grant, end: () => undefined };
}

/** How long the service asks for no token after this; undefined: the next look-up asks. Milliseconds. */
function pauseAfter({ failure, retryAfterMs }: AuthorizationError): number | undefined {
  if (failure === 'throttled') return retryAfterMs ?? DEFAULT_PAUSE_MS;
  return failure === 'credentials-refused' ? MIN_RENEWAL_INTERVAL_MS : undefined;
}

/** The error of a look-up that asks for no token, because the upstream gave none a moment ago. */
function deniedStill({ failure, message }: AuthorizationError, leftMs: number): AuthorizationError {
  return new AuthorizationError(failure, message, failure === 'throttled' ? { retryAfterMs: leftMs } : {});
}

/** Basic: the till's name, and the MD5 of its password in hex (upstream notes §4). */
function basicHeader({ username, password }: Extract<Credentials, { kind: 'basic' }>): AuthorizationHeader {
  const digest = createHash('md5').update(password).digest('hex');
  return { name: 'Authorization', value: `Basic ${Buffer.from(`${username}:${digest}`).toString('base64')}` };
}
