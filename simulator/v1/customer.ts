import type { IdentifierName } from '../../functions/customer/identifier/identifier-name.ts';
import { isObject, type Json, type JsonObject, textOf } from '../../functions/customer/json/json.ts';
import { type Customer, identifiersOf, storeProfileOf } from '../customers/customer.ts';
import type { UpstreamRequest } from '../request.ts';
import { couponsOf } from './coupons.ts';
import { isAskedFor } from './parameters.ts';
import { describeSections, programmesOf } from './sections.ts';
import { styleOf, type V1Style } from './style.ts';
import { transactionsOf } from './transactions.ts';

/**
 * A customer as v1.1 writes one [S1][P]: the data of the v2 document under v1.1's names and in its style, the latest
 * transactions, the coupons, and the sections that the request asks for. `user_id` comes only with `user_id=true`. Store,
 * till, fraud details and transactions come unless their flag is false. With `basic` there are no coupons, and no
 * transactions unless the request asks for them [?]. Points and tier are those of the first programme, or of `program_id`.
 */
export function describeV1({ id, document }: Customer, request: UpstreamRequest): JsonObject {
  const style = styleOf(id);
  const profile = storeProfileOf(document);
  const identifiers = new Map<IdentifierName, string>(identifiersOf(profile).map(({ name, value }) => [name, value]));
  const [programme = {}] = programmesOf(document, request);
  const loyalty = isObject(document.loyaltyInfo) ? document.loyaltyInfo : {};
  const attribution = isObject(profile.attribution) ? profile.attribution : {};
  const isBasic = isAskedFor(request, 'basic');
  const byDefault = (flag: string, value: Json): JsonObject =>
    isAskedFor(request, flag, true) ? { [flag]: value } : {};

  return {
    firstname: profile.firstName ?? '',
    lastname: profile.lastName ?? '',
    mobile: withCountryCode(identifiers.get('mobile') ?? ''),
    email: identifiers.get('email') ?? '',
    external_id: identifiers.get('externalId') ?? '',
    lifetime_points: style.amount(programme.lifetimePoints),
    lifetime_purchases: style.amount(loyalty.lifetimePurchases),
    loyalty_points: style.amount(programme.loyaltyPoints),
    current_slab: programme.currentSlab ?? style.empty,
    registered_on: withoutZone(attribution.createDate),
    updated_on: withoutZone(attribution.modifiedDate),
    type: loyalty.loyaltyType ?? 'loyalty',
    source: 'instore',
    registered_by: document.associatedWith ?? '',
    ...byDefault('registered_store', { code: 'store.demo', name: 'Made-up store' }),
    ...byDefault('registered_till', { code: 'till.demo', name: 'Made-up till' }),
    ...byDefault('fraud_details', { status: 'NONE', marked_by: style.empty, modified_on: style.empty }),
    ...(isAskedFor(request, 'user_id') ? { user_id: id } : {}),
    custom_fields: fieldsOf(id.endsWith('3') ? CUSTOM_FIELDS : undefined, style),
    extended_fields: fieldsOf(document.extendedFields, style),
    ...describeSections(id, document, request, style),
    ...(isAskedFor(request, 'transactions', !isBasic) ? { transactions: transactionsOf(id, request, style) } : {}),
    ...(isBasic ? {} : { coupons: couponsOf(id, request, style) }),
  };
}

/** Only customers with an id that ends in 3 have custom fields. The sample customer is one of them. */
const CUSTOM_FIELDS = { preferred_store: 'Made-up store', newsletter: 'weekly' };

/** v1.1 shows the country code with every mobile [C]. */
function withCountryCode(mobile: string): string {
  return mobile.length === 10 ? `91${mobile}` : mobile;
}

/** `2025-02-28T06:15:10+05:30` as `2025-02-28 06:15:10`: v1.1's dates carry no zone. */
function withoutZone(instant: Json | undefined): string {
  return (textOf(instant) ?? '').replace('T', ' ').replace(/(Z|[+-]\d\d:\d\d)$/, '');
}

function fieldsOf(fields: Json | undefined, style: V1Style): Json {
  if (!isObject(fields) || Object.keys(fields).length === 0) return style.empty;
  return { field: Object.entries(fields).map(([name, value]) => ({ name, value })) };
}
