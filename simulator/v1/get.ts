import type { IdentifierName } from '../../functions/customer/identifier/identifier-name.ts';
import type { Json, JsonObject } from '../../functions/customer/json/json.ts';
import type { Answer } from '../answer.ts';
import type { Behaviour } from '../behaviour.ts';
import { type Outcome, type SearchRules, search } from '../customers/search.ts';
import { INSTORE } from '../customers/sources.ts';
import type { UpstreamRequest } from '../request.ts';
import { type Notice, notice, toV1Warning, withoutMissing } from '../upstream-errors.ts';
import { describeV1 } from './customer.ts';
import { lastValueOf } from './parameters.ts';
import { styleOf } from './style.ts';
import { writeXml } from './xml.ts';

/** The shape of the whole reply: several occur [C]. */
type V1Shape = Pick<Behaviour, 'isV1Wrapped' | 'isV1CustomerObject' | 'isV1CustomersList'>;

/** The v1.1 name of every identifier. `mobile` is not in [S1]'s table but in older documents and most code [P][C]. */
const NAME_BY_PARAMETER: Readonly<Record<string, IdentifierName>> = {
  id: 'id',
  mobile: 'mobile',
  email: 'email',
  external_id: 'externalId',
  card_number: 'cardnumber',
  card_external_id: 'cardExternalId',
};

const SUCCEEDED = { code: 200, message: 'Operation Successful' };
const PARTLY_SUCCEEDED = { code: 201, message: 'Partial success: some requests have failed due to errors' };
const FAILED = { code: 500, message: 'All requests have failed due to errors' };
/** The code of a customer that is found; the documents show it as 1000 [P]. */
const ITEM_SUCCEEDED = 1000;
/** v1.1's own "not found for the given identifier" [P]. */
const NOT_FOUND = 1012;
const IDENTIFIER_MISSING = 1042;

/**
 * `GET /v1.1/customer/get` [S1]. It finds customers of source INSTORE only. A comma in the identifier makes a batch. Without
 * `format=json` the reply is XML. Unknown parameters are ignored.
 *
 * | parameters | simulated in |
 * |---|---|
 * | id, mobile, email, external_id, card_number, card_external_id; format | here |
 * | number, store_code, till_code, amount, date, type, tenders, credit_notes, the header language | `transactions.ts` |
 * | coupon_… | `coupons.ts` |
 * | every other one | `customer.ts` |
 *
 * The style of its values: `style.ts`.
 */
export function answerV1(request: UpstreamRequest, rules: SearchRules, shape: V1Shape): Answer {
  const { parameter, name, values } = identifiersOf(request);
  if (name === undefined || values.length === 0) return failV1(request, notice(IDENTIFIER_MISSING), shape);
  const outcomes = values.map((value) => search({ source: INSTORE, accountId: '' }, [{ name, value }], rules));
  const items = outcomes.map((outcome, k) => toItem(outcome, { [parameter]: values[k] ?? '' }, request));
  const foundIds = outcomes.flatMap((outcome) => (outcome.kind === 'found' ? [outcome.customer.id] : []));
  const [only] = outcomes;
  const asked = items.length === 1 && only?.kind === 'not-found' ? only.asked : undefined;
  return { ...toAnswer(request, shape, items, foundIds), asked };
}

/** The answer if every asked customer gets the same error, or if the request names no customer. */
export function failV1(request: UpstreamRequest, error: Notice, shape: V1Shape): Answer {
  const { parameter, values } = identifiersOf(request);
  const asked = values.length === 0 ? [{}] : values.map((value) => ({ [parameter]: value }));
  const items = asked.map((fields) => failedItem(fields, error));
  return toAnswer(request, shape, items, []);
}

/** The first identifier among the parameters, and the values between its commas that are not empty. */
function identifiersOf(request: UpstreamRequest) {
  const parameter = Object.keys(NAME_BY_PARAMETER).find((name) => request.query.has(name)) ?? '';
  const values = (lastValueOf(request, parameter) ?? '').split(',').map((value) => value.trim());
  return { parameter, name: NAME_BY_PARAMETER[parameter], values: values.filter((value) => value !== '') };
}

function toItem(outcome: Outcome, asked: JsonObject, request: UpstreamRequest): JsonObject {
  switch (outcome.kind) {
    case 'found': {
      const { customer } = outcome;
      const warnings = outcome.warnings.map(toV1Warning);
      const style = styleOf(customer.id);
      const listed = warnings.map(({ code, message }) => ({ code: style.code(code), message }));
      const status = {
        success: style.yes,
        code: style.code(ITEM_SUCCEEDED),
        message: 'Customer successfully retrieved',
        warnings: listed.length === 0 ? style.empty : { warning: listed },
      };
      return { ...withoutMissing(describeV1(customer, request), warnings), item_status: status };
    }
    case 'error': {
      const beside = outcome.beside === undefined ? {} : describeV1(outcome.beside, request);
      return failedItem({ ...asked, ...beside }, outcome.error);
    }
    case 'not-found':
      return failedItem(asked, notice(NOT_FOUND));
  }
}

/** The members of a failed item, and the form of its code, are not documented [?]. */
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

/** @param foundIds the ids of the customers among the items; the style of the reply is that of the first */
function toAnswer(
  request: UpstreamRequest,
  { isV1Wrapped, isV1CustomerObject, isV1CustomersList }: V1Shape,
  items: readonly JsonObject[],
  foundIds: readonly string[],
): Answer {
  const isError = foundIds.length === 0;
  const { code, message } = isError ? FAILED : foundIds.length < items.length ? PARTLY_SUCCEEDED : SUCCEEDED;
  const style = styleOf(foundIds[0] ?? '0');
  const [only] = items;
  const customer: Json = isV1CustomerObject && items.length === 1 && only !== undefined ? only : items;
  const content: JsonObject = {
    status: {
      success: isError ? style.no : style.yes,
      code: style.code(code),
      message,
      total: style.counter(items.length),
      success_count: style.counter(foundIds.length),
    },
    customers: isV1CustomersList ? items : { customer },
  };
  const isJson = lastValueOf(request, 'format')?.toLowerCase() === 'json';
  if (!isJson) return { isError, body: writeXml('response', content) };
  return { isError, body: isV1Wrapped ? { response: content } : content };
}
