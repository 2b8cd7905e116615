import middy, { type MiddlewareObj, type Request } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { errorFacts, logRequest, type RequestLog } from '../adapters/telemetry/logger.ts';
import { InvalidRequestError } from '../customer/request/invalid-request-error.ts';
import { FAULT_MESSAGE } from '../fault-message.ts';
import type { Clock } from '../lookup/ports.ts';
import { StoreUnavailableError } from '../lookup/store-unavailable-error.ts';
import { unusedCacheStatus } from './cache-status.ts';
import { callerName } from './caller.ts';
import { type CorsRequest, withCors } from './cors.ts';
import { problem, RETRY_AFTER_SECONDS } from './problem.ts';
import type { Reply } from './reply.ts';
import { header, isRestEvent, requestIdOf } from './rest-event.ts';

/**
 * A function behind the REST API: it gets one proxy event and returns one reply. It never throws. To an event that is
 * not a request of the REST API it answers 400.
 */
export type RestHandler = (event: unknown, context: Pick<Context, 'awsRequestId'>) => Promise<APIGatewayProxyResult>;

/** The answer to a request of one resource and one method. */
export type Endpoint = (event: APIGatewayProxyEvent) => Promise<Reply>;

/** What a handler of API Gateway's events needs. */
export interface RestHandlerOptions {
  /** By the resource's path template and the method. An endpoint of GET answers HEAD too. */
  readonly endpoints: Readonly<Record<string, Readonly<Record<string, Endpoint>>>>;
  readonly clock: Clock;
  readonly log: RequestLog;
  /** The origins of pages that may read answers. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** By the resource's path template: its own headers that pages may send. Default: none. */
  readonly corsRequestHeaders?: Readonly<Record<string, readonly string[]>>;
  /** The caller, for the log line. Default: the API key's id, or the name of the role that signed. */
  readonly by?: (event: APIGatewayProxyEvent) => string | undefined;
}

/** The facts about every request in the log, besides those of its endpoint. */
export interface RequestFacts {
  readonly requestId: string;
  /** Absent for GET, which nearly all requests are. */
  readonly method?: string;
  /** The path template. The path itself may hold a customer's id. */
  readonly resource: string;
  readonly status: number;
  readonly durationMs: number;
  /** The caller. Absent if the gateway does not name the caller. */
  readonly by?: string;
}

/** The data of a request until it is answered. */
type Internal = {
  /** Monotonic milliseconds. */
  startedAt?: number;
};
type HttpRequest = Request<APIGatewayProxyEvent, Reply, Error, Context, Internal>;
type Step = MiddlewareObj<APIGatewayProxyEvent, Reply, Error, Context, Internal>;

/**
 * middy ends a request 5 ms before Lambda's time is over, unless this forbids it. But the work of that request would go
 * on inside the next one, and the webhook would get a 500. So we let Lambda end the whole instance. Also, middy
 * compares Lambda's end with the time of day: with a clock that is ahead it would end every request at once.
 */
const WITHOUT_EARLY_END = { timeoutEarlyInMillis: 0 };

/** The headers of every reply. A reply holds personal data: a browser or proxy must not keep it, or guess its type. */
const COMMON_HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/**
 * Makes a function of endpoints. It routes requests, answers errors as problems, adds CORS headers, and logs one line
 * for each request.
 */
export function createRestHandler(options: RestHandlerOptions): RestHandler {
  const { endpoints, clock, log, corsOrigins = [], corsRequestHeaders = {}, by = callerName } = options;
  const corsRequest = (event: APIGatewayProxyEvent): CorsRequest => ({
    method: event.httpMethod,
    origin: header(event, 'origin'),
    methods: methodsOf(ofResource(endpoints, event) ?? {}),
    requestHeaders: ofResource(corsRequestHeaders, event) ?? [],
  });
  // The steps after the answer run from the last to the first.
  const handler = middy<APIGatewayProxyEvent, Reply, Error, Context, Internal>(WITHOUT_EARLY_END)
    .use(requestLog(log, clock, by))
    .use(corsOrigins.length === 0 ? [] : always((reply, { event }) => withCors(reply, corsRequest(event), corsOrigins)))
    .use({ onError: answerError })
    .handler((event: APIGatewayProxyEvent) => route(endpoints, event));

  return async (event, context) => {
    if (!isRestEvent(event)) return toResult(await refuseForeign(event, context.awsRequestId, log));
    const reply = await handler(event, context as Context);
    return toResult(event.httpMethod === 'HEAD' ? withoutBody(reply) : reply);
  };
}

function toResult({ status, headers, body }: Reply): APIGatewayProxyResult {
  const sent = typeof body === 'string' ? { body, isBase64Encoded: false } : inBase64(body);
  return { statusCode: status, headers: { ...COMMON_HEADERS, ...headers }, ...sent };
}

/** Bytes in the form of Lambda's reply: API Gateway decodes them. */
function inBase64(body: Buffer): Pick<APIGatewayProxyResult, 'body' | 'isBase64Encoded'> {
  return { body: body.toString('base64'), isBase64Encoded: true };
}

/** Answers an event that is not a request, and logs the kind of the event, not its content. */
async function refuseForeign(event: unknown, requestId: string, log: RequestLog): Promise<Reply> {
  // The first such event loads this code, so that a hit does not.
  const { eventKindOf } = await import('../event-kind.ts');
  const detail = 'The event is not a request; this function answers requests of a REST API (payload format 1.0).';
  const reply = problem('invalid_parameter', detail, requestId);
  log.info('request', { requestId, status: reply.status, ...reply.report, foreignEvent: eventKindOf(event) });
  return reply;
}

/** The reply to HEAD (RFC 9110 §9.3.2): the status and headers of GET, with the length of the body, and no body. */
function withoutBody(reply: Reply): Reply {
  if (reply.body.length === 0) return reply;
  return { ...reply, headers: { ...reply.headers, 'Content-Length': String(Buffer.byteLength(reply.body)) }, body: '' };
}

async function route(endpoints: RestHandlerOptions['endpoints'], event: APIGatewayProxyEvent): Promise<Reply> {
  const { httpMethod } = event;
  const methods = ofResource(endpoints, event);
  if (methods === undefined) {
    const known = Object.keys(endpoints).join(', ');
    return problem(
      'not_found',
      `There is nothing at this path; this part of the API has ${known}.`,
      requestIdOf(event),
    );
  }
  const answered = httpMethod === 'HEAD' ? 'GET' : httpMethod;
  const endpoint = Object.hasOwn(methods, answered) ? methods[answered] : undefined;
  if (endpoint !== undefined) return endpoint(event);
  const allowed = methodsOf(methods).join(', ');
  const headers = { Allow: `${allowed}, OPTIONS` };
  if (httpMethod === 'OPTIONS') {
    const cacheStatus = unusedCacheStatus('preflight');
    return { status: 204, headers: { ...headers, 'Cache-Status': cacheStatus }, body: '', report: {} };
  }
  const detail = `This method is not allowed here; allowed is ${allowed}.`;
  return problem('method_not_allowed', detail, requestIdOf(event), headers);
}

/** The value of a resource in a table; undefined if it has none. */
function ofResource<T>(table: Readonly<Record<string, T>>, { resource }: APIGatewayProxyEvent): T | undefined {
  return Object.hasOwn(table, resource) ? table[resource] : undefined;
}

/** The allowed methods. */
function methodsOf(endpoints: Readonly<Record<string, Endpoint>>): readonly string[] {
  return Object.keys(endpoints).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
}

/** Turns an error into a reply: a refusal of the caller's request, a store that is down, or our own fault. */
function answerError(request: HttpRequest): void {
  const { error, event } = request;
  if (error instanceof InvalidRequestError) {
    request.response = problem(error.code, error.message, requestIdOf(event));
    return;
  }
  if (error instanceof StoreUnavailableError) {
    const detail = 'The store does not answer, so the request is not complete. Send it again.';
    const reply = problem('store_unavailable', detail, requestIdOf(event), {
      'Retry-After': String(RETRY_AFTER_SECONDS),
    });
    request.response = { ...reply, report: { ...reply.report, storeFailure: error.reason } };
    return;
  }
  const reply = problem('internal_error', FAULT_MESSAGE, requestIdOf(event));
  request.response = { ...reply, report: { ...reply.report, ...errorFacts(error) } };
}

/** A step that runs after every answer, and after every error. */
function always(change: (reply: Reply, request: HttpRequest) => Reply): Step {
  const step = (request: HttpRequest) => {
    if (request.response) request.response = change(request.response, request);
  };
  return { after: step, onError: step };
}

/** Logs one line for each request. It has no query, header or body, so no personal data. */
function requestLog(log: RequestLog, clock: Clock, by: NonNullable<RestHandlerOptions['by']>): Step {
  return {
    before: ({ internal }) => {
      internal.startedAt = clock.monotonicNow();
    },
    ...always((reply, { event, internal }) => {
      const now = clock.monotonicNow();
      const caller = by(event);
      const ofEvery: RequestFacts = {
        requestId: requestIdOf(event),
        ...(event.httpMethod !== 'GET' && { method: event.httpMethod }),
        resource: event.resource,
        status: reply.status,
        durationMs: Math.round(now - (internal.startedAt ?? now)),
        ...(caller !== undefined && { by: caller }),
      };
      logRequest(log, { ...ofEvery, ...reply.report });
      return reply;
    }),
  };
}
