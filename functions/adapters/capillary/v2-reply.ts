import { toCustomerId } from '../../customer/identifier/customer-id.ts';
import { type JsonObject, textOf } from '../../customer/json/json.ts';
import { elementsOf } from '../../customer/reply/error-elements.ts';
import { customersOf } from '../../customer/v1/v1-shape.ts';
import type { UpstreamOutcome } from '../../lookup/upstream.ts';
import { NO_FACTS, type ReplyFacts, readReply } from './reply.ts';
import type { ReplyBody } from './reply-body.ts';
import { erasedAmong, errorElsewhere, messagesIn, toErrorBody } from './reply-messages.ts';

/**
 * The facts of a v2 reply, from `errors`, `warnings` and `id`: see `readReply`.
 */
export function readCustomerDetailsReply(status: number, body: ReplyBody): UpstreamOutcome {
  return readReply(status, body, readFacts);
}

function readFacts(reply: JsonObject): ReplyFacts {
  const errors = elementsOf(reply.errors);
  const warnings = elementsOf(reply.warnings);
  const customerId = toCustomerId(textOf(reply.id));
  const isSilent = errors.length === 0 && customerId === undefined;
  const messages = messagesIn(reply);
  // A proxy may answer in v1.1's form. An erasure counts in any form.
  const ofCustomers = customersOf(reply).flatMap(({ item_status: itemStatus, message }) =>
    [itemStatus, message].flatMap(elementsOf),
  );
  const erased = erasedAmong([...messages, ...ofCustomers]);
  const decisive = erased ?? (isSilent ? errorElsewhere(reply) : undefined);
  // If there is one, nothing else counts, and the service passes on no other error.
  if (decisive !== undefined) return { ...NO_FACTS, errors: [decisive], customerId, errorBody: toErrorBody(decisive) };
  return {
    errors,
    // A gateway in front of the upstream may put a warning in another place.
    warnings: messages,
    hasCustomer: customerId !== undefined,
    customerId,
    errorBody: { errors, warnings },
  };
}
