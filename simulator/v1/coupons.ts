import type { Json, JsonObject } from '../../functions/customer/json/json.ts';
import { isAskedFor, lastValueOf, type V1Request } from './request.ts';
import type { Looseness } from './style.ts';

const COUPON_COUNT = 12;

/** What the coupons can be ordered by [S1]. */
const ORDERS = ['created_date', 'created_by', 'valid_till'] as const;

/** Who issued the coupons, in turn. */
const ISSUERS = [
  { type: 'TILL', value: 'till.demo' },
  { type: 'STORE', value: 'store.demo' },
  { type: 'TILL', value: 'till.other' },
  { type: 'STORE', value: 'store.other' },
] as const;

/**
 * The coupons, narrowed, ordered and cut by the coupon parameters; by default all of them, the latest first [S1]. What
 * `coupon_offer` (0 is any offer), `coupon_org_entity_type` and `coupon_org_entity_value` mean is a guess: the coupon's
 * `offer_id`, and who issued it [?].
 */
export function couponsOf(customerId: string, request: V1Request, loose: Looseness): Json {
  const value = (name: string): string | undefined => lastValueOf(request, name);
  const order = ORDERS.find((name) => name === value('coupon_order_by')) ?? 'created_date';
  const sign = value('coupon_sort_order')?.toLowerCase() === 'asc' ? 1 : -1;
  const offset = wholeNumber(value('coupon_offset')) ?? 0;
  const limit = wholeNumber(value('coupon_limit')) ?? COUPON_COUNT;
  const offer = wholeNumber(value('coupon_offer')) ?? 0;
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
  return coupons.length === 0 ? loose.empty : { coupon: coupons };
}

function coupon(customerId: string, k: number): JsonObject {
  const status = k % 3 === 0 ? 'active' : k % 3 === 1 ? 'redeemed' : 'expired';
  const month = String(k + 1).padStart(2, '0');
  const issuer = ISSUERS[k % ISSUERS.length] ?? ISSUERS[0];
  return {
    id: String(660_000_000 + k),
    series_id: '61',
    offer_id: k < COUPON_COUNT / 2 ? '71' : '72',
    code: `MADEUP${customerId.slice(-4)}${k}`,
    description: `Made-up coupon ${k}`,
    status,
    created_date: `2025-${month}-03 10:00:00`,
    created_by: issuer.value,
    org_entity_type: issuer.type,
    org_entity_value: issuer.value,
    valid_till: `2027-${String(12 - k).padStart(2, '0')}-28`,
    transaction_number: status === 'redeemed' ? `BILL-${customerId.slice(-4)}-${k}` : '',
    redeemed: status === 'redeemed' ? 'true' : 'false',
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}
