import { namesIn, type ParameterFacts } from '../request/parameter-facts.ts';
import { USER_GROUP_SECTION } from './embed.ts';

/**
 * The parameters of GET /v2/customers/lookup/customerDetails that are accepted (upstream notes §1), and `fields`, which
 * is ours. The reader, the direct invocation and the refusals use this table, and tests compare the documents with it.
 * The sections that `embed` brings are in `embed.ts`.
 */
export const V2_PARAMETERS = {
  source: { is: 'source', isRequired: true },
  identifierName: { is: 'identifierName', isRequired: true },
  identifierValue: { is: 'identifier', isRequired: true },
  // Required for every source but INSTORE.
  accountId: { is: 'account' },
  embed: { is: 'list' },
  includedFraudDetails: { is: 'flag', bringsUnknown: true },
  includedUserGroup2LoyaltyDetails: { is: 'flag', brings: [USER_GROUP_SECTION], bringsUnknown: true },
  includedAllUserGroup2: { is: 'flag', brings: [USER_GROUP_SECTION], bringsUnknown: true },
  includedOnlyCurrentProfile: { is: 'flag', bringsUnknown: true },
  includedNPS: { is: 'flag', bringsUnknown: true },
  basicIdentifierLookup: { is: 'flag' },
  userGroup2Id: { is: 'int64', brings: [USER_GROUP_SECTION], bringsUnknown: true },
  gapToUpgrade: { is: 'days', needs: ['embed', 'mlp'] },
  gapToRenew: { is: 'days', needs: ['embed', 'mlp'] },
  fields: { is: 'projection' },
} as const satisfies Readonly<Record<string, ParameterFacts>>;

/** The name of a documented parameter of v2. */
export type V2Parameter = keyof typeof V2_PARAMETERS;

/** The names of all documented parameters of v2. */
export const V2_PARAMETER_NAMES = namesIn<V2Parameter>(V2_PARAMETERS);

/** The parameters that every look-up needs. */
export const V2_REQUIRED = V2_PARAMETER_NAMES.filter((name) => 'isRequired' in V2_PARAMETERS[name]);
