import { toCustomerId } from '../../customer/customer-id.ts';
import { type JsonObject, textOf } from '../../customer/json.ts';
import type { UpstreamOutcome } from '../../lookup/upstream.ts';
import { elementsOf } from './error-codes.ts';
import { type ReplyWords, readReply } from './reply.ts';

/**
 * What a reply of the v2 look-up says, by `errors[]`, `warnings[]` and `id`: see `readReply`.
 *
 * @param body the decoded text; undefined when there is none that can be read (too big, not UTF-8)
 */
export function readCustomerDetailsReply(status: number, body: string | undefined): UpstreamOutcome {
  return readReply(status, body, wordsOf);
}

function wordsOf(reply: JsonObject): ReplyWords {
  const errors = elementsOf(reply, 'errors');
  const warnings = elementsOf(reply, 'warnings');
  const customerId = toCustomerId(textOf(reply.id));
  return { errors, warnings, hasCustomer: customerId !== undefined, customerId, errorBody: { errors, warnings } };
}
