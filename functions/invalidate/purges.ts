import type { APIGatewayProxyEvent } from 'aws-lambda';
import { toCustomerId } from '../customer/identifier/customer-id.ts';
import { toListedIdentifiers } from '../customer/identifier/listed-identifier.ts';
import { MAX_TEXT_LENGTH } from '../customer/identifier/plain-text.ts';
import { InvalidRequestError } from '../customer/request/invalid-request-error.ts';
import { relatedSubjects } from '../customer/request/related-subjects.ts';
import { INSTORE } from '../customer/request/sources.ts';
import { readSubject } from '../customer/v2/v2-subject.ts';
import { createInvalidation } from '../lookup/invalidation.ts';
import type { Reply } from '../rest/reply.ts';
import { queryParameters } from '../rest/rest-event.ts';
import type { InvalidateHandlerOptions } from './invalidate-options.ts';
import { invalidationReply } from './invalidation-reply.ts';
import { PURGE_WITHIN_MS } from './purge-times.ts';

/** Deletes every variant of a look-up, of both APIs and all accounts. */
export async function deleteEntries(options: InvalidateHandlerOptions, event: APIGatewayProxyEvent): Promise<Reply> {
  const parameters = queryParameters(event);
  const subject = await readSubject(parameters, options.reading, 'query');
  const given = parameters.find(([name]) => name === 'identifierValue')?.[1] ?? '';
  // The caller may write the value as Capillary lists it. To delete too much is harmless.
  const listed = await toListedIdentifiers(subject.identifier.name, given, options.reading);
  const subjects = [subject, ...listed.map((identifier) => ({ ...subject, identifier }))];
  const endsAt = options.clock.monotonicNow() + PURGE_WITHIN_MS;
  const purged = await createInvalidation(options).subjects(subjects, 'delete', { endsAt });
  return invalidationReply(undefined, { purged });
}

/**
 * Deletes every entry of a customer, and the entries under the id itself. No fill in progress brings one back. Under
 * the id there may be entries that are not in this customer's index: a "not found" is in none, and the entry of a
 * merged customer is in the survivor's.
 */
export async function deleteCustomer(options: InvalidateHandlerOptions, event: APIGatewayProxyEvent): Promise<Reply> {
  const customerId = toCustomerId(event.pathParameters?.customerId);
  // If the service acknowledged a purge of an impossible id, the caller would believe that a stored customer is gone.
  if (customerId === undefined) {
    const allowed = `allowed is a whole number of up to ${MAX_TEXT_LENGTH} digits`;
    throw new InvalidRequestError('invalid_parameter', `customerId is not a customer id; ${allowed}.`);
  }
  const endsAt = options.clock.monotonicNow() + PURGE_WITHIN_MS;
  const underId = relatedSubjects({ source: INSTORE, identifier: { name: 'id', value: customerId } });
  const invalidation = createInvalidation(options);
  const ofCustomer = await invalidation.customers([customerId], 'delete', { endsAt });
  const purged = ofCustomer + (await invalidation.subjects(underId, 'delete', { endsAt }));
  return invalidationReply({ purged }, { purged });
}
