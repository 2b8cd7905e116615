import type { Proof } from '../../functions/smoke/exchange.ts';

/** Sends a token with look-ups, for a deployment whose `auth` is a token's issuer. */
export function byToken(token: string): Proof {
  return { kind: 'a token', headersFor: async () => ({ authorization: `Bearer ${token}` }) };
}
