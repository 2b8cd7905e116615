import { type Json, type JsonObject, objectsOf } from '../../functions/customer/json/json.ts';
import type { UpstreamRequest } from '../request.ts';
import { readTemplate } from '../template.ts';
import { isAskedFor, lastValueOf } from './parameters.ts';
import type { V1Style } from './style.ts';

/** The most transactions in a reply [S1]. */
const REPLY_COUNT = 10;
/** How many transactions a customer has. Ten of them are of the default type. */
const HISTORY_COUNT = 24;

const R = 'REGULAR';
/** The types of a customer's transactions in their order, over and over. */
const TYPES = [R, R, 'RETURN', R, 'NOT_INTERESTED', R, R, 'MIXED', 'NOT_INTERESTED_RETURN', R, 'NI_MIXED', R];
/** A mixed transaction holds what was bought and what was returned [S1]. A return holds only the latter. */
const MIXED = ['MIXED', 'NI_MIXED'];
const RETURNED = ['RETURN', 'NOT_INTERESTED_RETURN'];

/** The parameters that are compared with the value of the same name. */
const FILTERS = ['number', 'store_code', 'till_code', 'amount'];

const fillTransaction = readTemplate(new URL('data/transaction.json.txt', import.meta.url));

/**
 * The latest transactions, at most ten [S1], the latest first, after the transaction filters. Without `type` there are only
 * regular ones.
 */
export function transactionsOf(customerId: string, request: UpstreamRequest, style: V1Style): Json {
  const type = lastValueOf(request, 'type')?.toUpperCase() ?? R;
  const date = lastValueOf(request, 'date') ?? '';
  const transactions = Array.from({ length: HISTORY_COUNT }, (_, k) => transaction(customerId, k, request))
    .filter((candidate) => type === 'ALL' || candidate.type === type)
    .filter((candidate) => String(candidate.billing_date).startsWith(date))
    .filter((candidate) => FILTERS.every((name) => [undefined, candidate[name]].includes(lastValueOf(request, name))))
    .slice(0, REPLY_COUNT);
  if (transactions.length === 0) return style.empty;
  return { total: style.counter(transactions.length), transaction: transactions };
}

function transaction(customerId: string, k: number, request: UpstreamRequest): JsonObject {
  const type = TYPES[k % TYPES.length] ?? R;
  const { items, custom_fields, extended_fields, tenders, credit_notes, ...rest } = fillTransaction({
    id: String(880_000_000 + k),
    customer: customerId.slice(-4),
    k: String(k),
    type,
    amount: String(1250 + k * 10),
    grossAmount: `${1300 + k * 10}.00`,
    day: String(28 - k).padStart(2, '0'),
    place: k % 2 === 0 ? 'demo' : 'other',
    language: languageOf(request),
  });
  return {
    ...rest,
    ...linesOf(type, objectsOf(items)),
    custom_fields: custom_fields ?? null,
    // Two fields for every second transaction, one for the others.
    extended_fields: { field: objectsOf((extended_fields as JsonObject).field).slice(0, k % 2 === 0 ? 2 : 1) },
    ...(isAskedFor(request, 'tenders') ? { tenders: tenders ?? null } : {}),
    ...(isAskedFor(request, 'credit_notes') ? { credit_notes: credit_notes ?? null } : {}),
  };
}

/** What was bought or returned. The name of the part that was returned is made up [?]. */
function linesOf(type: string, [first = {}, second = {}, third = {}]: readonly JsonObject[]): JsonObject {
  const bought = { line_item: [first, second] };
  if (RETURNED.includes(type)) return { return_type: 'LINE_ITEM', return_line_items: bought };
  return { line_items: bought, ...(MIXED.includes(type) ? { return_line_items: { line_item: [third] } } : {}) };
}

/**
 * How the request's language shows in the labels of extended fields, for example ` (zh)`. English shows nothing. A region
 * (`zh-CN`) and letter case make no difference [?].
 */
function languageOf({ headers }: UpstreamRequest): string {
  const [, code = 'en'] = /^\s*([a-z]+)/i.exec(String(headers.language ?? '')) ?? [];
  return code.toLowerCase() === 'en' ? '' : ` (${code.toLowerCase()})`;
}
