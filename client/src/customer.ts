import type { JsonObject, JsonValue } from './json.ts';

/*
 * The profiles of a deployment with the default projections (PROFILE_FIELDS, PROFILE_FIELDS_V1). A deployment may keep
 * less or more, `fields` narrows, and a query may ask for sections. So every member may be absent, and there may be
 * others, as JSON.
 */

/** A number, or its text if a JavaScript number cannot hold it. */
type Numeric = number | string;
/** A text that the upstream may leave empty. */
type Text = string | null;

/** A customer in v2's form. */
export interface Customer extends JsonObject {
  /** The upstream's own id. */
  readonly id?: Numeric;
  /** One for each source at which the customer is registered. */
  readonly profiles?: readonly Profile[];
  readonly loyaltyInfo?: LoyaltyInfo;
  /** One for each programme. Never redeem against these points: they may be as old as `cache.ageSeconds`. */
  readonly loyaltyProgramDetails?: readonly LoyaltyProgramme[];
  readonly cardDetails?: readonly Card[];
  readonly segments?: JsonValue;
  /** The upstream's warnings, and Lookaside's own `missing_sections` and `missing_profile`. */
  readonly warnings?: readonly Notice[];
}

/** A customer in one source: the names, and the identifiers of that source. */
export interface Profile extends JsonObject {
  readonly firstName?: Text;
  readonly lastName?: Text;
  readonly identifiers?: readonly Identifier[];
}

/** One identifier of a profile. */
export interface Identifier extends JsonObject {
  /** mobile, email, externalId, … */
  readonly type?: string;
  readonly value?: string;
}

/** The facts about a customer that belong to no single programme. */
export interface LoyaltyInfo extends JsonObject {
  /** `loyalty` or `non_loyalty`. */
  readonly loyaltyType?: Text;
  readonly lifetimePurchases?: Numeric;
}

/** A customer's tier and points in one programme. */
export interface LoyaltyProgramme extends JsonObject {
  readonly programId?: Numeric;
  readonly programTitle?: Text;
  /** The tier. */
  readonly currentSlab?: Text;
  readonly currentSlabDescription?: Text;
  readonly slabSNo?: number;
  /** ISO 8601, in the time zone of the upstream's cluster. */
  readonly slabExpiryDate?: Text;
  readonly nextSlab?: Text;
  readonly nextSlabSerialNumber?: number;
  readonly nextSlabDescription?: Text;
  readonly loyaltyPoints?: Numeric;
  readonly totalAvailablePoints?: Numeric;
  readonly delayedPoints?: Numeric;
  readonly programPointsToCurrencyRatio?: Numeric;
  /** With `embed: ['mlp']`. */
  readonly upgradeStrategies?: readonly JsonObject[];
  /** With `embed: ['mlp']` and `gapToRenew`. */
  readonly gapToRenewSummary?: readonly JsonObject[];
}

/** A customer's card. */
export interface Card extends JsonObject {
  readonly cardNumber?: string;
  /** DIGITAL or PHYSICAL. */
  readonly type?: Text;
  readonly seriesCode?: Text;
  readonly seriesName?: Text;
  readonly expiryDate?: Text;
  readonly statusInfo?: JsonObject & {
    readonly status?: Text;
    readonly label?: Text;
    readonly isActive?: boolean;
  };
}

/** An element of `warnings`. */
export interface Notice extends JsonObject {
  readonly status?: boolean;
  readonly code?: Numeric | null;
  readonly message?: Text;
}

/** A customer in v1.1's loose form. An empty value may be `""`, `[]`, `null` or `{"field":[]}`. */
export interface V1Customer extends JsonObject {
  readonly user_id?: Numeric | null;
  readonly firstname?: Text;
  readonly lastname?: Text;
  readonly mobile?: Text;
  readonly email?: Text;
  readonly external_id?: Text;
  readonly type?: Text;
  /** The tier. */
  readonly current_slab?: Text;
  readonly lifetime_points?: Numeric | null;
  readonly lifetime_purchases?: Numeric | null;
  readonly loyalty_points?: Numeric | null;
  readonly coupons?: JsonValue;
  readonly registered_store?: JsonValue;
  readonly registered_till?: JsonValue;
  /** The upstream's status for this customer: success, code and message. */
  readonly item_status?: JsonValue;
}
