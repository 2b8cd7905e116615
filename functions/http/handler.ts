import middy, { type MiddlewareObj, type Request } from '@middy/core';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { errorFacts, type RequestLog } from '../adapters/telemetry/logger.ts';
import type { Parameter } from '../customer/canonical-request.ts';
import { readCustomerDetailsRequest } from '../customer/customer-details-request.ts';
import { InvalidRequestError } from '../customer/invalid-request-error.ts';
import { readDirectives } from '../lookup/directives.ts';
import type { Clock } from '../lookup/ports.ts';
import type { LookupService } from '../lookup-service.ts';
import { unusedCacheStatus } from './cache-status.ts';
import { withCors } from './cors.ts';
import { createHealthCheck } from './health.ts';
import { lookupReply } from './lookup-reply.ts';
import { problem } from './problem.ts';
import type { Reply } from './reply.ts';

/** The function behind the API: one REST proxy event in, one reply out. Never throws. */
export type HttpHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

export interface HttpHandlerOptions {
  readonly service: LookupService;
  readonly log: RequestLog;
  /** Origins whose pages may read answers. */
  readonly corsOrigins: readonly string[];
}

type Endpoint = (event: APIGatewayProxyEvent) => Promise<Reply>;
type HttpRequest = Request<APIGatewayProxyEvent, Reply>;

/** What every reply carries: it holds personal data, which no browser or proxy may keep or guess the type of. */
const COMMON_HEADERS = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' };

/** Makes the HTTP function. */
export function createHttpHandler({ service, log, corsOrigins }: HttpHandlerOptions): HttpHandler {
  const { clock, store } = service;
  const endpoints: Readonly<Record<string, Endpoint>> = {
    '/v2/customers/lookup/customerDetails': (event) => lookUp(service, event),
    '/health': createHealthCheck(clock, store && (() => store.isAnswering())),
  };
  // The steps behind the answer run from the last to the first.
  const handler = middy<APIGatewayProxyEvent, Reply>()
    .use(requestLog(log, clock))
    .use(always((reply, { event }) => withCors(reply, event.httpMethod, header(event, 'origin'), corsOrigins)))
    .use({ onError: answerError })
    .handler((event: APIGatewayProxyEvent) => route(endpoints, event));

  return async (event, context) => {
    const { status, headers, body } = await handler(event, context);
    return { statusCode: status, headers: { ...COMMON_HEADERS, ...headers }, body, isBase64Encoded: false };
  };
}

async function route(endpoints: Readonly<Record<string, Endpoint>>, event: APIGatewayProxyEvent): Promise<Reply> {
  const endpoint = Object.hasOwn(endpoints, event.resource) ? endpoints[event.resource] : undefined;
  if (endpoint === undefined) {
    const known = Object.keys(endpoints).join(', ');
    return problem('not_found', `There is nothing at this path; there is ${known}.`, requestIdOf(event));
  }
  if (event.httpMethod === 'GET') return endpoint(event);
  const headers = { Allow: 'GET, OPTIONS' };
  if (event.httpMethod === 'OPTIONS') {
    return {
      status: 204,
      headers: { ...headers, 'Cache-Status': unusedCacheStatus('preflight') },
      body: '',
      report: {},
    };
  }
  return problem('method_not_allowed', 'This method is not allowed here; allowed is GET.', requestIdOf(event), headers);
}

async function lookUp({ lookup, reading }: LookupService, event: APIGatewayProxyEvent): Promise<Reply> {
  const { request, fields } = await readCustomerDetailsRequest(queryParameters(event), reading);
  const result = await lookup(request, readDirectives(header(event, 'cache-control')));
  return lookupReply(result, { fields, ifNoneMatch: header(event, 'if-none-match'), requestId: requestIdOf(event) });
}

/** The query, decoded; a parameter given twice stands twice. */
function queryParameters({ multiValueQueryStringParameters }: APIGatewayProxyEvent): Parameter[] {
  return Object.entries(multiValueQueryStringParameters ?? {}).flatMap(([name, values = []]) =>
    values.map((value): Parameter => [name, value]),
  );
}

/** A header's value, all its lines joined (RFC 9110 §5.3). */
function header({ multiValueHeaders }: APIGatewayProxyEvent, name: string): string | undefined {
  const lines = Object.entries(multiValueHeaders ?? {}).find(([known]) => known.toLowerCase() === name)?.[1];
  return lines?.join(', ');
}

function requestIdOf(event: APIGatewayProxyEvent): string {
  return event.requestContext.requestId;
}

/** Turns what was thrown into a reply: a refusal of the caller's request, or our own fault. */
function answerError(request: HttpRequest): void {
  const { error, event } = request;
  if (error instanceof InvalidRequestError) {
    request.response = problem(error.code, error.message, requestIdOf(event));
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
