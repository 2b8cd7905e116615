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
import { readTemplate } from '../template.ts';
import type { Notice } from '../upstream-errors.ts';
import { gapOf, isFlagSet } from './query.ts';

/** The parts that a warning of a partial reply says could not be fetched [P]. The assignment is a guess [?]. */
const MISSING_BY_WARNING: Readonly<Record<number, readonly string[]>> = {
  8062: ['pointsSummary', 'loyaltyProgramDetails'],
  8063: ['segments'],
  91001: ['pointsSummary', 'loyaltyProgramDetails'],
  91002: ['segments'],
  91004: ['subscriptionInfo'],
};

/**
 * A customer in the shape of [S2]'s sample: the base reply, and only the sections that the request asks for. The names
 * of the sections are documented (upstream notes §1). The sample lacks some of them: their content is made up after [S2]'s
 * table if it has one (groupLoyaltyProgramDetails, alternateCurrencyDetails, gapToRenewSummary), and freely if not [?].
 *
 * @param warnings the reply's warnings; the reply lacks the parts that they name
 */
export function describeV2(
  { id, document }: Customer,
  query: URLSearchParams,
  warnings: readonly Notice[],
): JsonObject {
  // The case of embeds varies in the documents (MLP, mlp).
  const embeds = new Set((query.get('embed') ?? '').toLowerCase().split(','));
  const isAsked = (embed: string): boolean => embeds.has(embed.toLowerCase());
  const programmes = objectsOf(document.loyaltyProgramDetails);
  const reply: Record<string, Json> = { ...document };

  reply.loyaltyProgramDetails = programmes.map((programme) => {
    const { upgradeStrategies: _, ...base } = programme;
    return isAsked('mlp') ? { ...base, ...describeGaps(programme, query) } : base;
  });
  if (isAsked('ignoreCardDetails')) delete reply.cardDetails;
  else if (isAsked('cardLoyaltyDetails')) {
    const cardLoyaltyDetails = OTHERS.cardLoyaltyDetails ?? null;
    reply.cardDetails = objectsOf(document.cardDetails).map((card) => ({ ...card, cardLoyaltyDetails }));
  }

  if (isAsked('points')) reply.pointsSummary = programmes.map(summarizePoints);
  const { ofEachProgramme, byEmbed } = readSections({ id });
  for (const [embed, section] of entriesOf(ofEachProgramme).filter(([embed]) => isAsked(embed))) {
    reply[embed] = programmes.map(({ programId = null }) => ({ programId, ...section }));
  }
  for (const [, members] of entriesOf(byEmbed).filter(([embed]) => isAsked(embed))) Object.assign(reply, members);
  const source = query.get('source');
  if (source !== ANY_SOURCE && isFlagSet(query, 'includedOnlyCurrentProfile')) {
    reply.profiles = objectsOf(document.profiles).filter((profile) => profile.source === source);
  }
  if (isFlagSet(query, 'includedNPS')) reply.npsDetails = OTHERS.npsDetails ?? null;
  if (isFlagSet(query, 'includedFraudDetails')) reply.fraudDetails = OTHERS.fraudDetails ?? null;

  const groups = groupsAskedFor(query, isAsked('userGroup'));
  if (groups.length > 0) reply.groupLoyaltyProgramDetails = groups;

  for (const { code } of warnings) for (const name of MISSING_BY_WARNING[code] ?? []) delete reply[name];
  return reply;
}

/** The section mlp of a programme: what is missing for the next tier, and to keep this one. */
function describeGaps(programme: JsonObject, query: URLSearchParams): JsonObject {
  const gapToUpgrade = gapOf(query, 'gapToUpgrade');
  const gapToRenew = gapOf(query, 'gapToRenew');
  const strategies = objectsOf(programme.upgradeStrategies);
  const upgradeStrategies =
    gapToUpgrade === undefined ? strategies : strategies.map((strategy) => inDays(strategy, gapToUpgrade));
  // "Not shown if the customer is in the base slab." [S2]
  const isBaseSlab = textOf(programme.slabSNo) === '1';
  if (gapToRenew === undefined || isBaseSlab) return { upgradeStrategies };
  return { upgradeStrategies, gapToRenewSummary: [renewalIn(programme, gapToRenew)] };
}

/** The gap grows with each day: here by one unit, so that replies differ by the days that the request asks for. */
function inDays(strategy: JsonObject, days: number): JsonObject {
  const values = isObject(strategy.customerUpgradeEntityValues) ? strategy.customerUpgradeEntityValues : {};
  const gap = Number(textOf(values.gapToUpgrade) ?? 0) + days;
  return { ...strategy, customerUpgradeEntityValues: { ...values, gapToUpgrade: rawNumber(gap.toFixed(1)) } };
}

function renewalIn(programme: JsonObject, days: number): JsonObject {
  const strategy = OTHERS.renewStrategy as JsonObject;
  return {
    tierExpiryDate: programme.slabExpiryDate ?? null,
    renewConfirmed: false,
    renewStrategies: [{ ...strategy, customerGapToRenewValue: rawNumber((3750 + days).toFixed(1)) }],
  };
}

function summarizePoints(programme: JsonObject): JsonObject {
  const names = ['programId', 'loyaltyPoints', 'lifetimePoints', 'redeemed', 'expired', 'returned', 'adjusted'];
  return Object.fromEntries(names.map((name) => [name, programme[name] ?? null]));
}

/** The groups that the request asks for: the first for userGroup and for the userGroup2 flag, one by its id, or all. */
function groupsAskedFor(query: URLSearchParams, isUserGroupAsked: boolean): readonly JsonObject[] {
  const id = query.get('userGroup2Id');
  if (id !== null) return GROUPS.filter(({ groupProgramId }) => textOf(groupProgramId) === id);
  if (isFlagSet(query, 'includedAllUserGroup2')) return GROUPS;
  return isUserGroupAsked || isFlagSet(query, 'includedUserGroup2LoyaltyDetails') ? GROUPS.slice(0, 1) : [];
}

/** The sections with the same content for every customer. */
const readSections = readTemplate(new URL('data/sections.json.txt', import.meta.url));
const OTHERS = readSections({ id: '0' });
const GROUPS = objectsOf(OTHERS.groups);

function entriesOf(sections: Json | undefined): [string, JsonObject][] {
  return Object.entries(sections as Readonly<Record<string, JsonObject>>);
}
