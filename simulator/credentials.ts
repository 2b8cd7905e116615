import { createHash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

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

/** The accepted credentials. Undefined: they stay as they are. */
export interface AcceptedCredentials {
  readonly basic?: BasicCredentials | undefined;
  readonly oauth?: OAuthCredentials | undefined;
}

/** Accepted unless something else is configured. Made up. */
export const DEFAULT_BASIC_CREDENTIALS: BasicCredentials = { username: 'till.demo', password: 'demo-password' };

/** Accepted unless something else is configured. Made up. */
export const DEFAULT_OAUTH_CREDENTIALS: OAuthCredentials = { key: 'demo-key', secret: 'demo-secret' };

/** How long a token is valid [P]. */
const TOKEN_TTL_SECONDS = 3600;

/** The token's header; it comes without `Authorization` [P]. */
const TOKEN_HEADER = 'x-cap-api-oauth-token';

/** `Authorization` for a till: `Basic base64(till + ":" + md5hex(password))` [P]. */
export function basicAuthorization({ username, password }: BasicCredentials): string {
  const md5 = createHash('md5').update(password).digest('hex');
  return `Basic ${Buffer.from(`${username}:${md5}`).toString('base64')}`;
}

/** The credentials that the upstream accepts: both schemes at once, each with one set that can be changed. */
export class CredentialsCheck {
  readonly #now: () => number;
  readonly #expiryByToken = new Map<string, number>();
  #basic = DEFAULT_BASIC_CREDENTIALS;
  #oauth = DEFAULT_OAUTH_CREDENTIALS;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The caller, as the rate limit counts callers; undefined if the credentials are wrong in both schemes. */
  callerOf(headers: IncomingHttpHeaders): string | undefined {
    const token = headers[TOKEN_HEADER];
    if (typeof token === 'string') {
      const expiresAt = this.#expiryByToken.get(token);
      return expiresAt !== undefined && this.#now() < expiresAt ? this.#oauth.key : undefined;
    }
    return headers.authorization === basicAuthorization(this.#basic) ? this.#basic.username : undefined;
  }

  /**
   * A new token, as `POST /v3/oauth/token/generate` gives it; undefined if the key or the secret is wrong. Earlier tokens
   * work until they expire.
   */
  issueToken(key: unknown, secret: unknown): { accessToken: string; ttlSeconds: number } | undefined {
    if (key !== this.#oauth.key || secret !== this.#oauth.secret) return undefined;
    const accessToken = `simulated-${randomBytes(24).toString('base64url')}`;
    this.#expiryByToken.set(accessToken, this.#now() + TOKEN_TTL_SECONDS * 1000);
    return { accessToken, ttlSeconds: TOKEN_TTL_SECONDS };
  }

  /** From now on no token that was issued so far works. */
  revokeTokens(): void {
    this.#expiryByToken.clear();
  }

  /** From now on other credentials are right, and the old ones are wrong. Tokens of a changed client are revoked. */
  change({ basic = this.#basic, oauth }: AcceptedCredentials): void {
    this.#basic = basic;
    if (oauth === undefined) return;
    this.#oauth = oauth;
    this.revokeTokens();
  }
}
