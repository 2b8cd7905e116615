import { contentOf, customersOf, itemWarningsOf, mapCustomers } from '../../customer/customer-get-shape.ts';
import { toCustomerId } from '../../customer/customer-id.ts';
import { isObject, type Json, type JsonObject, textOf } from '../../customer/json.ts';
import type { UpstreamErrors, UpstreamOutcome } from '../../lookup/upstream.ts';
import { classify, elementsOf } from './error-codes.ts';
import { type ReplyWords, readReply } from './reply.ts';

/**
 * What a reply of v1.1's customer/get says, by `item_status` of the customer, by `status` where there is none, and by
 * `user_id`: see `readReply`. Its looseness is understood: no wrapper, one customer as object or array, booleans and codes
 * as text or number.
 *
 * @param body the decoded text; undefined when there is none that can be read (too big, not UTF-8)
 */
export function readCustomerGetReply(status: number, body: string | undefined): UpstreamOutcome {
  return readReply(status, body, wordsOf);
}

function wordsOf(reply: JsonObject): ReplyWords {
  const [customer, another] = customersOf(reply);
  // To one identifier that is no answer, whatever each says.
  if (another !== undefined) return NOTHING_SAID;
  const content = contentOf(reply);
  const statuses = [customer?.item_status, content.status].filter(isObject);
  // Where the customer does not say how it went, the whole does.
  const [decisive] = statuses;
  const isFailed = decisive !== undefined && !isSuccess(decisive);
  // [S1] shows the message that a customer was erased, and not where it stands. Nothing else counts then.
  const erased = [...statuses, content, reply].find((each) => classify(each) === 'erased');
  const hasFailedStatus = isFailed || statuses.some((each) => each === erased);
  const customerId = toCustomerId(textOf(customer?.user_id));
  return {
    // A gateway in front of it may answer as v2 does.
    errors: erased === undefined ? [...(isFailed ? [decisive] : []), ...elementsOf(reply, 'errors')] : [erased],
    warnings: decisive === undefined ? [] : [decisive, ...itemWarningsOf(decisive)],
    hasCustomer: (customer !== undefined && decisive !== undefined && !isFailed) || customerId !== undefined,
    customerId,
    errorBody: hasFailedStatus ? statusesAlone(reply) : otherWords(reply, erased),
  };
}

const NOTHING_SAID: ReplyWords = {
  ...{ errors: [], warnings: [], hasCustomer: false, customerId: undefined },
  errorBody: {},
};

/** The codes of success, for a status that does not say it otherwise ([P]). */
const SUCCESS_CODES = ['200', '1000'];

function isSuccess({ success, code }: JsonObject): boolean {
  return success === undefined ? SUCCESS_CODES.includes(textOf(code) ?? '') : isTrue(success);
}

/** `true`, `"true"`, `1` or `"1"`. */
function isTrue(value: Json | undefined): boolean {
  return value === true || ['true', '1'].includes((textOf(value) ?? '').toLowerCase());
}

/** The statuses, and of the customer nothing: to one who may not be shown, there may be data beside. */
function statusesAlone(reply: JsonObject): UpstreamErrors {
  return mapCustomers(
    reply,
    (status) => (isObject(status) ? status : undefined),
    ({ item_status: itemStatus }) => (isObject(itemStatus) ? { item_status: itemStatus } : {}),
  );
}

/** What is said elsewhere than in a status: as v2 says it, or in a message alone. */
function otherWords(reply: JsonObject, spoken: JsonObject | undefined): UpstreamErrors {
  if (spoken === undefined) return { errors: elementsOf(reply, 'errors'), warnings: elementsOf(reply, 'warnings') };
  return Object.fromEntries(
    Object.entries(spoken).filter(([name, value]) => ['code', 'message'].includes(name) && textOf(value) !== undefined),
  );
}
