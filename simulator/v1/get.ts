import type { Json, JsonObject } from '../../functions/customer/json/json.ts';
import type { Behaviour } from '../behaviour.ts';
import type { IdentifierName } from '../customers/identifiers.ts';
import type { MadeUpAnswer } from '../customers/made-up-answers.ts';
import { type Outcome, type SearchRules, search } from '../customers/search.ts';
import { INSTORE } from '../customers/sources.ts';
import { type Notice, notice } from '../upstream-errors.ts';
import { describeV1 } from './customer.ts';
import { lastValueOf, type V1Request } from './request.ts';
import { styleOf } from './style.ts';
import { toV1Warning, withoutMissing } from './warnings.ts';
import { writeXml } from './xml.ts';

/** A reply of v1.1, before it gets its HTTP status. */
export type V1Reply =
  | { readonly kind: 'json'; readonly isError: boolean; readonly body: JsonObject }
  | { readonly kind: 'xml'; readonly isError: boolean; readonly body: string };

/** The answer to a get. */
export type V1Answer = V1Reply | { readonly kind: 'made-up'; readonly answer: MadeUpAnswer };

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

const SUCCEEDED = 200;
const PARTLY_SUCCEEDED = 201;
const FAILED = 500;
/** The code of a customer that is found; the documents show it as 1000 [P]. */
const ITEM_SUCCEEDED = 1000;
/** v1.1's own "not found for the given identifier" [P]. */
export const V1_NOT_FOUND = 1012;
const IDENTIFIER_MISSING = 1042;

/**
 * `GET /v1.1/customer/get` [S1]. It finds customers of source INSTORE only. A comma in the identifier makes a batch. Without
 * `format=json` the reply is XML. Unknown parameters are ignored.
 *
 * | parameters | simulated in |
 * |---|---|
 * | id, mobile, email, external_id, card_number, card_external_id; format | here |
 * | user_id, basic, registered_store, registered_till, fraud_details, transactions | `customer.ts` |
 * | number, store_code, till_code, amount, date, type, tenders, credit_notes, the header language | `transactions.ts` |
 * | coupon_… | `coupons.ts` |
 * | every other section's flag, gap_to_upgrade_for, gap_to_renew_for, program_id | `sections.ts` |
 *
 * The style of its values: `style.ts`; the warnings of a merged customer and of a partial reply:
 * `warnings.ts`.
 */
export function answerV1(request: V1Request, rules: SearchRules, shape: V1Shape): V1Answer {
  const { parameter, name, values } = identifiersOf(request);
  if (name === undefined || values.length === 0) return failV1(request, notice(IDENTIFIER_MISSING), shape);

  const outcomes = values.map((value) => search({ source: INSTORE, accountId: '' }, [{ name, value }], rules));
  const [only] = outcomes;
  if (outcomes.length === 1 && only?.kind === 'made-up') return only;
  const items = outcomes.map((outcome, k) => toItem(outcome, { [parameter]: values[k] ?? '' }, request));
  return toReply(request, shape, outcomes, items);
}

/** The answer if every asked customer gets the same error, or if the request names no customer. */
export function failV1(request: V1Request, error: Notice, shape: V1Shape): V1Reply {
  const { parameter, values } = identifiersOf(request);
  const asked = values.length === 0 ? [{}] : values.map((value) => ({ [parameter]: value }));
  return toReply(
    request,
    shape,
    [],
    asked.map((fields) => failedItem(fields, error)),
  );
}

interface AskedIdentifiers {
  readonly parameter: string;
  /** Undefined if there is no identifier among the parameters. */
  readonly name: IdentifierName | undefined;
  /** The values between the commas that are not empty. */
  readonly values: readonly string[];
}

function identifiersOf(request: V1Request): AskedIdentifiers {
  const parameter = Object.keys(NAME_BY_PARAMETER).find((name) => request.query.has(name)) ?? '';
  const values = (lastValueOf(request, parameter) ?? '').split(',').map((value) => value.trim());
  return { parameter, name: NAME_BY_PARAMETER[parameter], values: values.filter((value) => value !== '') };
}

function toItem(outcome: Outcome, asked: JsonObject, request: V1Request): JsonObject {
  switch (outcome.kind) {
    case 'found': {
      const { customer } = outcome;
      const warnings = outcome.warnings.map(toV1Warning);
      const style = styleOf(customer.id);
      const status = {
        success: style.flag(true),
        code: style.code(ITEM_SUCCEEDED),
        message: 'Customer successfully retrieved',
        warnings:
          warnings.length === 0
            ? style.empty
            : { warning: warnings.map(({ code, message }) => ({ code: style.code(code), message })) },
      };
      return { ...withoutMissing(describeV1(customer, request, style), warnings), item_status: status };
    }
    case 'error': {
      const beside =
        outcome.beside === undefined ? {} : describeV1(outcome.beside, request, styleOf(outcome.beside.id));
      return failedItem({ ...asked, ...beside }, outcome.error);
    }
    default:
      return failedItem(asked, notice(V1_NOT_FOUND));
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

function toReply(
  request: V1Request,
  { isV1Wrapped, isV1CustomerObject, isV1CustomersList }: V1Shape,
  outcomes: readonly Outcome[],
  items: readonly JsonObject[],
): V1Reply {
  const found = outcomes.filter((outcome) => outcome.kind === 'found');
  const code = found.length === 0 ? FAILED : found.length < items.length ? PARTLY_SUCCEEDED : SUCCEEDED;
  const isError = code === FAILED;
  const style = styleOf(found[0]?.customer.id ?? '0');
  const [only] = items;
  const customer: Json = isV1CustomerObject && items.length === 1 && only !== undefined ? only : items;
  const content: JsonObject = {
    status: {
      success: style.flag(!isError),
      code: style.code(code),
      message: MESSAGES[code] ?? '',
      total: style.counter(items.length),
      success_count: style.counter(found.length),
    },
    customers: isV1CustomersList ? items : { customer },
  };
  if (lastValueOf(request, 'format')?.toLowerCase() !== 'json') {
    return { kind: 'xml', isError, body: writeXml('response', content) };
  }
  return { kind: 'json', isError, body: isV1Wrapped ? { response: content } : content };
}

const MESSAGES: Readonly<Record<number, string>> = {
  [SUCCEEDED]: 'Operation Successful',
  [PARTLY_SUCCEEDED]: 'Partial success: some requests have failed due to errors',
  [FAILED]: 'All requests have failed due to errors',
};
