import { isObject, type Json, type JsonObject } from '../customer/json/json.ts';
import type { Api } from '../customer/request/canonical-request.ts';
import { customersOf } from '../customer/v1/v1-shape.ts';
import type { Reply } from './exchange.ts';

/** The members of a v2 reply that hold no customer. */
const ABOUT_THE_REPLY = ['errors', 'warnings'];

/**
 * Whether a reply of Lookaside holds a customer. The service passes on nothing of a customer that is not found: a v2
 * reply then has only errors and warnings, and a v1.1 reply has only statuses and errors.
 */
export function hasCustomer(api: Api, { body }: Reply): boolean {
  const reply = readObject(body);
  if (reply === undefined) return false;
  if (api === 'v2') return Object.keys(reply).some((name) => !ABOUT_THE_REPLY.includes(name));
  return customersOf(reply).some((customer) => Object.keys(customer).some((name) => name !== 'item_status'));
}

function readObject(text: string): JsonObject | undefined {
  try {
    const json: Json = JSON.parse(text);
    return isObject(json) ? json : undefined;
  } catch {
    return undefined;
  }
}
