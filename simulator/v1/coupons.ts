import { type Json, objectsOf } from '../../functions/customer/json/json.ts';
import type { UpstreamRequest } from '../request.ts';
import { fill, readDocument } from '../template.ts';
import { isAskedFor, lastValueOf, wholeNumberOf } from './parameters.ts';
import type { V1Style } from './style.ts';

/** The members that coupons can be ordered by [S1]. */
const ORDERS = ['created_date', 'created_by', 'valid_till'] as const;

const { rows = null, coupons = null } = readDocument(new URL('data/coupons.json.txt', import.meta.url));

/**
 * The coupons, filtered, ordered and cut by the coupon parameters. By default all of them, the latest first [S1]. The
 * meaning of `coupon_offer` (0 is any offer), `coupon_org_entity_type` and `coupon_org_entity_value` is a guess: the
 * coupon's `offer_id`, and its issuer [?].
 */
export function couponsOf(customerId: string, request: UpstreamRequest, style: V1Style): Json {
  const value = (name: string): string | undefined => lastValueOf(request, name);
  const order = ORDERS.find((name) => name === value('coupon_order_by')) ?? 'created_date';
  const sign = value('coupon_sort_order')?.toLowerCase() === 'asc' ? 1 : -1;
  const offset = wholeNumberOf(request, 'coupon_offset') ?? 0;
  const limit = wholeNumberOf(request, 'coupon_limit') ?? Number.POSITIVE_INFINITY;
  const offer = wholeNumberOf(request, 'coupon_offer') ?? 0;
  const wanted = [
    ['status', isAskedFor(request, 'coupon_active') ? 'active' : undefined],
    ['status', value('coupon_status')?.toLowerCase()],
    ['offer_id', offer === 0 ? undefined : String(offer)],
    ['org_entity_type', value('coupon_org_entity_type')?.toUpperCase()],
    ['org_entity_value', value('coupon_org_entity_value')],
  ] as const;
  const customer = customerId.slice(-4);
  const found = objectsOf(fill(coupons, { customer, rows: fill(rows, { customer }) }))
    .filter((coupon) => wanted.every(([name, one]) => one === undefined || coupon[name] === one))
    .sort((a, b) => sign * compare(String(a[order]), String(b[order])))
    .slice(offset, offset + limit);
  return found.length === 0 ? style.empty : { coupon: found };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
