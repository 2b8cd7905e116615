import { namesIn, namesOfKind, type ParameterFacts } from '../request/parameter-facts.ts';

/**
 * A flag that asks for the section of its name. @param otherName another name that the section may have in the reply
 */
function section<Name extends string>(name: Name, otherName?: string) {
  const brings = otherName === undefined ? [name] : [name, otherName];
  return { is: 'looseFlag', brings, bringsUnknown: true } as const;
}

/** The facts of a parameter that narrows transactions: it asks for them too. */
const TRANSACTIONS = { brings: ['transactions'] } as const;
/** The facts of a parameter that narrows coupons: it asks for them too. Coupons have no flag. */
const COUPONS = { brings: ['coupons'] } as const;

const TRANSACTION_TYPES = ['REGULAR', 'NOT_INTERESTED', 'RETURN', 'NOT_INTERESTED_RETURN', 'MIXED', 'NI_MIXED', 'ALL'];

/**
 * The parameters of GET /v1.1/customer/get that are accepted: [S1]'s, `mobile` ([P][C]), `format`, and `fields`, which
 * is ours. The reader, the direct invocation and the refusals use this table, and tests compare the documents with it.
 */
export const V1_PARAMETERS = {
  // The identifiers: a look-up has exactly one.
  id: { is: 'identifier', filedAs: 'id' },
  mobile: { is: 'identifier', filedAs: 'mobile' },
  email: { is: 'identifier', filedAs: 'email' },
  external_id: { is: 'identifier', filedAs: 'externalId' },
  card_number: { is: 'identifier', filedAs: 'cardnumber' },
  card_external_id: { is: 'identifier', filedAs: 'cardExternalId' },

  // The document calls it an int, but bill numbers may have letters.
  number: { is: 'text', ...TRANSACTIONS, isNumber: true },
  store_code: { is: 'text', ...TRANSACTIONS },
  till_code: { is: 'text', ...TRANSACTIONS },
  amount: { is: 'amount', ...TRANSACTIONS },
  date: { is: 'day', ...TRANSACTIONS },
  type: { is: 'word', words: TRANSACTION_TYPES, ...TRANSACTIONS },
  tenders: { is: 'looseFlag', ...TRANSACTIONS },
  credit_notes: { is: 'looseFlag', ...TRANSACTIONS },

  // The customer's id always comes, because it names the customer of an entry.
  user_id: { is: 'looseFlag', key: 'no', upstream: 'always true' },

  coupon_limit: { is: 'count', ...COUPONS },
  coupon_offset: { is: 'count', ...COUPONS },
  coupon_offer: { is: 'count', ...COUPONS },
  coupon_order_by: { is: 'word', words: ['created_date', 'created_by', 'valid_till'], ...COUPONS },
  coupon_sort_order: { is: 'word', words: ['asc', 'desc'], ...COUPONS },
  coupon_active: { is: 'looseFlag', ...COUPONS, asksIfFalse: true },
  coupon_org_entity_type: { is: 'text', ...COUPONS },
  coupon_org_entity_value: { is: 'text', ...COUPONS },
  coupon_status: { is: 'text', ...COUPONS },

  next_slab: section('next_slab'),
  slab_history: section('slab_history'),
  registered_store: section('registered_store'),
  registered_till: section('registered_till'),
  fraud_details: section('fraud_details'),
  ndnc_status: section('ndnc_status'),
  optin_status: section('optin_status'),
  expiry_schedule: section('expiry_schedule'),
  expired_points: section('expired_points'),
  points_summary: section('points_summary'),
  promotion_points: section('promotion_points'),
  membership_retention_criteria: section('membership_retention_criteria'),
  // The second name is from [S1], its description of the flag.
  tier_upgrade_criteria: section('tier_upgrade_criteria', 'tier_update_criteria'),
  mlp: section('mlp'),
  user_group: section('user_group'),
  customer_image: section('customer_image'),
  transactions: section('transactions'),
  subscriptions: section('subscriptions'),
  segments: section('segments'),
  member_care_access: section('member_care_access'),
  card_details: section('card_details'),
  tracker_info: section('tracker_info'),
  delayed_accrual: section('delayed_accrual'),

  basic: { is: 'looseFlag' },
  gap_to_upgrade_for: { is: 'days', needs: ['mlp', 'true'] },
  gap_to_renew_for: { is: 'days', needs: ['mlp', 'true'] },
  program_id: { is: 'int64' },
  format: { is: 'word', words: ['json'], key: 'no', upstream: 'always json' },
  fields: { is: 'projection' },
} as const satisfies Readonly<Record<string, ParameterFacts>>;

type Table = typeof V1_PARAMETERS;
/** The name of a documented parameter of v1.1. */
export type V1Parameter = keyof Table;
/** A parameter that is true or false. */
export type V1Flag = { [Name in V1Parameter]: Table[Name]['is'] extends 'looseFlag' ? Name : never }[V1Parameter];
/** A parameter that holds an identifier. */
export type V1Identifier = {
  [Name in V1Parameter]: Table[Name]['is'] extends 'identifier' ? Name : never;
}[V1Parameter];

/** The names of all documented parameters of v1.1. */
export const V1_PARAMETER_NAMES = namesIn<V1Parameter>(V1_PARAMETERS);
/** The names of the flags. */
export const V1_FLAGS = namesOfKind<V1Parameter>(V1_PARAMETERS, 'looseFlag') as readonly V1Flag[];
/** The names of the parameters that hold an identifier. */
export const V1_IDENTIFIERS = namesOfKind<V1Parameter>(V1_PARAMETERS, 'identifier') as readonly V1Identifier[];

/** v1.1's name of an identifier, by v2's name; undefined if it has none. */
export function toV1Name(name: string): V1Identifier | undefined {
  return V1_IDENTIFIERS.find((parameter) => V1_PARAMETERS[parameter].filedAs === name);
}

/** The sections of a reply that have a flag, by their flag. */
export const V1_SECTION_FLAGS = V1_FLAGS.filter((name) => 'bringsUnknown' in V1_PARAMETERS[name]);

/** The customer's own members of a reply to a look-up that asks for nothing extra ([S1], response table). */
const BASE_CUSTOMER_NAMES =
  'firstname lastname mobile email external_id lifetime_points lifetime_purchases loyalty_points current_slab ' +
  'registered_on updated_on type source registered_by user_id custom_fields extended_fields coupons item_status';

/** Every member of a customer that is documented, sections too. */
export const KNOWN_CUSTOMER_NAMES: ReadonlySet<string> = new Set([
  ...BASE_CUSTOMER_NAMES.split(' '),
  ...V1_SECTION_FLAGS.flatMap((name) => (V1_PARAMETERS[name] as ParameterFacts).brings ?? []),
]);
