import { isTrue, objects, text } from './loose.js';
import { readWarnings } from './warnings.js';

/**
 * A customer as a till shows one. Numbers are texts that keep their digits.
 *
 * @typedef {object} CustomerCard
 * @property {string} id
 * @property {string} name empty: Capillary gives none
 * @property {readonly Programme[]} programmes
 * @property {readonly Card[]} cards
 * @property {readonly Coupon[] | undefined} coupons undefined: they were not asked for, or cannot be had
 * @property {readonly {type: string, value: string}[]} identifiers
 * @property {readonly string[]} warnings the words of the API, each once
 * @property {import('./warnings.js').Part | undefined} missing the part that the reply lacks, and says so in a warning
 *
 * @typedef {object} Programme
 * @property {string} title
 * @property {string} points
 * @property {string} tier
 * @property {string} tierExpiry empty: not known
 * @property {string} nextTier empty: none, or not known
 *
 * @typedef {{number: string, series: string, status: string, isActive: boolean, expiry: string}} Card
 * @typedef {{code: string, description: string, status: string, isActive: boolean, expiry: string}} Coupon
 */

/**
 * The customer of a reply of v2; undefined if there is none in it.
 *
 * @param {any} reply
 * @returns {CustomerCard | undefined}
 */
export function readCustomer(reply) {
  if (reply?.id === undefined) return undefined;
  const [profile] = objects(reply.profiles);
  const name = nameOf(text(profile?.firstName), text(profile?.lastName));
  const programmes = objects(reply.loyaltyProgramDetails).map((programme) => ({
    title: text(programme.programTitle) || 'Loyalty programme',
    points: text(programme.loyaltyPoints ?? programme.totalAvailablePoints),
    tier: text(programme.currentSlab),
    tierExpiry: text(programme.slabExpiryDate),
    nextTier: text(programme.nextSlab),
  }));
  return {
    id: text(reply.id),
    name,
    programmes,
    cards: objects(reply.cardDetails).map((card) => ({
      number: text(card.cardNumber),
      series: text(card.seriesName),
      status: text(card.statusInfo?.label ?? card.statusInfo?.status),
      isActive: card.statusInfo?.isActive === true,
      expiry: text(card.expiryDate),
    })),
    coupons: Array.isArray(reply.coupons) ? objects(reply.coupons).map(readCoupon) : undefined,
    identifiers: objects(reply.profiles)
      .flatMap(({ identifiers }) => objects(identifiers))
      .map(({ type, value }) => ({ type: text(type), value: text(value) })),
    ...readWarnings(reply.warnings, { name, programmes }),
  };
}

/** @param {any} coupon @returns {Coupon} */
export function readCoupon(coupon) {
  const status = text(coupon.status) || (isTrue(coupon.redeemed) ? 'redeemed' : 'active');
  return {
    code: text(coupon.code),
    description: text(coupon.description),
    status,
    isActive: status.toLowerCase() === 'active',
    expiry: text(coupon.valid_till),
  };
}

/**
 * The name as the page shows it. That a reply lacks the profile does not mean that the customer has no name.
 *
 * @param {Pick<CustomerCard, 'name' | 'missing'>} customer
 */
export function shownName({ name, missing }) {
  return name || (missing === 'profile' ? 'Name missing' : 'No name');
}

/** @param {string} first @param {string} last */
export function nameOf(first, last) {
  return [first, last].filter((part) => part !== '').join(' ');
}
