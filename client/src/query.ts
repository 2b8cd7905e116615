import type { ErrorOutcome } from './outcome.ts';

/** A look-up, by either of the upstream's APIs. */
export type LookupQuery = V2Query | V1Query;

/** A look-up by the upstream's v2 API: its parameters under their own names. */
export interface V2Query extends QueryOptions {
  readonly api?: 'v2' | undefined;
  /** The source in which the identifier is registered: INSTORE, WECHAT, ALL, … */
  readonly source: string;
  /** Required for every source but INSTORE. */
  readonly accountId?: string | undefined;
  /** mobile, email, cardnumber, externalId, … */
  readonly identifierName: string;
  /** A number is allowed for `id` and `cardnumber` only. Above 2^53, give it as text. */
  readonly identifierValue: number | string;
  /** Sections to add: points, mlp, subscriptions, …; and sections of v1.1: coupons, slabHistory, registeredStore, … */
  readonly embed?: readonly string[] | undefined;
  readonly includedFraudDetails?: boolean | undefined;
  readonly includedOnlyCurrentProfile?: boolean | undefined;
  readonly includedNPS?: boolean | undefined;
  readonly basicIdentifierLookup?: boolean | undefined;
  readonly includedUserGroup2LoyaltyDetails?: boolean | undefined;
  readonly includedAllUserGroup2?: boolean | undefined;
  /** A 64-bit number. Above 2^53, give it as text. */
  readonly userGroup2Id?: number | string | undefined;
  /** In days; needs `mlp` in `embed`. */
  readonly gapToUpgrade?: number | undefined;
  /** In days; needs `mlp` in `embed`. */
  readonly gapToRenew?: number | undefined;
}

/** A look-up by the upstream's v1.1 API: its parameters under their own names. */
export type V1Query = V1Identifier &
  V1Filters &
  QueryOptions & {
    readonly api: 'v1.1';
    /** An ISO code: the language of transactions' extended fields. Default: English. */
    readonly language?: string | undefined;
  };

interface V1Identifiers {
  /** The customer's id, a 64-bit number. Above 2^53, give it as text. */
  readonly id: number | string;
  readonly mobile: string;
  readonly email: string;
  readonly external_id: string;
  /** Give it as text if it is above 2^53, or begins with 0. */
  readonly card_number: number | string;
  readonly card_external_id: string;
}

/** Exactly one identifier of a customer. The compiler refuses a query with two, or without one. */
export type V1Identifier = {
  [Name in keyof V1Identifiers]: Pick<V1Identifiers, Name> & {
    readonly [Other in Exclude<keyof V1Identifiers, Name>]?: undefined;
  };
}[keyof V1Identifiers];

/** The flags of v1.1: the sections to add, and more details of transactions and coupons. */
type V1Flag =
  | 'next_slab'
  | 'slab_history'
  | 'registered_store'
  | 'registered_till'
  | 'fraud_details'
  | 'ndnc_status'
  | 'optin_status'
  | 'expiry_schedule'
  | 'expired_points'
  | 'points_summary'
  | 'promotion_points'
  | 'membership_retention_criteria'
  | 'tier_upgrade_criteria'
  | 'mlp'
  | 'user_group'
  | 'customer_image'
  | 'transactions'
  | 'subscriptions'
  | 'segments'
  | 'member_care_access'
  | 'card_details'
  | 'tracker_info'
  | 'delayed_accrual'
  | 'tenders'
  | 'credit_notes'
  | 'user_id'
  | 'coupon_active'
  | 'basic';

/** The sections to add (`slab_history: true`), and the filters of transactions and coupons. */
export interface V1Filters extends Partial<Readonly<Record<V1Flag, boolean | undefined>>> {
  /** A transaction's number. */
  readonly number?: number | string | undefined;
  readonly store_code?: string | undefined;
  readonly till_code?: string | undefined;
  readonly amount?: number | string | undefined;
  /** A day: YYYY-MM-DD. */
  readonly date?: string | undefined;
  readonly type?:
    | 'REGULAR'
    | 'NOT_INTERESTED'
    | 'RETURN'
    | 'NOT_INTERESTED_RETURN'
    | 'MIXED'
    | 'NI_MIXED'
    | 'ALL'
    | undefined;
  readonly coupon_limit?: number | undefined;
  readonly coupon_offset?: number | undefined;
  readonly coupon_offer?: number | undefined;
  readonly coupon_order_by?: 'created_date' | 'created_by' | 'valid_till' | undefined;
  readonly coupon_sort_order?: 'asc' | 'desc' | undefined;
  readonly coupon_org_entity_type?: string | undefined;
  readonly coupon_org_entity_value?: string | undefined;
  readonly coupon_status?: string | undefined;
  /** In days; needs `mlp: true`. */
  readonly gap_to_upgrade_for?: number | undefined;
  /** In days; needs `mlp: true`. */
  readonly gap_to_renew_for?: number | undefined;
  /** A 64-bit number. Above 2^53, give it as text. */
  readonly program_id?: number | string | undefined;
}

/** The options of any look-up. */
export interface QueryOptions {
  /** Parameters that the deployment adds (`EXTRA_PARAMETERS`), by their names. */
  readonly extra?: Readonly<Record<string, string | number | boolean | undefined>> | undefined;
  /** Narrows the profile: `id,profiles(firstName,lastName)`; of v1.1 `firstname,coupons`. */
  readonly fields?: string | undefined;
  /**
   * How fresh the answer must be, for this look-up only: the directives of RFC 9111 §5.2.1, such as `max-age=60`,
   * `no-cache`, `only-if-cached` or `stale-if-error=600`. Default: the deployment's own.
   */
  readonly cacheControl?: string | undefined;
  /**
   * How long Lookaside may take, for this look-up only. If it has no answer by then, the outcome is `pending`.
   * Milliseconds, 0 or more. Default: no limit, and no outcome is pending.
   */
  readonly waitMs?: number | undefined;
  /**
   * Whether Lookaside only prepares the answer for a look-up a few seconds later. The outcome is `pending`. Default:
   * no.
   */
  readonly prefetch?: boolean | undefined;
}

/** A query without a member that its API does not have: a misspelt parameter does not compile. */
export type Known<Query extends LookupQuery> = Query & {
  readonly [Name in Exclude<keyof Query, NameOf<Query>>]: never;
};

type NameOf<Query extends LookupQuery> = Query extends { readonly api: 'v1.1' } ? KeyOf<V1Query> : keyof V2Query;
type KeyOf<T> = T extends unknown ? keyof T : never;

/** A query in its sent form: the extra parameters are beside the others, and never replace one. */
export function toPayload({ extra, ...query }: LookupQuery): object {
  return { ...extra, ...query };
}

/** The error of a query that JSON cannot hold, such as one with a BigInt; undefined: it can be sent. */
export function refusalOf(payload: object): ErrorOutcome | undefined {
  for (const [name, value] of Object.entries(payload)) {
    try {
      JSON.stringify(value);
    } catch (cause) {
      const allowed = 'allowed are texts, numbers, booleans and lists of texts. Give a large id as text.';
      return { kind: 'error', code: 'invalid_parameter', message: `${name} does not fit into JSON; ${allowed}`, cause };
    }
  }
  return undefined;
}
