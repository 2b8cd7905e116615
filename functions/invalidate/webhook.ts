import type { APIGatewayProxyEvent } from 'aws-lambda';
import { errorFacts } from '../adapters/telemetry/logger.ts';
import { isObject } from '../customer/json/json.ts';
import { createInvalidation } from '../lookup/invalidation.ts';
import { StoreUnavailableError } from '../lookup/store-unavailable-error.ts';
import { type BodyText, MAX_UNPACKED_BYTES, readText } from '../rest/body.ts';
import { problem, RETRY_AFTER_SECONDS } from '../rest/problem.ts';
import type { Reply } from '../rest/reply.ts';
import { header, requestIdOf } from '../rest/rest-event.ts';
import { isAuthorized } from './authorization.ts';
import { type CapillaryEvent, readCapillaryEvent } from './event/capillary-event.ts';
import { parseWithTexts } from './event/event-json.ts';
import { subjectsOf } from './event/event-subjects.ts';
import type { InvalidateHandlerOptions } from './invalidate-options.ts';
import { invalidationReply } from './invalidation-reply.ts';
import { PURGE_WITHIN_MS } from './purge-times.ts';

/** The codes of the errors that an event can get. */
export const WEBHOOK_REFUSALS = ['unauthorized', 'invalid_parameter', 'too_many_requests'] as const;

function refuse(code: (typeof WEBHOOK_REFUSALS)[number], detail: string, request: APIGatewayProxyEvent): Reply {
  const headers = code === 'too_many_requests' ? { 'Retry-After': String(RETRY_AFTER_SECONDS) } : {};
  return problem(code, detail, requestIdOf(request), headers);
}

/**
 * Receives an event. After a 400 the sender drops an event for good, so only a body that is not a JSON object gets a
 * 400. After a 429 the sender repeats an event for days, so every event that this service cannot read or act on gets a
 * 429.
 */
export async function receiveEvent(options: InvalidateHandlerOptions, request: APIGatewayProxyEvent): Promise<Reply> {
  if (!isAuthorized(header(request, 'authorization'), options.webhookSecrets)) {
    const detail = 'Authorization is not the secret of the webhook; set the fixed header to WEBHOOK_SECRET.';
    return refuse('unauthorized', detail, request);
  }
  const body = readText(request);
  if (body.kind === 'too-large' || body.kind === 'unknown-coding') return refuseCoding(body.kind, request);
  try {
    const event = body.kind === 'text' ? parseWithTexts(body.text) : undefined;
    if (!isObject(event)) return refuseBroken(request);
    return await actUpon(options, readCapillaryEvent(event));
  } catch (error) {
    return tryAgain(request, 'The event could not be acted on. Send it again.', troubleOf(error));
  }
}

/**
 * Acts on every customer that the event names, and on every identifier. If it names no customer's id (cardUpdated), the
 * entries of its identifiers name their customers, and the service acts on those customers too.
 */
async function actUpon(options: InvalidateHandlerOptions, event: CapillaryEvent): Promise<Reply> {
  const { name = 'unknown', mode, customerIds } = event;
  const subjects = await subjectsOf(event, options.reading);
  const endsAt = options.clock.monotonicNow() + PURGE_WITHIN_MS;
  const invalidation = createInvalidation(options);
  const ofCustomers = await invalidation.customers(customerIds, mode, { endsAt });
  const reachesCustomers = customerIds.length === 0;
  const ofSubjects = await invalidation.subjects(subjects, mode, { endsAt, reachesCustomers });
  const invalidated = ofCustomers + ofSubjects;
  return invalidationReply(
    { invalidated },
    {
      event: name,
      ...(mode === 'delete' ? { purged: invalidated } : { markedStale: invalidated }),
      ...(subjects.length === 0 && { isEventUnread: true }),
    },
  );
}

const CODING_DETAILS: Readonly<Record<Exclude<BodyText['kind'], 'text' | 'unreadable'>, string>> = {
  'too-large': `The body is over ${MAX_UNPACKED_BYTES} bytes when it is unpacked; send it without compression.`,
  'unknown-coding': 'The Content-Encoding is not known; allowed is gzip, or none.',
};

/** The body may be a JSON object that another deployment can read. So the sender must not drop it. */
function refuseCoding(kind: keyof typeof CODING_DETAILS, request: APIGatewayProxyEvent): Reply {
  return tryAgain(request, CODING_DETAILS[kind], { unread: kind, isEventUnread: true });
}

/** The sender drops this event for good. If it named a customer, nobody acts on it, so an operator must learn of it. */
function refuseBroken(request: APIGatewayProxyEvent): Reply {
  const detail = 'The body is not a JSON object; send the event as one JSON object in UTF-8.';
  const reply = refuse('invalid_parameter', detail, request);
  return { ...reply, report: { ...reply.report, unread: 'broken', isEventUnread: true } };
}

function tryAgain(request: APIGatewayProxyEvent, detail: string, facts: Reply['report']): Reply {
  const reply = refuse('too_many_requests', detail, request);
  return { ...reply, report: { ...reply.report, ...facts } };
}

function troubleOf(error: unknown): Reply['report'] {
  return error instanceof StoreUnavailableError
    ? { storeFailure: error.reason }
    : { code: 'internal_error', ...errorFacts(error) };
}
