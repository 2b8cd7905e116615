import { createHash, timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { errorFacts, type RequestLog } from '../adapters/telemetry/logger.ts';
import type { Subject } from '../customer/canonical-request.ts';
import { readSubject } from '../customer/customer-details-request.ts';
import { toListedIdentifierName } from '../customer/identifier-name.ts';
import { InvalidRequestError } from '../customer/invalid-request-error.ts';
import { type JsonObject, parseObject } from '../customer/json.ts';
import { toListedIdentifiers } from '../customer/listed-identifier.ts';
import type { IdentifierReading } from '../customer/reading.ts';
import { unusedCacheStatus } from '../http/cache-status.ts';
import { problem } from '../http/problem.ts';
import type { Reply } from '../http/reply.ts';
import {
  bodyOf,
  createRestHandler,
  header,
  queryParameters,
  type RestHandler,
  requestIdOf,
} from '../http/rest-handler.ts';
import { createInvalidation } from '../lookup/invalidation.ts';
import { type Clock, type InvalidationStore, StoreUnavailableError } from '../lookup/ports.ts';
import { type CapillaryEvent, type EventIdentifier, isDocumentedEvent, readCapillaryEvent } from './capillary-event.ts';

export interface InvalidateHandlerOptions {
  readonly store: InvalidationStore;
  readonly clock: Clock;
  readonly log: RequestLog;
  /** How mobile numbers are read. */
  readonly reading: IdentifierReading;
  /** The HMAC keys of the cache keys: invalidation acts on all of them. */
  readonly keySecrets: readonly string[];
  /** What the webhook's `Authorization` must be one of. */
  readonly webhookSecrets: readonly string[];
}

/** Look-ups in every source are filed under this one. */
const EVERY_SOURCE = 'ALL';

/** How long each operation of a purge may take: nobody waits at a till for it. Milliseconds. */
export const PURGE_TIMEOUT_MS = 2000;

/** How long a purge may begin new operations: the last of them ends before Lambda's limit of 29 s. Milliseconds. */
const PURGE_OPTIONS = { withinMs: 25_000 };

/** When to send again what we could not complete. Seconds. */
const RETRY_AFTER_SECONDS = '5';

/** Makes the function of cache administration and of the webhook (contract §1). */
export function createInvalidateHandler(options: InvalidateHandlerOptions): RestHandler {
  const { clock, log } = options;
  return createRestHandler({
    endpoints: {
      '/cache/entries': { DELETE: (event) => deleteEntries(options, event) },
      '/cache/customers/{customerId}': { DELETE: (event) => deleteCustomer(options, event) },
      '/events/capillary': { POST: (event) => receiveEvent(options, event) },
    },
    clock,
    log,
  });
}

/** Every variant of a look-up, of both APIs, is gone. */
async function deleteEntries(options: InvalidateHandlerOptions, event: APIGatewayProxyEvent): Promise<Reply> {
  const subject = await readSubject(queryParameters(event), options.reading, 'query');
  const purged = await createInvalidation(options).subjects([subject], 'delete', PURGE_OPTIONS);
  return { status: 204, headers: NO_CACHE_STATUS, body: '', report: { purged } };
}

/** Every entry of a customer is gone, and no fill under way brings it back. */
async function deleteCustomer(options: InvalidateHandlerOptions, event: APIGatewayProxyEvent): Promise<Reply> {
  const customerId = event.pathParameters?.customerId ?? '';
  if (!/^\d{1,20}$/.test(customerId)) {
    throw new InvalidRequestError('invalid_parameter', 'customerId is no customer id; allowed are the digits 0 to 9.');
  }
  const purged = await createInvalidation(options).customers([customerId], 'delete', PURGE_OPTIONS);
  return jsonReply({ purged }, { purged });
}

async function receiveEvent(options: InvalidateHandlerOptions, event: APIGatewayProxyEvent): Promise<Reply> {
  if (!isAuthorized(header(event, 'authorization'), options.webhookSecrets)) {
    const detail = 'Authorization is not the secret of the webhook; set the fixed header to WEBHOOK_SECRET.';
    return problem('unauthorized', detail, requestIdOf(event));
  }
  const body = toObject(event);
  if (body === undefined) {
    // The sender drops an event that is answered 400 for good: only for what can never be read.
    return problem('invalid_parameter', 'The body is no JSON object.', requestIdOf(event));
  }
  const notification = readCapillaryEvent(body);
  try {
    const invalidated = await actUpon(options, notification);
    const { mode } = notification;
    const counted = mode === 'delete' ? { purged: invalidated } : { markedStale: invalidated };
    return jsonReply({ invalidated }, { event: eventName(notification), ...counted });
  } catch (error) {
    // The sender sends again, for days, what is answered 429.
    const detail = 'The event could not be acted upon. Send it again.';
    const reply = problem('too_many_requests', detail, requestIdOf(event), { 'Retry-After': RETRY_AFTER_SECONDS });
    const trouble =
      error instanceof StoreUnavailableError
        ? { storeFailure: error.reason }
        : { code: 'internal_error', ...errorFacts(error) };
    return { ...reply, report: { ...reply.report, ...trouble } };
  }
}

/** The event's name for the log. */
function eventName({ name }: CapillaryEvent): string {
  return name !== undefined && isDocumentedEvent(name) ? name : 'unknown';
}

async function actUpon(options: InvalidateHandlerOptions, event: CapillaryEvent): Promise<number> {
  const subjects = (await Promise.all(event.identifiers.map((each) => toSubjects(each, options.reading)))).flat();
  const invalidation = createInvalidation(options);
  const ofCustomers = await invalidation.customers(event.customerIds, event.mode, PURGE_OPTIONS);
  const ofIdentifiers = await invalidation.subjects(subjects, event.mode, PURGE_OPTIONS);
  return ofCustomers + ofIdentifiers;
}

/** What an identifier's entries are filed under: its source, and ALL; of every account. */
async function toSubjects(each: EventIdentifier, reading: IdentifierReading): Promise<Subject[]> {
  const { source } = each;
  const name = toListedIdentifierName(each.name);
  if (name === undefined) return [];
  // At worst it deletes too much.
  const identifiers = await toListedIdentifiers(name, each.value, reading);
  return identifiers.flatMap((identifier) => [
    { source, identifier },
    { source: EVERY_SOURCE, identifier },
  ]);
}

const NO_CACHE_STATUS = { 'Cache-Status': unusedCacheStatus('invalidation') };

function jsonReply(body: object, report: Reply['report']): Reply {
  const headers = { ...NO_CACHE_STATUS, 'Content-Type': 'application/json' };
  return { status: 200, headers, body: JSON.stringify(body), report };
}

function toObject(event: APIGatewayProxyEvent): JsonObject | undefined {
  try {
    return parseObject(bodyOf(event));
  } catch {
    return undefined;
  }
}

/** Compares digests, so that neither the length nor the first difference of a secret shows in the time it takes. */
function isAuthorized(authorization: string | undefined, secrets: readonly string[]): boolean {
  const given = digest(authorization ?? '');
  return secrets.filter((secret) => timingSafeEqual(digest(secret), given)).length > 0;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
