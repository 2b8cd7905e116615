import { isObject, type Json, type JsonObject, objectsOf, textOf } from '../../functions/customer/json/json.ts';
import type { Customer } from '../customers/customer.ts';
import { digits } from '../digits.ts';
import { readTemplate } from '../template.ts';

/** The sections that a request asks for beside the base reply. */
export interface V2Sections {
  /** The values of `embed`, in lower case: their case varies in the documents (MLP, mlp). */
  readonly embeds: ReadonlySet<string>;
  /** Days from today; needs embed=mlp. */
  readonly gapToUpgrade: number | undefined;
  /** Days from today; needs embed=mlp. */
  readonly gapToRenew: number | undefined;
  /** The only source of the profiles in the reply; undefined: every source. */
  readonly profilesOf: string | undefined;
  readonly isWithNps: boolean;
  readonly isWithFraudDetails: boolean;
  readonly isWithUserGroup2: boolean;
  readonly isWithAllUserGroup2: boolean;
  readonly userGroup2Id: string | undefined;
}

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
 * @param warningCodes the reply's warnings; the reply lacks the parts that they name
 */
export function describeV2(customer: Customer, sections: V2Sections, warningCodes: readonly number[]): JsonObject {
  const { document } = customer;
  const isAsked = (embed: string): boolean => sections.embeds.has(embed.toLowerCase());
  const programmes = objectsOf(document.loyaltyProgramDetails);
  const reply: Record<string, Json> = { ...document };

  reply.loyaltyProgramDetails = programmes.map((programme) => describeProgramme(programme, sections));
  if (isAsked('ignoreCardDetails')) delete reply.cardDetails;
  else if (isAsked('cardLoyaltyDetails')) reply.cardDetails = objectsOf(document.cardDetails).map(withLoyaltyDetails);

  if (isAsked('points')) reply.pointsSummary = programmes.map(summarizePoints);
  const { ofEachProgramme, byEmbed } = readSections({ id: customer.id });
  for (const [embed, section] of entriesOf(ofEachProgramme).filter(([embed]) => isAsked(embed))) {
    reply[embed] = programmes.map(({ programId = null }) => ({ programId, ...section }));
  }
  for (const [, members] of entriesOf(byEmbed).filter(([embed]) => isAsked(embed))) Object.assign(reply, members);
  if (sections.profilesOf !== undefined) {
    reply.profiles = objectsOf(document.profiles).filter(({ source }) => source === sections.profilesOf);
  }
  if (sections.isWithNps) reply.npsDetails = OTHERS.npsDetails ?? null;
  if (sections.isWithFraudDetails) reply.fraudDetails = OTHERS.fraudDetails ?? null;

  const groups = askedGroups(sections, isAsked('userGroup'));
  if (groups.length > 0) reply.groupLoyaltyProgramDetails = groups;

  for (const code of warningCodes) for (const name of MISSING_BY_WARNING[code] ?? []) delete reply[name];
  return reply;
}

function describeProgramme(programme: JsonObject, sections: V2Sections): JsonObject {
  const { upgradeStrategies, ...base } = programme;
  if (!sections.embeds.has('mlp')) return base;
  const { gapToUpgrade, gapToRenew } = sections;
  const strategies = objectsOf(upgradeStrategies).map((strategy) =>
    gapToUpgrade === undefined ? strategy : inDays(strategy, gapToUpgrade),
  );
  const isBaseSlab = textOf(programme.slabSNo) === '1';
  // "Not shown if the customer is in the base slab." [S2]
  const renewal =
    gapToRenew === undefined || isBaseSlab ? {} : { gapToRenewSummary: [renewalIn(programme, gapToRenew)] };
  return { ...base, upgradeStrategies: strategies, ...renewal };
}

/** The gap grows with each day: here by one unit, so that replies differ by the days that the request asks for. */
function inDays(strategy: JsonObject, days: number): JsonObject {
  const values = isObject(strategy.customerUpgradeEntityValues) ? strategy.customerUpgradeEntityValues : {};
  const gap = Number(textOf(values.gapToUpgrade) ?? 0) + days;
  return { ...strategy, customerUpgradeEntityValues: { ...values, gapToUpgrade: digits(gap.toFixed(1)) } };
}

function renewalIn(programme: JsonObject, days: number): JsonObject {
  const strategy = OTHERS.renewStrategy as JsonObject;
  return {
    tierExpiryDate: programme.slabExpiryDate ?? null,
    renewConfirmed: false,
    renewStrategies: [{ ...strategy, customerGapToRenewValue: digits((3750 + days).toFixed(1)) }],
  };
}

function withLoyaltyDetails(card: JsonObject): JsonObject {
  return { ...card, cardLoyaltyDetails: OTHERS.cardLoyaltyDetails ?? null };
}

function summarizePoints(programme: JsonObject): JsonObject {
  const names = ['programId', 'loyaltyPoints', 'lifetimePoints', 'redeemed', 'expired', 'returned', 'adjusted'];
  return Object.fromEntries(names.map((name) => [name, programme[name] ?? null]));
}

/** The groups that the request asks for: the first for userGroup and for the userGroup2 flag, one by its id, or all. */
function askedGroups(sections: V2Sections, isUserGroupAsked: boolean): readonly JsonObject[] {
  if (sections.userGroup2Id !== undefined) return GROUPS.filter((group) => groupIdOf(group) === sections.userGroup2Id);
  if (sections.isWithAllUserGroup2) return GROUPS;
  return sections.isWithUserGroup2 || isUserGroupAsked ? GROUPS.slice(0, 1) : [];
}

function groupIdOf(group: JsonObject): string | undefined {
  return textOf(group.groupProgramId);
}

/** The sections with the same content for every customer. */
const readSections = readTemplate(new URL('data/sections.json.txt', import.meta.url));
const OTHERS = readSections({ id: '0' });
const GROUPS = objectsOf(OTHERS.groups);

function entriesOf(sections: Json | undefined): [string, JsonObject][] {
  return Object.entries(sections as Readonly<Record<string, JsonObject>>);
}
