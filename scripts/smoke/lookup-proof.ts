import type { Proof } from '../../functions/smoke/exchange.ts';
import { regionOfHost, type Signer } from './purge-check.ts';
import { signatureHeaders } from './signature.ts';

/** Signs look-ups, for a deployment with `auth: 'iam'`. */
export function bySignature({ credentials, region }: Signer): Proof {
  return {
    kind: 'a signature',
    headersFor: ({ url, method }) =>
      signatureHeaders({ url, method, service: 'execute-api', region: regionOfHost(url) ?? region, credentials }),
  };
}

/** Sends a token with look-ups, for a deployment whose `auth` is a token's issuer. */
export function byToken(token: string): Proof {
  return { kind: 'a token', headersFor: async () => ({ authorization: `Bearer ${token}` }) };
}
