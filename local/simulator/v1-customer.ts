import { isObject, type Json, type JsonObject, textOf } from '../../functions/customer/json.ts';
import { type Customer, identifiersOf, objectsOf } from './customer-directory.ts';
import { toJsonObject } from './digits.ts';
import type { IdentifierName } from './identifiers.ts';
import type { Looseness } from './loose-v1.ts';
import { INSTORE } from './sources.ts';
import { couponsOf, transactionsOf } from './v1-history.ts';
import { describeSections, isAskedFor } from './v1-sections.ts';

/**
 * A customer as v1.1 writes one [S1][P]: what the v2 document holds, under v1.1's names and in its loose forms, the
 * latest transactions and the coupons, and the sections that were asked for. `user_id` only with `user_id=true`;
 * neither transactions nor coupons with `basic`.
 */
export function describeV1({ id, document }: Customer, query: URLSearchParams, loose: Looseness): JsonObject {
  const profiles = objectsOf(document.profiles);
  const profile = profiles.find(({ source }) => source === INSTORE) ?? profiles[0] ?? {};
  const identifiers = new Map<IdentifierName, string>(identifiersOf(profile).map(({ name, value }) => [name, value]));
  const [programme = {}] = objectsOf(document.loyaltyProgramDetails);
  const loyalty = isObject(document.loyaltyInfo) ? document.loyaltyInfo : {};
  const attribution = isObject(profile.attribution) ? profile.attribution : {};
  const amountOf = (value: Json | undefined): Json => loose.amount(textOf(value) ?? '0');

  return {
    firstname: profile.firstName ?? '',
    lastname: profile.lastName ?? '',
    mobile: withCountryCode(identifiers.get('mobile') ?? ''),
    email: identifiers.get('email') ?? '',
    external_id: identifiers.get('externalId') ?? '',
    lifetime_points: amountOf(programme.lifetimePoints),
    lifetime_purchases: amountOf(loyalty.lifetimePurchases),
    loyalty_points: amountOf(programme.loyaltyPoints),
    current_slab: programme.currentSlab ?? loose.empty,
    registered_on: withoutZone(attribution.createDate),
    updated_on: withoutZone(attribution.modifiedDate),
    type: loyalty.loyaltyType ?? 'loyalty',
    source: 'instore',
    registered_by: document.associatedWith ?? '',
    registered_store: { code: 'store.demo', name: 'Made-up store' },
    registered_till: { code: 'till.demo', name: 'Made-up till' },
    fraud_details: { status: 'NONE', marked_by: loose.empty, modified_on: loose.empty },
    ...(isAskedFor(query, 'user_id') ? { user_id: id } : {}),
    custom_fields: loose.empty,
    extended_fields: fieldsOf(document.extendedFields, loose),
    ...describeSections({ id, document }, query, loose),
    ...(isAskedFor(query, 'basic')
      ? {}
      : { transactions: transactionsOf(id, query, loose), coupons: couponsOf(id, query, loose) }),
  };
}

/** v1.1 shows the country code with every mobile [C]. */
function withCountryCode(mobile: string): string {
  return mobile.length === 10 ? `91${mobile}` : mobile;
}

/** `2025-02-28T06:15:10+05:30` as `2025-02-28 06:15:10`: v1.1's dates carry no zone. */
function withoutZone(instant: Json | undefined): string {
  return (textOf(instant) ?? '').replace('T', ' ').replace(/(Z|[+-]\d\d:\d\d)$/, '');
}

function fieldsOf(fields: Json | undefined, loose: Looseness): Json {
  if (!isObject(fields) || Object.keys(fields).length === 0) return loose.empty;
  return toJsonObject({ field: Object.entries(fields).map(([name, value]) => ({ name, value })) });
}
