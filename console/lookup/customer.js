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
 * @property {readonly string[]} warnings
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
  return {
    id: text(reply.id),
    name: nameOf(text(profile?.firstName), text(profile?.lastName)),
    programmes: objects(reply.loyaltyProgramDetails).map((programme) => ({
      title: text(programme.programTitle) || 'Loyalty programme',
      points: text(programme.loyaltyPoints ?? programme.totalAvailablePoints),
      tier: text(programme.currentSlab),
      tierExpiry: text(programme.slabExpiryDate),
      nextTier: text(programme.nextSlab),
    })),
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
    warnings: objects(reply.warnings).map(({ code, message }) => text(message) || `Warning ${text(code)}`),
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

/** @param {string} first @param {string} last */
export function nameOf(first, last) {
  return [first, last].filter((part) => part !== '').join(' ');
}

/** @param {unknown} value @returns {any[]} */
export function objects(value) {
  const list = Array.isArray(value) ? value : [value];
  return list.filter((each) => typeof each === 'object' && each !== null && !Array.isArray(each));
}

/** @param {unknown} value */
export function text(value) {
  return typeof value === 'string' ? value : typeof value === 'boolean' ? String(value) : '';
}

/** Whether v1.1 says yes: it writes booleans as texts, in any letter case, and as `1`. @param {unknown} value */
export function isTrue(value) {
  return ['true', '1'].includes(String(value).toLowerCase());
}
