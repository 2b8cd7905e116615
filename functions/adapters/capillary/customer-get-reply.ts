import { contentOf, customersOf, mapCustomers } from '../../customer/customer-get-shape.ts';
import { isArray, isObject, type Json, type JsonObject, textOf } from '../../customer/json.ts';
import type { UpstreamErrors, UpstreamOutcome } from '../../lookup/ports.ts';
import { classify, elementsOf } from './error-codes.ts';
import { type ReplyWords, readReply, toCustomerId } from './reply.ts';

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
  const customers = customersOf(reply);
  const [only] = customers.length === 1 ? customers : [];
  const itemStatuses = customers.map((customer) => customer.item_status).filter(isObject);
  const { status } = contentOf(reply);
  // Where no customer says how it went, the whole does.
  const statuses = itemStatuses.length > 0 || !isObject(status) ? itemStatuses : [status];
  const isError = (each: JsonObject) => !isTrue(each.success) || classify(each) === 'erased';
  const customerId = toCustomerId(textOf(only?.user_id));
  const isGiven = only !== undefined && statuses.length > 0 && statuses.every((each) => !isError(each));
  return {
    // A gateway in front of it may answer as v2 does.
    errors: [...statuses.filter(isError), ...elementsOf(reply, 'errors')],
    warnings: statuses.flatMap((each) => [each, ...warningsOf(each)]),
    hasCustomer: isGiven || customerId !== undefined,
    customerId,
    errorBody: errorBodyOf(reply),
  };
}

/** `true`, `"true"`, `1` or `"1"`. */
function isTrue(value: Json | undefined): boolean {
  return value === true || ['true', '1'].includes((textOf(value) ?? '').toLowerCase());
}

/** `warnings` as `{"warning":[…]}`, or as the list itself; one of its many empties holds none. */
function warningsOf({ warnings }: JsonObject): readonly Json[] {
  const list = isObject(warnings) ? warnings.warning : warnings;
  if (isArray(list)) return list;
  return isObject(list) ? [list] : [];
}

/** The statuses, and of the customer nothing: to one who may not be shown, there may be data beside. */
function errorBodyOf(reply: JsonObject): UpstreamErrors {
  if (contentOf(reply).status === undefined && customersOf(reply).length === 0) {
    return { errors: elementsOf(reply, 'errors'), warnings: elementsOf(reply, 'warnings') };
  }
  const statusAlone = ({ item_status: itemStatus }: JsonObject): JsonObject =>
    itemStatus === undefined ? {} : { item_status: itemStatus };
  return mapCustomers(reply, (status) => status, statusAlone);
}
