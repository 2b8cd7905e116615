import type { Json, JsonObject } from '../../functions/customer/json/json.ts';
import type { UpstreamRequest } from '../request.ts';
import { fillObject, readDocument, without } from '../template.ts';
import { isAskedFor, lastValueOf } from './parameters.ts';
import type { V1Style } from './style.ts';

/** The most transactions in a reply [S1]. */
const REPLY_COUNT = 10;

/** The parameters that are compared with the value of the same name. */
const FILTERS = ['number', 'store_code', 'till_code', 'amount'];

const DATA = readDocument(new URL('data/transactions.json.txt', import.meta.url)) as {
  /** The members that a type of transaction lacks: a mixed one holds what was bought and what was returned [S1]. */
  readonly missing: Readonly<Record<string, readonly string[]>>;
  readonly history: readonly JsonObject[];
  readonly transaction: JsonObject;
};

/**
 * The latest transactions, at most ten [S1], the latest first, after the transaction filters. Without `type` there are only
 * regular ones.
 */
export function transactionsOf(customerId: string, request: UpstreamRequest, style: V1Style): Json {
  const wanted = lastValueOf(request, 'type')?.toUpperCase() ?? 'REGULAR';
  const date = lastValueOf(request, 'date') ?? '';
  const values = { customer: customerId.slice(-4), language: languageOf(request) };
  const unasked = ['tenders', 'credit_notes'].filter((name) => !isAskedFor(request, name));
  const transactions = DATA.history
    .filter(({ type }) => wanted === 'ALL' || type === wanted)
    .map((facts) => fillObject(DATA.transaction, { ...facts, ...values }))
    .filter((candidate) => String(candidate.billing_date).startsWith(date))
    .filter((candidate) => FILTERS.every((name) => [undefined, candidate[name]].includes(lastValueOf(request, name))))
    .slice(0, REPLY_COUNT)
    .map((candidate) => without(candidate, [...unasked, ...(DATA.missing[String(candidate.type)] ?? [])]));
  if (transactions.length === 0) return style.empty;
  return { total: style.counter(transactions.length), transaction: transactions };
}

/**
 * How the request's language shows in the labels of extended fields, for example ` (zh)`. English shows nothing. A region
 * (`zh-CN`) and letter case make no difference [?].
 */
function languageOf({ headers }: UpstreamRequest): string {
  const [, code = 'en'] = /^\s*([a-z]+)/i.exec(String(headers.language ?? '')) ?? [];
  return code.toLowerCase() === 'en' ? '' : ` (${code.toLowerCase()})`;
}
