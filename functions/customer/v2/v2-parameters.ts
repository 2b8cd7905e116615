/** The parameters of GET /v2/customers/lookup/customerDetails (upstream notes §1), and `fields`, which is ours. */

/** Those that every look-up needs. */
export const REQUIRED = ['source', 'identifierName', 'identifierValue'] as const;

/** The flags whose section is documented. */
const USER_GROUP_FLAGS = ['includedUserGroup2LoyaltyDetails', 'includedAllUserGroup2'] as const;

/** The parameters that are `true` or `false`. */
export const CUSTOMER_DETAILS_FLAGS = [
  'includedFraudDetails',
  ...USER_GROUP_FLAGS,
  'includedOnlyCurrentProfile',
  'includedNPS',
  'basicIdentifierLookup',
] as const;

/** How far ahead the gaps to the next tier and to the tier's renewal are computed. Days. */
export const GAPS = ['gapToUpgrade', 'gapToRenew'] as const;

/** Every parameter that is accepted. */
export const CUSTOMER_DETAILS_PARAMETERS = [
  ...REQUIRED,
  'accountId',
  'embed',
  ...CUSTOMER_DETAILS_FLAGS,
  'userGroup2Id',
  ...GAPS,
  'fields',
] as const;
export type CustomerDetailsParameter = (typeof CUSTOMER_DETAILS_PARAMETERS)[number];

/** The parameters that are numbers, by [S2]. */
export const CUSTOMER_DETAILS_NUMBERS = [
  'userGroup2Id',
  ...GAPS,
] as const satisfies readonly CustomerDetailsParameter[];

/** Whether a flag brings the section of user groups. */
export function isUserGroupFlag(name: string): boolean {
  return USER_GROUP_FLAGS.some((flag) => flag === name);
}

/** Whether a flag brings something whose name is not documented. The basic look-up brings nothing. */
export function bringsUnknown(name: string): boolean {
  return name !== 'basicIdentifierLookup';
}
