import middy, { type MiddlewareObj, type Request } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { errorFacts, type RequestLog } from '../adapters/telemetry/logger.ts';
import { InvalidRequestError } from '../customer/invalid-request-error.ts';
import { type Clock, StoreUnavailableError } from '../lookup/ports.ts';
import { unusedCacheStatus } from './cache-status.ts';
import { type CorsRequest, withCors } from './cors.ts';
import { problem } from './problem.ts';
import type { Reply } from './reply.ts';

/** A function behind the REST API: one proxy event in, one reply out. Never throws. */
export type RestHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** The answer to a request of one resource and one method. */
export type Endpoint = (event: APIGatewayProxyEvent) => Promise<Reply>;

export interface RestHandlerOptions {
  /** By the resource's path template and the method. */
  readonly endpoints: Readonly<Record<string, Readonly<Record<string, Endpoint>>>>;
  readonly clock: Clock;
  readonly log: RequestLog;
  /** Origins whose pages may read answers. Default: none. */
  readonly corsOrigins?: readonly string[];
  /** By the resource's path template: the headers of its own that pages may send. Default: none. */
  readonly corsRequestHeaders?: Readonly<Record<string, readonly string[]>>;
}

type HttpRequest = Request<APIGatewayProxyEvent, Reply>;

/** What every reply carries: it holds personal data, which no browser or proxy may keep or guess the type of. */
const COMMON_HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/** Makes a function of endpoints: routes, answers errors as problems, adds CORS, and logs one line a request. */
export function createRestHandler(options: RestHandlerOptions): RestHandler {
  const { endpoints, clock, log, corsOrigins = [], corsRequestHeaders = {} } = options;
  const corsRequest = (event: APIGatewayProxyEvent): CorsRequest => ({
    method: event.httpMethod,
    origin: header(event, 'origin'),
    methods: Object.keys(ofResource(endpoints, event) ?? {}),
    requestHeaders: ofResource(corsRequestHeaders, event) ?? [],
  });
  // The steps behind the answer run from the last to the first.
  const handler = middy<APIGatewayProxyEvent, Reply>()
    .use(requestLog(log, clock))
    .use(always((reply, { event }) => withCors(reply, corsRequest(event), corsOrigins)))
    .use({ onError: answerError })
    .handler((event: APIGatewayProxyEvent) => route(endpoints, event));

  return async (event, context) => {
    const { status, headers, body } = await handler(event, context);
    return { statusCode: status, headers: { ...COMMON_HEADERS, ...headers }, body, isBase64Encoded: false };
  };
}

async function route(endpoints: RestHandlerOptions['endpoints'], event: APIGatewayProxyEvent): Promise<Reply> {
  const { httpMethod } = event;
  const methods = ofResource(endpoints, event);
  if (methods === undefined) {
    const known = Object.keys(endpoints).join(', ');
    return problem('not_found', `There is nothing at this path; there is ${known}.`, requestIdOf(event));
  }
  const endpoint = Object.hasOwn(methods, httpMethod) ? methods[httpMethod] : undefined;
  if (endpoint !== undefined) return endpoint(event);
  const allowed = Object.keys(methods).join(', ');
  const headers = { Allow: `${allowed}, OPTIONS` };
  if (httpMethod === 'OPTIONS') {
    const cacheStatus = unusedCacheStatus('preflight');
    return { status: 204, headers: { ...headers, 'Cache-Status': cacheStatus }, body: '', report: {} };
  }
  const detail = `This method is not allowed here; allowed is ${allowed}.`;
  return problem('method_not_allowed', detail, requestIdOf(event), headers);
}

/** What a resource has of its own. */
function ofResource<T>(table: Readonly<Record<string, T>>, { resource }: APIGatewayProxyEvent): T | undefined {
  return Object.hasOwn(table, resource) ? table[resource] : undefined;
}

/** A header's value, all its lines joined (RFC 9110 §5.3). */
export function header({ multiValueHeaders }: APIGatewayProxyEvent, name: string): string | undefined {
  const lines = Object.entries(multiValueHeaders ?? {}).find(([known]) => known.toLowerCase() === name)?.[1];
  return lines?.join(', ');
}

/** The query, decoded; a parameter given twice stands twice. */
export function queryParameters({ multiValueQueryStringParameters }: APIGatewayProxyEvent): [string, string][] {
  return Object.entries(multiValueQueryStringParameters ?? {}).flatMap(([name, values = []]) =>
    values.map((value): [string, string] => [name, value]),
  );
}

/** The body's text. */
export function bodyOf({ body, isBase64Encoded }: APIGatewayProxyEvent): string {
  return isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? '');
}

export function requestIdOf(event: APIGatewayProxyEvent): string {
  return event.requestContext.requestId;
}

/** Turns what was thrown into a reply: a refusal of the caller's request, a store that is down, or our own fault. */
function answerError(request: HttpRequest): void {
  const { error, event } = request;
  if (error instanceof InvalidRequestError) {
    request.response = problem(error.code, error.message, requestIdOf(event));
    return;
  }
  if (error instanceof StoreUnavailableError) {
    const detail = 'The store does not answer, so that this could not be completed. Send it again.';
    const reply = problem('store_unavailable', detail, requestIdOf(event), { 'Retry-After': '5' });
    request.response = { ...reply, report: { ...reply.report, storeFailure: error.reason } };
    return;
  }
  const detail = 'Lookaside failed. Try again; if it fails again, report the requestId.';
  const reply = problem('internal_error', detail, requestIdOf(event));
  request.response = { ...reply, report: { ...reply.report, ...errorFacts(error) } };
}

/** A step behind every answer, of an error too. */
function always(change: (reply: Reply, request: HttpRequest) => Reply): MiddlewareObj<APIGatewayProxyEvent, Reply> {
  const step = (request: HttpRequest) => {
    if (request.response) request.response = change(request.response, request);
  };
  return { after: step, onError: step };
}

/** One line for each request: no query, no header, no body, so no personal data. */
function requestLog(log: RequestLog, clock: Clock): MiddlewareObj<APIGatewayProxyEvent, Reply> {
  const startedAt = new WeakMap<APIGatewayProxyEvent, number>();
  return {
    before: ({ event }) => {
      startedAt.set(event, clock.now());
    },
    ...always((reply, { event }) => {
      const now = clock.now();
      const facts = {
        requestId: requestIdOf(event),
        method: event.httpMethod,
        resource: event.resource,
        status: reply.status,
        durationMs: now - (startedAt.get(event) ?? now),
        ...reply.report,
      };
      if (reply.report.code === 'internal_error') log.error('request', facts);
      else log.info('request', facts);
      return reply;
    }),
  };
}
