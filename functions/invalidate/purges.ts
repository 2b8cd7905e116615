import type { APIGatewayProxyEvent } from 'aws-lambda';
import { readSubject } from '../customer/customer-details-subject.ts';
import { toCustomerId } from '../customer/customer-id.ts';
import { InvalidRequestError } from '../customer/invalid-request-error.ts';
import type { Reply } from '../http/reply.ts';
import { queryParameters } from '../http/rest-event.ts';
import { createInvalidation } from '../lookup/invalidation.ts';
import { type InvalidateHandlerOptions, PURGE_WITHIN_MS } from './invalidate-options.ts';
import { invalidationReply } from './invalidation-reply.ts';

/** Ids have 64 bits: without a sign, up to this many digits. */
const MAX_ID_DIGITS = 20;

/** Every variant of a look-up, of both APIs and all accounts, is gone. */
export async function deleteEntries(options: InvalidateHandlerOptions, event: APIGatewayProxyEvent): Promise<Reply> {
  const subject = await readSubject(queryParameters(event), options.reading, 'query');
  const purged = await createInvalidation(options).subjects([subject], 'delete', { withinMs: PURGE_WITHIN_MS });
  return invalidationReply(undefined, { purged });
}

/** Every entry of a customer is gone, and no fill under way brings it back. */
export async function deleteCustomer(options: InvalidateHandlerOptions, event: APIGatewayProxyEvent): Promise<Reply> {
  const customerId = toCustomerId(event.pathParameters?.customerId);
  // Acknowledged for what no customer can have, a purge would say that somebody is gone who is not.
  if (customerId === undefined || customerId.length > MAX_ID_DIGITS) {
    const allowed = `allowed is a whole number of up to ${MAX_ID_DIGITS} digits`;
    throw new InvalidRequestError('invalid_parameter', `customerId is no customer id; ${allowed}.`);
  }
  const purged = await createInvalidation(options).customers([customerId], 'delete', { withinMs: PURGE_WITHIN_MS });
  return invalidationReply({ purged }, { purged });
}
