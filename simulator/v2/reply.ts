import { isObject, type Json, type JsonObject, objectsOf, textOf } from '../../functions/customer/json/json.ts';
import type { Customer } from '../customers/customer.ts';
import { digits, toJsonObject } from '../digits.ts';

/** What was asked for beside the base reply. */
export interface V2Sections {
  /** The values of `embed`, in lower case: their case varies in the documents (MLP, mlp). */
  readonly embeds: ReadonlySet<string>;
  /** Days from today; needs embed=mlp. */
  readonly gapToUpgrade: number | undefined;
  /** Days from today; needs embed=mlp. */
  readonly gapToRenew: number | undefined;
  /** The only source whose profiles are given; undefined: every source. */
  readonly profilesOf: string | undefined;
  readonly isWithNps: boolean;
  readonly isWithFraudDetails: boolean;
  readonly isWithUserGroup2: boolean;
  readonly isWithAllUserGroup2: boolean;
  readonly userGroup2Id: string | undefined;
}

/** What each warning of a partial reply says could not be fetched [P]; which is which is a guess [?]. */
const MISSING_BY_WARNING: Readonly<Record<number, readonly string[]>> = {
  8062: ['pointsSummary', 'loyaltyProgramDetails'],
  8063: ['segments'],
  91001: ['pointsSummary', 'loyaltyProgramDetails'],
  91002: ['segments'],
  91004: ['subscriptionInfo'],
};

/**
 * A customer in the shape of [S2]'s sample: the base reply, and every section that was asked for and no other. The names
 * of the sections are documented (upstream notes §1); what is inside those that the sample lacks is made up after [S2]'s
 * table where it has one (groupLoyaltyProgramDetails, alternateCurrencyDetails, gapToRenewSummary), else freely [?].
 *
 * @param warningCodes the reply's warnings: what they say could not be fetched is left out
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
  if (isAsked('promotionalPoints')) reply.promotionalPoints = programmes.map(describePromotion);
  if (isAsked('expirySchedules')) reply.expirySchedules = programmes.map(describeExpiry);
  if (isAsked('expiredPoints')) reply.expiredPoints = programmes.map(describeExpired);
  if (isAsked('subscriptions')) reply.subscriptionInfo = SUBSCRIPTIONS;
  if (isAsked('segments')) reply.segments = SEGMENTS;
  if (isAsked('alternateCurrencies')) reply.alternateCurrencyDetails = [ALTERNATE_CURRENCY];
  if (isAsked('customerImage')) reply.customerImage = `https://images.example.com/${customer.id}.png`;
  if (isAsked('customerStatus')) reply.customerStatus = CUSTOMER_STATUS;
  if (isAsked('fleetParentDetails')) reply.fleetParentDetails = FLEET_PARENT;
  if (sections.profilesOf !== undefined) {
    reply.profiles = objectsOf(document.profiles).filter(({ source }) => source === sections.profilesOf);
  }
  if (sections.isWithNps) reply.npsDetails = NPS_DETAILS;
  if (sections.isWithFraudDetails) reply.fraudDetails = FRAUD_DETAILS;

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

/** Some of what counts today falls away with each day: here one unit a day, so that replies differ by the days asked. */
function inDays(strategy: JsonObject, days: number): JsonObject {
  const values = isObject(strategy.customerUpgradeEntityValues) ? strategy.customerUpgradeEntityValues : {};
  const gap = Number(textOf(values.gapToUpgrade) ?? 0) + days;
  return { ...strategy, customerUpgradeEntityValues: { ...values, gapToUpgrade: digits(gap.toFixed(1)) } };
}

function renewalIn(programme: JsonObject, days: number): JsonObject {
  return {
    tierExpiryDate: programme.slabExpiryDate ?? null,
    ...toJsonObject({
      renewConfirmed: false,
      renewStrategies: [
        {
          renewBasedOn: 'PURCHASE',
          renewThreshold: digits('5000.0'),
          customerRenewEntityValue: digits('1250.0'),
          customerGapToRenewValue: digits((3750 + days).toFixed(1)),
        },
      ],
    }),
  };
}

function withLoyaltyDetails(card: JsonObject): JsonObject {
  return { ...card, cardLoyaltyDetails: CARD_LOYALTY };
}

function summarizePoints(programme: JsonObject): JsonObject {
  const names = ['programId', 'loyaltyPoints', 'lifetimePoints', 'redeemed', 'expired', 'returned', 'adjusted'];
  return Object.fromEntries(names.map((name) => [name, programme[name] ?? null]));
}

function describePromotion({ programId = null }: JsonObject): JsonObject {
  return {
    programId,
    ...toJsonObject({
      points: digits('25.50'),
      promotionName: 'Made-up promotion',
      expiryDate: '2027-06-30T23:59:59Z',
    }),
  };
}

function describeExpiry({ programId = null }: JsonObject): JsonObject {
  return { programId, ...toJsonObject({ points: digits('12.50'), expiryDate: '2027-03-31T23:59:59Z' }) };
}

function describeExpired({ programId = null }: JsonObject): JsonObject {
  return { programId, ...toJsonObject({ points: digits('7.250'), expiredOn: '2025-03-31T23:59:59Z' }) };
}

/** The groups asked for: the first for userGroup and for the userGroup2 flag, one by its id, or all. */
function askedGroups(sections: V2Sections, isUserGroupAsked: boolean): readonly JsonObject[] {
  if (sections.userGroup2Id !== undefined) return GROUPS.filter((group) => groupIdOf(group) === sections.userGroup2Id);
  if (sections.isWithAllUserGroup2) return GROUPS;
  return sections.isWithUserGroup2 || isUserGroupAsked ? GROUPS.slice(0, 1) : [];
}

function groupIdOf(group: JsonObject): string | undefined {
  return textOf(group.groupProgramId);
}

const GROUPS = [
  toJsonObject({
    groupProgramId: 501,
    title: 'Made-up family',
    description: 'A group programme of the simulator',
    programsList: [{ id: 901, name: 'Made-up rewards', description: 'A programme of the simulator' }],
    lifetimePoints: digits('1500.00'),
    loyaltyPoints: digits('320.50'),
    promisedPoints: digits('10.00'),
    pointsToCurrencyRatio: digits('1.0'),
  }),
  toJsonObject({
    groupProgramId: digits('9007199254740995'),
    title: 'Made-up company',
    description: 'A second group programme',
    programsList: [],
    lifetimePoints: digits('0.000'),
    loyaltyPoints: digits('0.000'),
    promisedPoints: digits('0.000'),
    pointsToCurrencyRatio: digits('0.50'),
  }),
];

const SUBSCRIPTIONS = toJsonObject({
  list: [
    { priority: 'BULK', scope: 'ALL', channel: 'EMAIL', type: 'OPTIN' },
    { priority: 'TRANS', scope: 'ALL', channel: 'SMS', type: 'OPTOUT' },
  ],
}).list as Json;

const SEGMENTS = toJsonObject({ 'made-up-segment': { name: 'made-up-segment', values: ['frequent'] } });

const ALTERNATE_CURRENCY = toJsonObject({
  programId: 901,
  programName: 'Made-up rewards',
  alternateCurrencyData: {
    name: 'Stars',
    earned: digits('40.00'),
    lifetimeEarned: digits('95.00'),
    redeemed: digits('55.00'),
    expired: digits('0.000'),
    returned: digits('0.000'),
    delayedEarned: 0,
    delayedLifetimeEarned: 0,
    delayedReturned: 0,
    delayedExpired: 0,
    totalAvailable: digits('40.00'),
    totalRedeemed: digits('55.00'),
    totalReturned: digits('0.000'),
    totalExpired: digits('0.000'),
  },
});

const CUSTOMER_STATUS = toJsonObject({ currentLabel: 'Active', currentStatus: 'ACTIVE' });
const FLEET_PARENT = toJsonObject({ parentId: digits('9007199254740997'), role: 'CHILD' });
const NPS_DETAILS = toJsonObject({ score: digits('9'), answeredOn: '2026-05-01T09:30:00Z' });
const FRAUD_DETAILS = toJsonObject({ status: 'NOT_FRAUD', reason: '' });
const CARD_LOYALTY = toJsonObject({ loyaltyPoints: digits('15.50'), lifetimePoints: digits('64.00') });
