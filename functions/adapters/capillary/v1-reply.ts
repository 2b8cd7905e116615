import { toCustomerId } from '../../customer/identifier/customer-id.ts';
import { isObject, type Json, type JsonObject, textOf } from '../../customer/json/json.ts';
import { elementsOf, isReadable } from '../../customer/reply/error-elements.ts';
import { contentOf, customersOf, itemWarningsOf, mapCustomers } from '../../customer/v1/v1-shape.ts';
import type { UpstreamErrors, UpstreamOutcome } from '../../lookup/upstream.ts';
import { spellingOf } from './error-codes.ts';
import { NO_FACTS, type ReplyFacts, readReply } from './reply.ts';
import type { ReplyBody } from './reply-body.ts';
import { erasedAmong, errorElsewhere, messagesIn, toErrorBody } from './reply-messages.ts';

/**
 * The facts of a reply of v1.1's customer/get, from the customer's `item_status` (or `status`, if there is no
 * `item_status`) and from `user_id`: see `readReply`. It reads all loose forms: no wrapper, one customer as object or
 * array, booleans and codes as text or number.
 */
export function readCustomerGetReply(status: number, body: ReplyBody): UpstreamOutcome {
  return readReply(status, body, readFacts);
}

function readFacts(reply: JsonObject): ReplyFacts {
  const [first, another] = customersOf(reply);
  // Several customers are not an answer for one identifier.
  const customer = another === undefined ? first : undefined;
  const content = contentOf(reply);
  const itemStatus = customer?.item_status;
  const statuses = [itemStatus, content.status].filter(isObject);
  const customerId = toCustomerId(textOf(customer?.user_id));
  const messages = [...[itemStatus, content.status].flatMap(messagesOf), ...messagesIn(reply)];
  // [S1] shows the message that a customer was erased, but not its place in the reply. If it is there, nothing else
  // counts.
  const erased = erasedAmong([...messages, ...elementsOf(customer?.message)]);
  if (erased !== undefined) {
    const isStatus = statuses.some((each) => each === erased);
    const errorBody = isStatus ? statusesOnly(reply) : toErrorBody(erased);
    return { ...NO_FACTS, errors: [erased], customerId, errorBody };
  }
  if (another !== undefined) return { ...NO_FACTS, hasSeveralCustomers: true };
  // If the customer has no status, the status of the whole reply counts.
  const [decisive] = statuses;
  const isFailed = decisive !== undefined && !isSuccess(decisive);
  // A gateway in front of the upstream may answer in v2's form.
  const gatewayErrors = elementsOf(reply.errors);
  const hasCustomer = isFailed
    ? isReadable(decisive) && customerId !== undefined
    : customer !== undefined && (decisive !== undefined || customerId !== undefined);
  const errors = [...(isFailed ? [decisive] : []), ...gatewayErrors];
  const elsewhere = errors.length === 0 && !hasCustomer ? errorElsewhere(reply) : undefined;
  if (elsewhere !== undefined) return { ...NO_FACTS, errors: [elsewhere], errorBody: toErrorBody(elsewhere) };
  return {
    errors,
    warnings: messages,
    hasCustomer,
    customerId,
    errorBody: isFailed ? statusesOnly(reply) : { errors: gatewayErrors, warnings: elementsOf(reply.warnings) },
  };
}

/** A status and its warnings. It may also be a list of statuses, or a text. */
function messagesOf(status: Json | undefined): readonly Json[] {
  const each = isObject(status) ? [status] : elementsOf(status);
  return [...each, ...each.filter(isObject).flatMap(itemWarningsOf)];
}

/** The codes of success, for a status without `success` ([P]). */
const SUCCESS_CODES = ['200', '1000'];

function isSuccess({ success, code }: JsonObject): boolean {
  return success === undefined ? SUCCESS_CODES.includes(spellingOf(code)) : isTrue(success);
}

/** `true` or `1`, as a value or a text; a text may have outer spaces, and a number a decimal point, as a code may. */
function isTrue(value: Json | undefined): boolean {
  return value === true || ['true', '1'].includes(spellingOf(value).toLowerCase());
}

/**
 * The reply with only its statuses, and nothing of the customer: it may have data of a customer that must not be shown.
 */
function statusesOnly(reply: JsonObject): UpstreamErrors {
  return mapCustomers(
    reply,
    (status) => (isObject(status) ? status : undefined),
    ({ item_status: itemStatus }) => (isObject(itemStatus) ? { item_status: itemStatus } : {}),
  );
}
