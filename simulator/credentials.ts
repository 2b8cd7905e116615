import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Now } from './clock.ts';

/** A till's name and password, as a person types them. The wire carries the password's MD5 [P]. */
export interface BasicCredentials {
  readonly username: string;
  readonly password: string;
}

/** A client's key and secret: a client asks for a token with them [P]. */
export interface OAuthCredentials {
  readonly key: string;
  readonly secret: string;
}

/** Accepted unless something else is configured. Made up. */
export const DEFAULT_BASIC_CREDENTIALS: BasicCredentials = { username: 'till.demo', password: 'demo-password' };

/** Accepted unless something else is configured. Made up. */
export const DEFAULT_OAUTH_CREDENTIALS: OAuthCredentials = { key: 'demo-key', secret: 'demo-secret' };

/** The token's header; it comes without `Authorization` [P]. */
export const TOKEN_HEADER = 'x-cap-api-oauth-token';

/** `Authorization` for a till: `Basic base64(till + ":" + md5hex(password))` [P]. */
export function basicAuthorization({ username, password }: BasicCredentials): string {
  const md5 = createHash('md5').update(password).digest('hex');
  return `Basic ${Buffer.from(`${username}:${md5}`).toString('base64')}`;
}

/** A token, as `POST /v3/oauth/token/generate` gives it. */
export interface Token {
  readonly accessToken: string;
  readonly ttlSeconds: number;
}

/** The credentials that the upstream accepts: both schemes at once, each with one set that can be changed. */
export class CredentialsCheck {
  readonly #now: Now;
  readonly #tokenTtlSeconds: number;
  readonly #expiryByToken = new Map<string, number>();
  #basic: BasicCredentials;
  #oauth: OAuthCredentials;

  constructor(
    basic: BasicCredentials,
    oauth: OAuthCredentials,
    { now, tokenTtlSeconds }: { now: Now; tokenTtlSeconds: number },
  ) {
    this.#basic = basic;
    this.#oauth = oauth;
    this.#now = now;
    this.#tokenTtlSeconds = tokenTtlSeconds;
  }

  /** The caller, as the rate limit counts callers; undefined if the credentials are wrong in both schemes. */
  callerOf(headers: IncomingHttpHeaders): string | undefined {
    const token = headers[TOKEN_HEADER];
    if (typeof token === 'string') {
      const expiresAt = this.#expiryByToken.get(token);
      return expiresAt !== undefined && this.#now() < expiresAt ? this.#oauth.key : undefined;
    }
    const { authorization } = headers;
    const isTill = authorization !== undefined && isSame(authorization, basicAuthorization(this.#basic));
    return isTill ? this.#basic.username : undefined;
  }

  /** A new token; undefined if the key or the secret is wrong. Earlier tokens work until they expire. */
  issueToken(key: unknown, secret: unknown): Token | undefined {
    if (key !== this.#oauth.key || secret !== this.#oauth.secret) return undefined;
    const accessToken = `simulated-${randomBytes(24).toString('base64url')}`;
    this.#expiryByToken.set(accessToken, this.#now() + this.#tokenTtlSeconds * 1000);
    return { accessToken, ttlSeconds: this.#tokenTtlSeconds };
  }

  /** From now on no token that was issued so far works. */
  revokeTokens(): void {
    this.#expiryByToken.clear();
  }

  /** From now on other credentials are right, and the old ones are wrong. Tokens of a changed client are revoked. */
  change(basic: BasicCredentials | undefined, oauth: OAuthCredentials | undefined): void {
    if (basic !== undefined) this.#basic = basic;
    if (oauth !== undefined) {
      this.#oauth = oauth;
      this.revokeTokens();
    }
  }
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
