import { isObject, type Json, type JsonObject, objectsOf, textOf } from '../../functions/customer/json/json.ts';
import { type Customer, identifiersOf, storeProfileOf } from '../customers/customer.ts';
import type { UpstreamRequest } from '../request.ts';
import { fillObject, readDocument, type Values } from '../template.ts';
import { couponsOf } from './coupons.ts';
import { isAskedFor, lastValueOf, wholeNumberOf } from './parameters.ts';
import { styleOf, type V1Style } from './style.ts';
import { transactionsOf } from './transactions.ts';

const CUSTOMER = readDocument(new URL('data/customer.json.txt', import.meta.url));

/** The sections. Their names and their meaning are documented [S1]. The names inside are made up [?]. */
const SECTIONS = readDocument(new URL('data/sections.json.txt', import.meta.url));

/** Sections with another name than their flag [S1]. */
const FLAG_BY_SECTION: Readonly<Record<string, string>> = { tier_update_criteria: 'tier_upgrade_criteria' };

/** The members of every customer that have a flag, and whether they come without it. */
const FLAGS: Readonly<Record<string, boolean>> = {
  registered_store: true,
  registered_till: true,
  fraud_details: true,
  user_id: false,
};

/** Only customers with an id that ends in 3 have custom fields. The sample customer is one of them. */
const CUSTOM_FIELDS = { preferred_store: 'Made-up store', newsletter: 'weekly' };

/**
 * A customer as v1.1 writes one [S1][P]: the data of the v2 document under v1.1's names and in its style, the latest
 * transactions, the coupons, and the sections that the request asks for. With `basic` there are no coupons, and no
 * transactions unless the request asks for them [?]. Points and tier are those of the first programme. With `program_id`
 * there is that programme only, everywhere in the reply [?].
 */
export function describeV1({ id, document }: Customer, request: UpstreamRequest): JsonObject {
  const style = styleOf(id);
  const isBasic = isAskedFor(request, 'basic');
  const base = Object.entries(CUSTOMER).filter(([name]) => !(name in FLAGS) || isAskedFor(request, name, FLAGS[name]));
  const sections = Object.entries(SECTIONS).filter(([name]) => isAskedFor(request, FLAG_BY_SECTION[name] ?? name));
  return {
    ...fillObject(Object.fromEntries([...base, ...sections]), valuesOf(id, document, request, style)),
    ...(isAskedFor(request, 'transactions', !isBasic) ? { transactions: transactionsOf(id, request, style) } : {}),
    ...(isBasic ? {} : { coupons: couponsOf(id, request, style) }),
  };
}

/**
 * The contents for the gaps of the templates: the members of the v2 document, and the values that v1.1 makes from them.
 */
function valuesOf(id: string, document: JsonObject, request: UpstreamRequest, style: V1Style): Values {
  const profile = storeProfileOf(document);
  const { loyaltyInfo: loyalty, extendedFields, associatedWith } = document;
  const identifiers = Object.fromEntries(identifiersOf(profile).map(({ name, value }) => [name, value]));
  const programId = lastValueOf(request, 'program_id');
  const programmes = objectsOf(document.loyaltyProgramDetails).filter(
    (programme) => programId === undefined || textOf(programme.programId) === programId,
  );
  const [programme = {}] = programmes;
  return {
    currentSlab: style.empty,
    nextSlabSerialNumber: '-1',
    ...programme,
    ...profile,
    ...identifiers,
    loyaltyType: 'loyalty',
    ...(isObject(loyalty) ? loyalty : {}),
    ...(isObject(profile.attribution) ? profile.attribution : {}),
    id,
    associatedWith,
    extendedFields,
    customFields: fieldsOf(id.endsWith('3') ? CUSTOM_FIELDS : undefined, style),
    // v1.1 shows the country code with every mobile [C].
    mobile: (identifiers.mobile ?? '').replace(/^.{10}$/, '91$&'),
    programmes,
    cards: objectsOf(document.cardDetails),
    tierUpgradeCriteria: tierUpgradeCriteriaOf(programme, style),
    gapToUpgrade: gap(request, 'gap_to_upgrade_for', 2750, style),
    gapToRenew: gap(request, 'gap_to_renew_for', 3750, style),
    ...style,
    text: (value) => textOf(value) ?? '',
    fields: (value) => fieldsOf(value, style),
    withoutZone,
  };
}

/** Missing in the highest tier, and for strategies that are based on trackers [S1]. */
function tierUpgradeCriteriaOf(programme: JsonObject, style: V1Style): JsonObject | undefined {
  const strategy = objectsOf(programme.upgradeStrategies).find(({ upgradeBasedOn }) => upgradeBasedOn !== 'TRACKER');
  if (strategy === undefined || (textOf(programme.nextSlab) ?? '') === '') return undefined;
  return { based_on: strategy.upgradeBasedOn ?? '', threshold: style.amount(strategy.upgradeThreshold) };
}

/** The gap grows by one unit a day, as in the v2 reply. Needs `mlp`. */
function gap(request: UpstreamRequest, parameter: string, today: number, style: V1Style): Json | undefined {
  const days = wholeNumberOf(request, parameter);
  return days === undefined ? undefined : style.amount((today + days).toFixed(1));
}

/** `2025-02-28T06:15:10+05:30` as `2025-02-28 06:15:10`: v1.1's dates carry no zone. */
function withoutZone(instant: Json | undefined): string {
  return (textOf(instant) ?? '').replace('T', ' ').replace(/(Z|[+-]\d\d:\d\d)$/, '');
}

function fieldsOf(fields: Json | undefined, style: V1Style): Json {
  if (!isObject(fields) || Object.keys(fields).length === 0) return style.empty;
  return { field: Object.entries(fields).map(([name, value]) => ({ name, value })) };
}
