import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { RequestLog } from '../adapters/telemetry/logger.ts';
import type { Caller, CallerOf } from '../callers/callers.ts';
import type { AskedLookup } from '../customer/request/canonical-request.ts';
import { readV1Request } from '../customer/v1/v1-request.ts';
import { readV2Request } from '../customer/v2/v2-request.ts';
import { readDirectives } from '../lookup/directives.ts';
import type { Guard } from '../lookup/guard/guard.ts';
import type { Preferences } from '../lookup/preferences.ts';
import type { LookupService } from '../lookup-service.ts';
import { type CallerNames, NAMES_BY_KEY } from '../rest/caller.ts';
import type { Reply } from '../rest/reply.ts';
import { header, queryParameters, requestIdOf } from '../rest/rest-event.ts';
import { createRestHandler, type RestHandler } from '../rest/rest-handler.ts';
import { type Answered, guarded } from './guarded.ts';
import { createHealthCheck } from './health.ts';
import { lookupReply } from './lookup-reply.ts';

/** What the entry for API Gateway's events needs. */
export interface HttpHandlerOptions {
  readonly service: LookupService;
  readonly log: RequestLog;
  /** The origins of pages that may read answers. */
  readonly corsOrigins: readonly string[];
  /** Names the caller of a request. Default: by its API key or its signature. */
  readonly names?: CallerNames | undefined;
  /** Finds the caller of a look-up. Default: the same rules hold for all callers. */
  readonly callerOf?: CallerOf | undefined;
  /** Refuses callers that try numbers out. Default: none is refused. */
  readonly guard?: Guard | undefined;
}

/** Makes the function of the look-ups and of the service's health. */
export function createHttpHandler(options: HttpHandlerOptions): RestHandler {
  const { service, log, corsOrigins, callerOf, guard, names = NAMES_BY_KEY } = options;
  const { clock, deadlineMs, store } = service;
  const guarding = { guard, names };
  const lookUp = (event: APIGatewayProxyEvent, caller: Caller | undefined, read: AskedLookup): Promise<Reply> =>
    guarded({ ...guarding, clock, withinMs: deadlineMs }, event, () => answer(service, event, caller, read));
  return createRestHandler({
    endpoints: {
      '/v2/customers/lookup/customerDetails': {
        GET: async (event) =>
          lookUp(event, callerOf?.(event), await readV2Request(queryParameters(event), service.reading, 'query')),
      },
      '/v1.1/customer/get': {
        GET: async (event) => {
          const language = header(event, 'language');
          return lookUp(
            event,
            callerOf?.(event),
            await readV1Request(queryParameters(event), language, service.reading, 'query'),
          );
        },
      },
      // The first batch loads this code, so that a look-up does not.
      '/lookups': {
        POST: async (event) => (await import('./lookups.ts')).lookUpAll(service, event, callerOf?.(event), guarding),
      },
      '/health': { GET: createHealthCheck(clock, store && (() => store.isAnswering())) },
    },
    clock,
    log,
    by: names.inLog,
    corsOrigins,
    corsRequestHeaders: { '/v1.1/customer/get': ['language'] },
  });
}

async function answer(
  service: LookupService,
  event: APIGatewayProxyEvent,
  caller: Caller | undefined,
  read: AskedLookup,
): Promise<Answered> {
  const asked = caller === undefined ? read : caller.admit(read);
  const given = (name: string) => header(event, name) ?? caller?.headers[name];
  const prefer = given('prefer');
  // The first request with `Prefer` loads its reader, so that a hit does not.
  const preferences = prefer === undefined ? undefined : await readPreferences(prefer, service.deadlineMs);
  const result = await service.lookup(asked, readDirectives(given('cache-control')), {
    purpose: preferences?.isPrefetch ? 'prefetch' : 'answer',
    waitMs: preferences?.waitMs,
  });
  const reply = lookupReply(result, {
    api: asked.request.api,
    fields: asked.fields,
    ifNoneMatch: header(event, 'if-none-match'),
    acceptEncoding: header(event, 'accept-encoding'),
    preferenceApplied: preferences?.applied,
    requestId: requestIdOf(event),
  });
  const ofClass = caller && { report: { ...reply.report, callerClass: caller.className } };
  return { reply: { ...reply, ...ofClass }, results: [result] };
}

async function readPreferences(prefer: string, maxWaitMs: number): Promise<Preferences> {
  return (await import('../lookup/preferences.ts')).readPreferences(prefer, maxWaitMs);
}
