import { randomInt, randomUUID } from 'node:crypto';
import type { Api } from '../customer/request/canonical-request.ts';
import { toV1Name } from '../customer/v1/v1-parameters.ts';
import type { PrimaryIdentifier } from '../settings/definitions.ts';

/** The identifier of a customer: its name in v2, and its value. */
export interface Identifier {
  readonly name: string;
  readonly value: string;
}

/** The path of each API below the deployment's address, and the query for one customer. */
interface LookupAddress {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly isLookup: true;
}

/**
 * An identifier that no customer has. Each call makes another one. There are only a thousand such mobile numbers.
 * @param name the kind of identifier. If dual eligibility is on, give the primary one: the service stores no answer for
 *   others. Default: `externalId`
 */
export function madeUp(name: PrimaryIdentifier = 'externalId'): Identifier {
  switch (name) {
    case 'externalId':
      return { name, value: `lookaside-smoke-${randomUUID()}` };
    case 'email':
      // No mail goes to such a domain (RFC 2606).
      return { name, value: `lookaside-smoke-${randomUUID()}@lookaside.invalid` };
    case 'mobile':
      // Ofcom keeps 07700 900000 to 900999 for films: no person has such a number.
      return { name, value: `+447700900${String(randomInt(1000)).padStart(3, '0')}` };
  }
}

/** How to ask an API for a customer; undefined: v1.1 does not have this kind of identifier. */
export function lookupAddress(api: 'v2', identifier: Identifier): LookupAddress;
export function lookupAddress(api: Api, identifier: Identifier): LookupAddress | undefined;
export function lookupAddress(api: Api, { name, value }: Identifier): LookupAddress | undefined {
  if (api === 'v2') {
    return {
      path: 'v2/customers/lookup/customerDetails',
      query: { source: 'INSTORE', identifierName: name, identifierValue: value },
      isLookup: true,
    };
  }
  const nameOfV1 = toV1Name(name);
  return nameOfV1 === undefined
    ? undefined
    : { path: 'v1.1/customer/get', query: { [nameOfV1]: value }, isLookup: true };
}
