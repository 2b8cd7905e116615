import { randomUUID } from 'node:crypto';

/** The identifier of a customer: its name in v2, and its value. */
export interface Identifier {
  readonly name: string;
  readonly value: string;
}

/** The two APIs that Lookaside answers. */
export const APIS = ['v2', 'v1.1'] as const;
export type Api = (typeof APIS)[number];

/** The path of each API below the deployment's address, and the query for one customer. */
interface LookupAddress {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly isLookup: true;
}

/** v1.1's names of the identifiers that it knows, by v2's. */
const NAMES_OF_V1: Readonly<Record<string, string>> = {
  mobile: 'mobile',
  email: 'email',
  externalId: 'external_id',
  cardnumber: 'card_number',
  cardExternalId: 'card_external_id',
  id: 'id',
};

/** An external id that no customer has. Each call gives another one. */
export function madeUp(): Identifier {
  return { name: 'externalId', value: `lookaside-smoke-${randomUUID()}` };
}

/** How to ask an API for a customer; undefined: v1.1 does not know this kind of identifier. */
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
  const nameOfV1 = Object.hasOwn(NAMES_OF_V1, name) ? NAMES_OF_V1[name] : undefined;
  return nameOfV1 === undefined
    ? undefined
    : { path: 'v1.1/customer/get', query: { [nameOfV1]: value }, isLookup: true };
}
