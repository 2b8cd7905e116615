import type { Json, JsonObject } from '../../functions/customer/json.ts';
import { toJsonObject } from './digits.ts';
import type { Looseness } from './loose-v1.ts';
import { isAskedFor } from './v1-sections.ts';

const TRANSACTION_COUNT = 10;
const COUPON_COUNT = 12;
const TYPES = ['REGULAR', 'REGULAR', 'REGULAR', 'RETURN', 'NOT_INTERESTED'];

/** The latest transactions, at most ten [S1], the latest first; narrowed by the transaction filters. */
export function transactionsOf(customerId: string, query: URLSearchParams, loose: Looseness): Json {
  const type = query.getAll('type').at(-1) ?? 'REGULAR';
  const filters: readonly (readonly [string, string])[] = [
    ['number', 'number'],
    ['store_code', 'store_code'],
    ['till_code', 'till_code'],
    ['amount', 'amount'],
    ['date', 'billing_date'],
  ];
  const transactions = Array.from({ length: 2 * TRANSACTION_COUNT }, (_, k) => transaction(customerId, k, query))
    .filter((candidate) => type === 'ALL' || candidate.type === type)
    .filter((candidate) =>
      filters.every(([parameter, name]) => {
        const wanted = query.getAll(parameter).at(-1);
        const value = String(candidate[name]);
        return wanted === undefined || (name === 'billing_date' ? value.startsWith(wanted) : value === wanted);
      }),
    )
    .slice(0, TRANSACTION_COUNT);
  if (transactions.length === 0) return loose.empty;
  return { total: loose.counter(transactions.length), transaction: transactions };
}

function transaction(customerId: string, k: number, query: URLSearchParams): JsonObject {
  const day = String(28 - k).padStart(2, '0');
  return toJsonObject({
    id: String(880_000_000 + k),
    number: `BILL-${customerId.slice(-4)}-${k}`,
    type: TYPES[k % TYPES.length],
    amount: String(1250 + k * 10),
    outlier_status: 'NORMAL',
    delivery_status: 'DELIVERED',
    notes: '',
    billing_date: `2025-10-${day} 18:05:41`,
    auto_update_time: `2025-10-${day} 18:05:44`,
    gross_amount: `${1300 + k * 10}.00`,
    discount: '50.00',
    store: 'Made-up store',
    store_code: k % 2 === 0 ? 'store.demo' : 'store.other',
    till: 'Made-up till',
    till_code: k % 2 === 0 ? 'till.demo' : 'till.other',
    points: { issued: '12.50', redeemed: '0', returned: '0', expired: '0', expiry_date: '2027-03-31 23:59:59' },
    coupons: { issued: [], redeemed: '' },
    basket_size: '2',
    line_items: { line_item: [lineItem(k, 1), lineItem(k, 2)] },
    custom_fields: { field: [{ name: 'delivery_note', value: 'Made-up street 1, Exampleville' }] },
    extended_fields: { field: [] },
    ...(isAskedFor(query, 'tenders') ? { tenders: { tender: [{ name: 'CARD', value: '1250.00' }] } } : {}),
    ...(isAskedFor(query, 'credit_notes') ? { credit_notes: { credit_note: [] } } : {}),
  });
}

function lineItem(k: number, serial: number): object {
  return {
    serial: String(serial),
    item_code: `ITEM-${k}-${serial}`,
    description: `Made-up article ${serial}`,
    qty: '1',
    rate: '625.00',
    value: '625.00',
    discount_value: '25.00',
    amount: '600.00',
    attributes: { attribute: [{ name: 'colour', value: 'blue' }] },
  };
}

/** The coupons, cut and ordered by the coupon parameters; by default all of them, the latest first [S1]. */
export function couponsOf(customerId: string, query: URLSearchParams, loose: Looseness): Json {
  const value = (name: string): string | undefined => query.getAll(name).at(-1);
  const orderBy = COUPON_ORDERS[value('coupon_order_by') ?? 'created_date'] ?? 'created_date';
  const sign = value('coupon_sort_order')?.toLowerCase() === 'asc' ? 1 : -1;
  const status = value('coupon_status')?.toLowerCase();
  const offset = wholeNumber(value('coupon_offset')) ?? 0;
  const limit = wholeNumber(value('coupon_limit')) ?? COUPON_COUNT;
  const coupons = Array.from({ length: COUPON_COUNT }, (_, k) => coupon(customerId, k))
    .filter((candidate) => status === undefined || candidate.status === status)
    .filter((candidate) => !isAskedFor(query, 'coupon_active') || candidate.status === 'active')
    .sort((a, b) => sign * compare(String(a[orderBy]), String(b[orderBy])))
    .slice(offset, offset + limit);
  return coupons.length === 0 ? loose.empty : { coupon: coupons };
}

const COUPON_ORDERS: Readonly<Record<string, string>> = {
  created_date: 'created_date',
  created_by: 'created_by',
  valid_till: 'valid_till',
};

function coupon(customerId: string, k: number): JsonObject {
  const status = k % 3 === 0 ? 'active' : k % 3 === 1 ? 'redeemed' : 'expired';
  const month = String(k + 1).padStart(2, '0');
  return {
    id: String(660_000_000 + k),
    series_id: '61',
    code: `MADEUP${customerId.slice(-4)}${k}`,
    description: `Made-up coupon ${k}`,
    status,
    created_date: `2025-${month}-03 10:00:00`,
    created_by: k % 2 === 0 ? 'till.demo' : 'till.other',
    valid_till: `2027-${String(12 - k).padStart(2, '0')}-28`,
    transaction_number: status === 'redeemed' ? `BILL-${customerId.slice(-4)}-${k}` : '',
    redeemed: status === 'redeemed' ? 'true' : 'false',
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,6}$/.test(text) ? Number(text) : undefined;
}
