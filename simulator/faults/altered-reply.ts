import { isArray, isObject, type Json, type JsonObject, parseJson } from '../../functions/customer/json/json.ts';
import { JSON_TYPE, jsonReply, type Reply, textReply } from '../reply.ts';
import { ERASED_MESSAGE, notice, toEntry } from '../upstream-errors.ts';
import type { Fault } from './faults.ts';

const MERGED = 8069;

/** The right reply with another content; undefined if the fault does not change the content. */
export function alterReply(fault: Fault, reply: Reply): Reply | undefined {
  switch (fault.kind) {
    case 'partial-content': {
      const range = `bytes 0-${Buffer.byteLength(reply.body) - 1}/${Buffer.byteLength(reply.body) * 2}`;
      return { ...reply, status: fault.status ?? 206, headers: { ...reply.headers, 'content-range': range } };
    }
    case 'erased':
      return erasedReply(fault, reply);
    case 'merged':
      return withBody(reply, (body) => withWarning(body, toEntry(notice(fault.code ?? MERGED)) as JsonObject));
    default:
      return undefined;
  }
}

/** For an erased customer only the message is documented. The place where it stands is not (upstream notes §3, §7). */
function erasedReply({ place = 'message', status = 200 }: Fault, reply: Reply): Reply {
  const message = ERASED_MESSAGE;
  const said: JsonObject = { status: false, code: 1999, message };
  switch (place) {
    case 'text':
      return textReply(status, `${message}\n`);
    case 'status':
      return jsonReply(status, { status: { success: false, code: 500, message } });
    case 'response-status':
      return jsonReply(status, { response: { status: { success: 'false', code: '500', message } } });
    case 'errors':
      return jsonReply(status, { errors: [said], warnings: [] });
    case 'errors-object':
      return jsonReply(status, { errors: said });
    case 'warnings':
      return { ...withBody(reply, (body) => ({ ...body, warnings: [said] })), status };
    case 'status-beside':
      return { ...withBody(reply, (body) => ({ ...body, status: { success: true, code: 200, message } })), status };
    case 'message':
      return jsonReply(status, { message });
  }
}

/** The reply with another body; unchanged if its body is not a JSON object. */
function withBody(reply: Reply, change: (body: JsonObject) => JsonObject): Reply {
  if (reply.headers['content-type'] !== JSON_TYPE) return reply;
  const body = parseJson(reply.body);
  return isObject(body) ? { ...jsonReply(reply.status, change(body)) } : reply;
}

/** Adds a warning at the place of the API: v2's `warnings`, or the `item_status` of v1.1's customers. */
function withWarning(body: JsonObject, warning: JsonObject): JsonObject {
  if (isObject(body.response)) return { ...body, response: withWarning(body.response, warning) };
  const { customers } = body;
  if (!isObject(customers)) return { ...body, warnings: [...listOf(body.warnings), warning] };
  const { customer = [] } = customers;
  const warned = isArray(customer) ? customer.map(warnedOf(warning)) : warnedOf(warning)(customer);
  return { ...body, customers: { ...customers, customer: warned } };
}

function warnedOf(warning: JsonObject): (customer: Json) => Json {
  return (customer) => {
    if (!isObject(customer) || !isObject(customer.item_status)) return customer;
    return { ...customer, item_status: { ...customer.item_status, warnings: { warning: [warning] } } };
  };
}

function listOf(value: Json | undefined): readonly Json[] {
  return isArray(value) ? value : [];
}
