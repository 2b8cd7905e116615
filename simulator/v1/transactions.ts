import type { Json, JsonObject } from '../../functions/customer/json/json.ts';
import { toJsonObject } from '../digits.ts';
import { isAskedFor, lastValueOf, type V1Request } from './request.ts';
import type { Looseness } from './style.ts';
import { extendedFieldsIn } from './transaction-fields.ts';

/** How many a reply carries at most [S1]. */
const REPLY_COUNT = 10;
/** How many a customer has in all, so that ten are left of the type that is the default. */
const HISTORY_COUNT = 24;

/** The types of a customer's transactions in their order, over and over. */
const TYPES = [
  'REGULAR',
  'REGULAR',
  'RETURN',
  'REGULAR',
  'NOT_INTERESTED',
  'REGULAR',
  'REGULAR',
  'MIXED',
  'NOT_INTERESTED_RETURN',
  'REGULAR',
  'NI_MIXED',
  'REGULAR',
] as const;
type Type = (typeof TYPES)[number];

const DEFAULT_TYPE: Type = 'REGULAR';
const ANY_TYPE = 'ALL';

/** Which of a transaction's values each filter is compared with. */
const FILTERS: Readonly<Record<string, string>> = {
  number: 'number',
  store_code: 'store_code',
  till_code: 'till_code',
  amount: 'amount',
};

/**
 * The latest transactions, at most ten [S1], the latest first; narrowed by the transaction filters. Regular ones alone,
 * unless `type` says otherwise. Their extended fields are in the request's language.
 */
export function transactionsOf(customerId: string, request: V1Request, loose: Looseness): Json {
  const type = lastValueOf(request, 'type')?.toUpperCase() ?? DEFAULT_TYPE;
  const date = lastValueOf(request, 'date') ?? '';
  const transactions = Array.from({ length: HISTORY_COUNT }, (_, k) => transaction(customerId, k, request))
    .filter((candidate) => type === ANY_TYPE || candidate.type === type)
    .filter((candidate) => String(candidate.billing_date).startsWith(date))
    .filter((candidate) =>
      Object.entries(FILTERS).every(([parameter, name]) => {
        const wanted = lastValueOf(request, parameter);
        return wanted === undefined || candidate[name] === wanted;
      }),
    )
    .slice(0, REPLY_COUNT);
  if (transactions.length === 0) return loose.empty;
  return { total: loose.counter(transactions.length), transaction: transactions };
}

function transaction(customerId: string, k: number, request: V1Request): JsonObject {
  const day = String(28 - k).padStart(2, '0');
  const type = TYPES[k % TYPES.length] ?? DEFAULT_TYPE;
  return toJsonObject({
    id: String(880_000_000 + k),
    number: `BILL-${customerId.slice(-4)}-${k}`,
    type,
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
    ...linesOf(type, k),
    custom_fields: { field: [{ name: 'delivery_note', value: 'Made-up street 1, Exampleville' }] },
    extended_fields: { field: extendedFieldsIn(request.language, k) },
    ...(isAskedFor(request, 'tenders') ? { tenders: { tender: [{ name: 'CARD', value: '1250.00' }] } } : {}),
    ...(isAskedFor(request, 'credit_notes')
      ? { credit_notes: { credit_note: [{ number: `CN-${k}`, amount: '50.00', notes: '' }] } }
      : {}),
  });
}

/** What was bought or returned; both for a mixed transaction [S1]. The name of what was returned is made up [?]. */
function linesOf(type: Type, k: number): object {
  const lines = { line_items: { line_item: [lineItem(k, 1), lineItem(k, 2)] } };
  switch (type) {
    case 'MIXED':
    case 'NI_MIXED':
      return { ...lines, return_line_items: { line_item: [lineItem(k, 3)] } };
    case 'RETURN':
    case 'NOT_INTERESTED_RETURN':
      return { return_type: 'LINE_ITEM', return_line_items: lines.line_items };
    default:
      return lines;
  }
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
