import { nameOf, readCoupon } from './customer.js';
import { isTrue, objects, text } from './loose.js';
import { readWarnings } from './warnings.js';

/**
 * The customer of a reply of v1.1, in any of its shapes; undefined if there is none in it.
 *
 * @param {any} reply
 * @returns {import('./customer.js').CustomerCard | undefined}
 */
export function readCustomerV1(reply) {
  const customer = customerIn(reply);
  if (customer === undefined) return undefined;
  const identifiers = ['mobile', 'email', 'external_id'].map((type) => ({ type, value: text(customer[type]) }));
  const name = nameOf(text(customer.firstname), text(customer.lastname));
  const programme = {
    title: 'Loyalty programme',
    points: text(customer.loyalty_points),
    tier: text(customer.current_slab),
    tierExpiry: text(customer.slab_expiry_date),
    nextTier: '',
  };
  return {
    id: text(customer.user_id),
    name,
    programmes: [programme],
    cards: [],
    coupons: customer.coupons === undefined ? undefined : objects(customer.coupons?.coupon).map(readCoupon),
    identifiers: identifiers.filter(({ value }) => value !== ''),
    ...readWarnings(customer.item_status?.warnings, { name, programmes: [programme] }),
  };
}

/**
 * The failure in the reply; undefined if there is none.
 *
 * @param {any} reply
 * @returns {{code: string, message: string} | undefined}
 */
export function statusOfV1(reply) {
  const errors = Array.isArray(reply?.errors) ? reply.errors : [];
  const { status } = reply?.response ?? reply ?? {};
  const said = [customerIn(reply)?.item_status, ...errors, status].find(
    (each) => each?.success !== undefined && !isTrue(each.success),
  );
  const failure = said ?? errors[0];
  return failure && { code: text(failure.code), message: text(failure.message) };
}

/** @param {any} reply */
function customerIn(reply) {
  const { customers } = reply?.response ?? reply ?? {};
  const [customer] = objects(Array.isArray(customers) ? customers : customers?.customer);
  return customer;
}
