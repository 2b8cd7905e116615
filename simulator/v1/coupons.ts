import type { Json, JsonObject } from '../../functions/customer/json/json.ts';
import type { UpstreamRequest } from '../request.ts';
import { readTemplate } from '../template.ts';
import { isAskedFor, lastValueOf, wholeNumberOf } from './parameters.ts';
import type { V1Style } from './style.ts';

const COUPON_COUNT = 12;

/** The members that coupons can be ordered by [S1]. */
const ORDERS = ['created_date', 'created_by', 'valid_till'] as const;

const STATUSES = ['active', 'redeemed', 'expired'];

/** The issuers of the coupons, in turn. */
const ISSUERS = [
  ['TILL', 'till.demo'],
  ['STORE', 'store.demo'],
  ['TILL', 'till.other'],
  ['STORE', 'store.other'],
];

const fillCoupon = readTemplate(new URL('data/coupon.json.txt', import.meta.url));

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
  const limit = wholeNumberOf(request, 'coupon_limit') ?? COUPON_COUNT;
  const offer = wholeNumberOf(request, 'coupon_offer') ?? 0;
  const wanted: Readonly<Record<string, string | undefined>> = {
    status: isAskedFor(request, 'coupon_active') ? 'active' : undefined,
    offer_id: offer === 0 ? undefined : String(offer),
    org_entity_type: value('coupon_org_entity_type')?.toUpperCase(),
    org_entity_value: value('coupon_org_entity_value'),
  };
  const status = value('coupon_status')?.toLowerCase();
  const coupons = Array.from({ length: COUPON_COUNT }, (_, k) => coupon(customerId, k))
    .filter((candidate) => Object.entries(wanted).every(([name, one]) => one === undefined || candidate[name] === one))
    .filter((candidate) => status === undefined || candidate.status === status)
    .sort((a, b) => sign * compare(String(a[order]), String(b[order])))
    .slice(offset, offset + limit);
  return coupons.length === 0 ? style.empty : { coupon: coupons };
}

function coupon(customerId: string, k: number): JsonObject {
  const status = STATUSES[k % STATUSES.length] ?? 'active';
  const [issuerType = '', issuer = ''] = ISSUERS[k % ISSUERS.length] ?? [];
  const customer = customerId.slice(-4);
  return fillCoupon({
    id: String(660_000_000 + k),
    offer: k < COUPON_COUNT / 2 ? '71' : '72',
    customer,
    k: String(k),
    status,
    month: String(k + 1).padStart(2, '0'),
    validMonth: String(COUPON_COUNT - k).padStart(2, '0'),
    issuer,
    issuerType,
    transaction: status === 'redeemed' ? `BILL-${customer}-${k}` : '',
    isRedeemed: String(status === 'redeemed'),
  });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
