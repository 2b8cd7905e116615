import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { RequestLog } from '../adapters/telemetry/logger.ts';
import { readCustomerDetailsRequest } from '../customer/customer-details-request.ts';
import { readDirectives } from '../lookup/directives.ts';
import type { LookupService } from '../lookup-service.ts';
import { createHealthCheck } from './health.ts';
import { lookupReply } from './lookup-reply.ts';
import type { Reply } from './reply.ts';
import { createRestHandler, header, queryParameters, type RestHandler, requestIdOf } from './rest-handler.ts';

export interface HttpHandlerOptions {
  readonly service: LookupService;
  readonly log: RequestLog;
  /** Origins whose pages may read answers. */
  readonly corsOrigins: readonly string[];
}

/** Makes the function of the look-ups and of the service's health. */
export function createHttpHandler({ service, log, corsOrigins }: HttpHandlerOptions): RestHandler {
  const { clock, store } = service;
  return createRestHandler({
    endpoints: {
      '/v2/customers/lookup/customerDetails': { GET: (event) => lookUp(service, event) },
      '/health': { GET: createHealthCheck(clock, store && (() => store.isAnswering())) },
    },
    clock,
    log,
    corsOrigins,
  });
}

async function lookUp({ lookup, reading }: LookupService, event: APIGatewayProxyEvent): Promise<Reply> {
  const { request, fields } = await readCustomerDetailsRequest(queryParameters(event), reading);
  const result = await lookup(request, readDirectives(header(event, 'cache-control')));
  return lookupReply(result, { fields, ifNoneMatch: header(event, 'if-none-match'), requestId: requestIdOf(event) });
}
