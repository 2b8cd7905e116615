import type { IdentifierName } from '../identifier/identifier-name.ts';

/** v2's names of v1.1's identifiers: an entry is filed under v2's name, so that one purge reaches both APIs' entries. */
export const IDENTIFIER_BY_PARAMETER = {
  id: 'id',
  mobile: 'mobile',
  email: 'email',
  external_id: 'externalId',
  card_number: 'cardnumber',
  card_external_id: 'cardExternalId',
} as const satisfies Readonly<Record<string, IdentifierName>>;
export type IdentifierParameter = keyof typeof IDENTIFIER_BY_PARAMETER;
/** The parameters that hold an identifier; a look-up has exactly one of them. */
export const IDENTIFIERS = Object.keys(IDENTIFIER_BY_PARAMETER) as readonly IdentifierParameter[];

/** The sections of a reply, each a flag of that name ([S1]). */
export const SECTION_FLAGS = [
  ...(['next_slab', 'slab_history', 'registered_store', 'registered_till', 'fraud_details', 'ndnc_status'] as const),
  ...(['optin_status', 'expiry_schedule', 'expired_points', 'points_summary', 'promotion_points'] as const),
  ...(['membership_retention_criteria', 'tier_upgrade_criteria', 'mlp', 'user_group', 'customer_image'] as const),
  ...(['transactions', 'subscriptions', 'segments', 'member_care_access', 'card_details', 'tracker_info'] as const),
  'delayed_accrual',
] as const;

/** Sections whose name in the reply is another than their flag's ([S1], its description of the flag). */
export const OTHER_NAMES: Readonly<Partial<Record<(typeof SECTION_FLAGS)[number], string>>> = {
  tier_upgrade_criteria: 'tier_update_criteria',
};

/** What narrows the transactions, in the caller's own words. */
export const TRANSACTION_TEXTS = ['number', 'store_code', 'till_code'] as const;
/** Everything that narrows the transactions. */
export const TRANSACTION_FILTERS = [...TRANSACTION_TEXTS, 'amount', 'date', 'type'] as const;
/** What else of the transactions is given. */
export const TRANSACTION_FLAGS = ['tenders', 'credit_notes'] as const;
/** The types of transactions, of which REGULAR is the upstream's default. */
export const TRANSACTION_TYPES = [
  ...['REGULAR', 'NOT_INTERESTED', 'RETURN', 'NOT_INTERESTED_RETURN', 'MIXED', 'NI_MIXED', 'ALL'],
];

/** What narrows the coupons, in the caller's own words. */
export const COUPON_TEXTS = ['coupon_org_entity_type', 'coupon_org_entity_value', 'coupon_status'] as const;
/** Which coupons are given: whole numbers from 0. */
export const COUPON_NUMBERS = ['coupon_limit', 'coupon_offset', 'coupon_offer'] as const;
/** Everything that asks for coupons. */
export const COUPON_PARAMETERS = [
  ...([...COUPON_NUMBERS, 'coupon_order_by', 'coupon_sort_order', 'coupon_active'] as const),
  ...COUPON_TEXTS,
] as const;

/** How far ahead the gaps to the next tier and to the tier's renewal are computed. Days. */
export const GAPS = ['gap_to_upgrade_for', 'gap_to_renew_for'] as const;

/**
 * The parameters of GET /v1.1/customer/get that are accepted: [S1]'s, `mobile` ([P][C]), `format`, and `fields`.
 * `format` and `user_id` change nothing: the upstream is always asked for JSON and for the customer's id.
 */
export const CUSTOMER_GET_PARAMETERS = [
  ...IDENTIFIERS,
  ...TRANSACTION_FILTERS,
  ...TRANSACTION_FLAGS,
  'user_id',
  ...COUPON_PARAMETERS,
  ...SECTION_FLAGS,
  'basic',
  ...GAPS,
  'program_id',
  'format',
  'fields',
] as const;
export type CustomerGetParameter = (typeof CUSTOMER_GET_PARAMETERS)[number];

/** Those that are `true` or `false`. */
export const CUSTOMER_GET_FLAGS = [
  ...SECTION_FLAGS,
  ...TRANSACTION_FLAGS,
  ...(['user_id', 'coupon_active', 'basic'] as const),
] as const satisfies readonly CustomerGetParameter[];

/** Those that are numbers, by [S1]. */
export const CUSTOMER_GET_NUMBERS = [
  ...(['id', 'card_number', 'number', 'amount', 'program_id'] as const),
  ...COUPON_NUMBERS,
  ...GAPS,
] as const satisfies readonly CustomerGetParameter[];

/** The customer's own members of a reply to a look-up that asks for nothing extra ([S1], response table). */
const BASE_CUSTOMER_NAMES = [
  ...['firstname', 'lastname', 'mobile', 'email', 'external_id', 'lifetime_points', 'lifetime_purchases'],
  ...['loyalty_points', 'current_slab', 'registered_on', 'updated_on', 'type', 'source', 'registered_by', 'user_id'],
  ...['custom_fields', 'extended_fields', 'coupons', 'item_status'],
];

/** Every member of a customer that is documented, sections too. */
export const KNOWN_CUSTOMER_NAMES: ReadonlySet<string> = new Set([
  ...BASE_CUSTOMER_NAMES,
  ...SECTION_FLAGS,
  ...Object.values(OTHER_NAMES),
]);
