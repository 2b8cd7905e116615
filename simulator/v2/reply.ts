import {
  isObject,
  type Json,
  type JsonObject,
  objectsOf,
  rawNumber,
  textOf,
} from '../../functions/customer/json/json.ts';
import type { Customer } from '../customers/customer.ts';
import { ANY_SOURCE } from '../customers/sources.ts';
import { fillObject, readDocument } from '../template.ts';

const DATA = readDocument(new URL('data/sections.json.txt', import.meta.url)) as {
  /** The members that an embed or a flag adds to a reply. */
  readonly sections: Readonly<Record<string, JsonObject>>;
  readonly cardLoyaltyDetails: JsonObject;
  readonly renewal: JsonObject;
  readonly groups: readonly JsonObject[];
};

/**
 * A customer in the shape of [S2]'s sample: the base reply, and only the sections that the request asks for. The names
 * of the sections are documented (upstream notes §1). The sample lacks some of them: their content is made up after [S2]'s
 * table if it has one (groupLoyaltyProgramDetails, alternateCurrencyDetails, gapToRenewSummary), and freely if not [?].
 */
export function describeV2({ id, document }: Customer, query: URLSearchParams): JsonObject {
  // The case of embeds varies in the documents (MLP, mlp).
  const embeds = new Set((query.get('embed') ?? '').toLowerCase().split(','));
  const isAsked = (name: string): boolean =>
    name.startsWith('included') ? isFlagSet(query, name) : embeds.has(name.toLowerCase());
  const programmes = objectsOf(document.loyaltyProgramDetails);
  const reply: Record<string, Json> = { ...document };

  reply.loyaltyProgramDetails = programmes.map((programme) => {
    const { upgradeStrategies: _, ...base } = programme;
    return isAsked('mlp') ? { ...base, ...describeGaps(programme, query) } : base;
  });
  if (isAsked('ignoreCardDetails')) delete reply.cardDetails;
  else if (isAsked('cardLoyaltyDetails')) {
    const { cardLoyaltyDetails } = DATA;
    reply.cardDetails = objectsOf(document.cardDetails).map((card) => ({ ...card, cardLoyaltyDetails }));
  }
  for (const [name, section] of Object.entries(DATA.sections)) {
    if (isAsked(name)) Object.assign(reply, fillObject(section, { id, programmes }));
  }
  const source = query.get('source');
  if (source !== ANY_SOURCE && isFlagSet(query, 'includedOnlyCurrentProfile')) {
    reply.profiles = objectsOf(document.profiles).filter((profile) => profile.source === source);
  }
  const groups = groupsAskedFor(query, isAsked('userGroup') || isAsked('includedUserGroup2LoyaltyDetails'));
  if (groups.length > 0) reply.groupLoyaltyProgramDetails = groups;
  return reply;
}

/** The section mlp of a programme: what is missing for the next tier, and to keep this one. */
function describeGaps(programme: JsonObject, query: URLSearchParams): JsonObject {
  const daysToUpgrade = gapOf(query, 'gapToUpgrade') ?? 0;
  const daysToRenew = gapOf(query, 'gapToRenew');
  const upgradeStrategies = objectsOf(programme.upgradeStrategies).map((strategy) => inDays(strategy, daysToUpgrade));
  // "Not shown if the customer is in the base slab." [S2]
  const isBaseSlab = textOf(programme.slabSNo) === '1';
  if (daysToRenew === undefined || isBaseSlab) return { upgradeStrategies };
  const gapToRenew = rawNumber((3750 + daysToRenew).toFixed(1));
  return { upgradeStrategies, gapToRenewSummary: [fillObject(DATA.renewal, { ...programme, gapToRenew })] };
}

/** The gap grows with each day: here by one unit, so that replies differ by the days that the request asks for. */
function inDays(strategy: JsonObject, days: number): JsonObject {
  const values = strategy.customerUpgradeEntityValues;
  if (days === 0 || !isObject(values)) return strategy;
  const gapToUpgrade = rawNumber((Number(textOf(values.gapToUpgrade)) + days).toFixed(1));
  return { ...strategy, customerUpgradeEntityValues: { ...values, gapToUpgrade } };
}

/** The groups that the request asks for: one by its id, all, or the first. */
function groupsAskedFor(query: URLSearchParams, isFirstAsked: boolean): readonly JsonObject[] {
  const id = query.get('userGroup2Id');
  if (id !== null) return DATA.groups.filter(({ groupProgramId }) => textOf(groupProgramId) === id);
  if (isFlagSet(query, 'includedAllUserGroup2')) return DATA.groups;
  return isFirstAsked ? DATA.groups.slice(0, 1) : [];
}

/** Whether a flag is set. */
export function isFlagSet(query: URLSearchParams, name: string): boolean {
  return query.get(name)?.toLowerCase() === 'true';
}

/**
 * The number of days from today for which the request asks a gap. Undefined: there is no such parameter. NaN: it is not
 * a whole number.
 */
export function gapOf(query: URLSearchParams, name: 'gapToUpgrade' | 'gapToRenew'): number | undefined {
  const text = query.get(name) ?? '';
  if (text === '') return undefined;
  return /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
}
