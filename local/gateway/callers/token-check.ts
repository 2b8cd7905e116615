import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose';
import { type CallerCheck, UNKNOWN_CALLER } from './caller-check.ts';

/** An issuer of tokens, with its public keys. */
export interface KnownIssuer {
  /** As `iss` in its tokens. */
  readonly issuer: string;
  /** A token has one of them, as `aud` or, without one, as `client_id`. */
  readonly audiences: readonly string[];
  /** The keys that the issuer publishes (RFC 7517). */
  readonly keys: JSONWebKeySet;
}

/** API Gateway takes tokens with an RSA signature only. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512'];

/**
 * Checks the token of a request as the JWT authorizer of an HTTP API does: signature, issuer, audience, and time.
 *
 * @param now the time, in epoch milliseconds
 */
export function createTokenCheck({ issuer, audiences, keys }: KnownIssuer, now: () => number): CallerCheck {
  const findKey = createLocalJWKSet(keys);
  return async ({ request }) => {
    const [, token = ''] = /^(?:Bearer )?([\w.-]+)$/i.exec(request.headers.authorization ?? '') ?? [];
    try {
      const { payload } = await jwtVerify(token, findKey, {
        issuer,
        algorithms: ALGORITHMS,
        requiredClaims: ['exp'],
        currentDate: new Date(now()),
      });
      const given = payload.aud === undefined ? [payload.client_id] : [payload.aud].flat();
      if (!given.some((one) => typeof one === 'string' && audiences.includes(one))) return undefined;
      return { ...UNKNOWN_CALLER, claims: asTexts(payload) };
    } catch {
      return undefined;
    }
  };
}

/** Every claim as API Gateway hands it to a function: as a text; a list as `[a b]`. */
function asTexts(payload: JWTPayload): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => [
      name,
      Array.isArray(value) ? `[${value.join(' ')}]` : String(value),
    ]),
  );
}
