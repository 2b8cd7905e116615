import type { Proof } from '../../functions/smoke/exchange.ts';

/** Sends a token with look-ups, for a deployment with a token's issuer as `auth`. */
export function byToken(token: string): Proof {
  return { kind: 'a token', headersFor: async () => ({ authorization: `Bearer ${token}` }) };
}
