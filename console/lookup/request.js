import { shellWord } from '../shell-word.js';

/**
 * The cashier's input, and the options of the look-up.
 *
 * @typedef {object} Asked
 * @property {'v2' | 'v1.1'} api
 * @property {string} identifierName v2's name of it
 * @property {string} identifierValue
 * @property {string} source v2 only
 * @property {string} accountId v2 only; empty: none
 * @property {boolean} hasCoupons whether the coupons are asked for too
 * @property {string} cacheControl empty: as the service decides
 * @property {string} apiKey empty: none
 */

/** v1.1's names of v2's identifiers. @type {Readonly<Record<string, string>>} */
const V1_NAMES = {
  mobile: 'mobile',
  email: 'email',
  externalId: 'external_id',
  cardnumber: 'card_number',
  cardExternalId: 'card_external_id',
  id: 'id',
};

/**
 * The path and query of a look-up.
 *
 * @param {Asked} asked
 */
export function pathOf({ api, identifierName, identifierValue, source, accountId, hasCoupons }) {
  const query =
    api === 'v2'
      ? new URLSearchParams({
          source,
          ...(accountId === '' ? {} : { accountId }),
          identifierName,
          identifierValue,
          ...(hasCoupons ? { embed: 'coupons' } : {}),
        })
      : new URLSearchParams({
          [V1_NAMES[identifierName] ?? identifierName]: identifierValue,
          ...couponsV1(hasCoupons),
        });
  return `${api === 'v2' ? '/v2/customers/lookup/customerDetails' : '/v1.1/customer/get'}?${query}`;
}

/**
 * The parameters with which a look-up by v1.1 asks for coupons. They are those of a v2 look-up whose reply coupons
 * join, so both look-ups share one entry.
 *
 * @param {boolean} hasCoupons
 */
function couponsV1(hasCoupons) {
  return hasCoupons ? { coupon_order_by: 'created_date' } : {};
}

/**
 * The headers of a look-up.
 *
 * @param {Asked} asked
 * @returns {Record<string, string>}
 */
export function headersOf({ cacheControl, apiKey }) {
  return {
    ...(cacheControl === '' ? {} : { 'Cache-Control': cacheControl }),
    ...(apiKey === '' ? {} : { 'x-api-key': apiKey }),
  };
}

/**
 * The look-up as a command that a shell runs as it is.
 *
 * @param {string} origin
 * @param {Asked} asked
 */
export function curlOf(origin, asked) {
  const headers = Object.entries(headersOf(asked)).map(([name, value]) => ` -H ${shellWord(`${name}: ${value}`)}`);
  return `curl -i${headers.join('')} ${shellWord(`${origin}${pathOf(asked)}`)}`;
}
