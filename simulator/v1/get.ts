import type { IdentifierName } from '../../functions/customer/identifier/identifier-name.ts';
import type { JsonObject } from '../../functions/customer/json/json.ts';
import type { Behaviour } from '../behaviour.ts';
import type { Customer } from '../customers/customer.ts';
import { type Answer, type Outcome, type SearchRules, search } from '../customers/search.ts';
import { INSTORE } from '../customers/sources.ts';
import type { UpstreamRequest } from '../request.ts';
import { type Notice, notice, toV1Warning, withoutMissing } from '../upstream-errors.ts';
import { describeV1 } from './customer.ts';
import { lastValueOf } from './parameters.ts';
import { styleOf } from './style.ts';
import { writeXml } from './xml.ts';

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
 *
 * @param refusal an error that every customer gets; undefined: they are looked up
 */
export function answerV1(request: UpstreamRequest, rules: SearchRules, shape: Behaviour, refusal?: Notice): Answer {
  const { parameter, name, values } = identifiersOf(request);
  const asked = values.length === 0 ? [{}] : values.map((value) => ({ [parameter]: value }));
  const outcomes = asked.map((_, k): Outcome => {
    if (refusal !== undefined) return { kind: 'error', error: refusal };
    const value = values[k];
    if (name === undefined || value === undefined) return { kind: 'error', error: notice(IDENTIFIER_MISSING) };
    return search({ source: INSTORE, accountId: '' }, [{ name, value }], rules);
  });
  const items = outcomes.map((outcome, k) => toItem(outcome, asked[k] ?? {}, request));
  const found = outcomes.flatMap((outcome) => (outcome.kind === 'found' ? [outcome.customer] : []));
  const content = contentOf(items, found, shape);
  const isJson = lastValueOf(request, 'format')?.toLowerCase() === 'json';
  const json = shape.isV1Wrapped ? { response: content } : content;
  const [outcome] = outcomes.length === 1 ? outcomes : [];
  const fault = outcome?.kind === 'not-found' ? outcome.fault : undefined;
  return { isError: found.length === 0, body: isJson ? json : writeXml('response', content), fault };
}

/** The style of a reply is that of the first customer who is found. */
function contentOf(items: readonly JsonObject[], found: readonly Customer[], shape: Behaviour): JsonObject {
  const style = styleOf(found[0]?.id ?? '0');
  const isError = found.length === 0;
  const { code, message } = isError ? FAILED : found.length < items.length ? PARTLY_SUCCEEDED : SUCCEEDED;
  const [only] = items.length === 1 ? items : [];
  return {
    status: {
      success: isError ? style.no : style.yes,
      code: style.code(code),
      message,
      total: style.counter(items.length),
      success_count: style.counter(found.length),
    },
    customers: shape.isV1CustomersList ? items : { customer: (shape.isV1CustomerObject && only) || items },
  };
}

/** The first identifier among the parameters, and the values between its commas that are not empty. */
function identifiersOf(request: UpstreamRequest) {
  const parameter = Object.keys(NAME_BY_PARAMETER).find((name) => request.query.has(name)) ?? '';
  const values = (lastValueOf(request, parameter) ?? '').split(',').map((value) => value.trim());
  return { parameter, name: NAME_BY_PARAMETER[parameter], values: values.filter((value) => value !== '') };
}

function toItem(outcome: Outcome, asked: JsonObject, request: UpstreamRequest): JsonObject {
  if (outcome.kind === 'not-found') return failedItem(asked, notice(NOT_FOUND));
  if (outcome.kind === 'error') {
    const beside = outcome.beside === undefined ? {} : describeV1(outcome.beside, request);
    return failedItem({ ...asked, ...beside }, outcome.error);
  }
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
