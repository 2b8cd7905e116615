import { canonicalQuery, Signer, type SigningScope } from '../adapters/aws/signature.ts';
import type { Proof } from './exchange.ts';

/**
 * Signs look-ups, for a deployment with `auth: 'iam'`.
 *
 * @param now the time, in epoch milliseconds
 */
export function bySignature(scope: Omit<SigningScope, 'service'>, now: () => number): Proof {
  const signer = new Signer({ ...scope, service: 'execute-api' });
  return {
    kind: 'a signature',
    headersFor: async ({ url, method }) => {
      if (method !== 'GET') throw new TypeError(`A look-up is a GET, not a ${method}.`);
      const query = canonicalQuery(url.searchParams);
      const { host: _, ...headers } = signer.sign(
        { method, path: url.pathname, query, headers: { host: url.host }, body: '' },
        now(),
      );
      // `fetch` sets the header `host` itself.
      return headers;
    },
  };
}
