/**
 * The extra parts of a v2 reply that a caller may ask for with `embed`, and the sections of the reply that they bring.
 * Source: upstream notes §1 ([S2] request table). A section that is undocumented there is not in this list.
 */
const SECTIONS_BY_EMBED = {
  alternateCurrencies: ['alternateCurrencyDetails'],
  cardLoyaltyDetails: ['cardDetails'],
  customerImage: [],
  customerStatus: [],
  expiredPoints: [],
  expirySchedules: ['expirySchedules'],
  fleetParentDetails: [],
  ignoreCardDetails: [],
  mlp: ['loyaltyProgramDetails'],
  points: ['pointsSummary'],
  promotionalPoints: ['promotionalPoints'],
  segments: ['segments'],
  subscriptions: ['subscriptionInfo'],
  userGroup: ['groupLoyaltyProgramDetails'],
} as const satisfies Record<string, readonly string[]>;

/** One value of `embed`, in the documented spelling. */
export type Embed = keyof typeof SECTIONS_BY_EMBED;

/** Every documented value of `embed`, sorted. */
export const EMBEDS = Object.keys(SECTIONS_BY_EMBED).sort() as readonly Embed[];

/** The section that `userGroup` and the userGroup2 flags bring. */
export const USER_GROUP_SECTION = 'groupLoyaltyProgramDetails';

const EMBED_BY_LOWER_CASE = new Map(EMBEDS.map((embed) => [embed.toLowerCase(), embed]));

/** The documented spelling of an embed, in any letter case; undefined if there is no such embed. */
export function toEmbed(text: string): Embed | undefined {
  return EMBED_BY_LOWER_CASE.get(text.toLowerCase());
}

/** The same embeds, each once and sorted. They make the key and go upstream in this order. */
export function sortEmbeds(embeds: Iterable<Embed>): readonly Embed[] {
  return [...new Set(embeds)].sort();
}

/** The top-level names of the reply that these embeds bring, as far as they are documented. */
export function sectionsOfEmbeds(embeds: readonly Embed[]): readonly string[] {
  return embeds.flatMap((embed) => SECTIONS_BY_EMBED[embed]);
}
