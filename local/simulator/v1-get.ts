import type { Json, JsonObject } from '../../functions/customer/json.ts';
import type { IdentifierName } from './identifiers.ts';
import { loosenessOf } from './loose-v1.ts';
import type { MadeUpAnswer } from './made-up-errors.ts';
import { INSTORE } from './sources.ts';
import { type Notice, notice } from './upstream-errors.ts';
import { type Outcome, type SearchRules, search } from './upstream-search.ts';
import { describeV1 } from './v1-customer.ts';
import { writeXml } from './xml.ts';

/** The answer to a get, before the HTTP status of an error body is put to it. */
export type V1Answer =
  | { readonly kind: 'json'; readonly isError: boolean; readonly body: JsonObject }
  | { readonly kind: 'xml'; readonly isError: boolean; readonly body: string }
  | { readonly kind: 'made-up'; readonly answer: MadeUpAnswer };

/** The shape of the whole reply: several are met [C]. */
export interface V1Shape {
  /** Whether everything stands in `response`. */
  readonly isWrapped: boolean;
  /** Whether `customer` is one object where there is one customer; else it is always an array. */
  readonly isCustomerObject: boolean;
}

/** The v1.1 name of every identifier. `mobile` is not in [S1]'s table but in older documents and most code [P][C]. */
const NAME_BY_PARAMETER: Readonly<Record<string, IdentifierName>> = {
  id: 'id',
  mobile: 'mobile',
  email: 'email',
  external_id: 'externalId',
  card_number: 'cardnumber',
  card_external_id: 'cardExternalId',
};

const SUCCEEDED = 200;
const PARTLY_SUCCEEDED = 201;
const FAILED = 500;
/** The code of a customer that is found; the documents show it as 1000 [P]. */
const ITEM_SUCCEEDED = 1000;
/** v1.1's own "not found for the given identifier" [P]. */
const ITEM_NOT_FOUND = 1012;
const IDENTIFIER_MISSING = 1042;

/**
 * `GET /v1.1/customer/get` [S1]. Finds customers of source INSTORE alone. A parameter given twice counts once, the last
 * time (v2 takes the first). A comma in the identifier makes a batch. Without `format=json` the reply is XML.
 */
export function answerV1(query: URLSearchParams, rules: SearchRules, shape: V1Shape): V1Answer {
  const parameter = Object.keys(NAME_BY_PARAMETER).find((name) => query.has(name)) ?? '';
  const name = NAME_BY_PARAMETER[parameter];
  const values = (last(query, parameter) ?? '')
    .split(',')
    .map((value) => value.trim())
    .filter((value) => value !== '');
  if (name === undefined || values.length === 0) {
    return toAnswer(query, shape, FAILED, [], [failedItem({}, notice(IDENTIFIER_MISSING))]);
  }

  const outcomes = values.map((value) => search({ source: INSTORE, accountId: '' }, [{ name, value }], rules));
  const [only] = outcomes;
  if (outcomes.length === 1 && only?.kind === 'made-up') return only;
  const items = outcomes.map((outcome, k) => toItem(outcome, { [parameter]: values[k] ?? '' }, query));
  const found = outcomes.filter(({ kind }) => kind === 'found').length;
  const code = found === items.length ? SUCCEEDED : found > 0 ? PARTLY_SUCCEEDED : FAILED;
  return toAnswer(query, shape, code, outcomes, items);
}

/** The value of a parameter that counts. */
function last(query: URLSearchParams, name: string): string | undefined {
  return query.getAll(name).at(-1);
}

function toItem(outcome: Outcome, asked: JsonObject, query: URLSearchParams): JsonObject {
  switch (outcome.kind) {
    case 'found': {
      const { customer, warnings } = outcome;
      const loose = loosenessOf(customer.id);
      const status = {
        success: loose.flag(true),
        code: loose.code(ITEM_SUCCEEDED),
        message: 'Customer successfully retrieved',
        warnings: warnings.length === 0 ? loose.empty : { warning: warnings.map(toItemWarning) },
      };
      return { ...describeV1(customer, query, loose), item_status: status };
    }
    case 'error': {
      const beside =
        outcome.beside === undefined ? {} : describeV1(outcome.beside, query, loosenessOf(outcome.beside.id));
      return failedItem({ ...asked, ...beside }, outcome.error);
    }
    default:
      return failedItem(asked, notice(ITEM_NOT_FOUND));
  }
}

/** [?]: neither what a failed item holds nor how the code is written is documented. */
function failedItem(fields: JsonObject, { code, message }: Notice): JsonObject {
  return {
    firstname: '',
    lastname: '',
    mobile: '',
    email: '',
    external_id: '',
    ...fields,
    item_status: { success: 'false', code: String(code), message, warnings: { warning: [] } },
  };
}

function toItemWarning({ code, message }: Notice): JsonObject {
  return { code: String(code), message };
}

function toAnswer(
  query: URLSearchParams,
  { isWrapped, isCustomerObject }: V1Shape,
  code: number,
  outcomes: readonly Outcome[],
  items: readonly JsonObject[],
): V1Answer {
  const first = outcomes.find((outcome) => outcome.kind === 'found');
  const loose = loosenessOf(first?.customer.id ?? '0');
  const found = outcomes.filter(({ kind }) => kind === 'found').length;
  const [only] = items;
  const customer: Json = isCustomerObject && items.length === 1 && only !== undefined ? only : items;
  const content: JsonObject = {
    status: {
      success: loose.flag(code !== FAILED),
      code: loose.code(code),
      message: MESSAGES[code] ?? '',
      total: loose.counter(items.length),
      success_count: loose.counter(found),
    },
    customers: { customer },
  };
  const isError = code === FAILED;
  if (last(query, 'format')?.toLowerCase() !== 'json') {
    return { kind: 'xml', isError, body: writeXml('response', content) };
  }
  return { kind: 'json', isError, body: isWrapped ? { response: content } : content };
}

const MESSAGES: Readonly<Record<number, string>> = {
  [SUCCEEDED]: 'Operation Successful',
  [PARTLY_SUCCEEDED]: 'Partial success: some requests have failed due to errors',
  [FAILED]: 'All requests have failed due to errors',
};
