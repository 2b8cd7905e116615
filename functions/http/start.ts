import { createLog } from '../adapters/telemetry/logger.ts';
import { callerHash } from '../customer/request/cache-key.ts';
import type { Guard } from '../lookup/guard/guard.ts';
import { createLookupService, type LookupService } from '../lookup-service.ts';
import type { Overrides } from '../overrides.ts';
import { REHEARSED_CACHE_CONTROL, type RehearsedLookup, rehearse, rehearsedLookup } from '../rehearsal.ts';
import type { RestHandler } from '../rest/rest-handler.ts';
import type { Settings } from '../settings/settings.ts';
import { startReadiness } from '../start-readiness.ts';
import { createHttpHandler } from './handler.ts';

/** Starts the function of the look-ups and of the service's health. Its store is open when it returns. */
export async function start(settings: Settings, overrides: Overrides = {}): Promise<RestHandler> {
  const service = createLookupService(settings, overrides);
  const log =
    overrides.log ?? createLog(settings.logLevel, { environment: settings.metricsEnvironment, function: 'http' });
  const { corsOrigins, callers, callerProof } = settings;
  // This code is loaded only if there are classes of callers, and before the first look-up.
  const callerOf = callers && (await import('../callers/callers.ts')).createCallerOf(callers, callerProof);
  // This happens during init. Otherwise a fleet that scales out would begin with bypasses.
  await rehearse(service, log, startReadiness(settings, 'answer'), (initLog) =>
    createHttpHandler({ service, log: initLog, corsOrigins })(toEvent(rehearsedLookup(service.reading)), CONTEXT),
  );
  // Most deployments have API keys: they load nothing more.
  const names =
    callerProof.kind === 'apiKey' ? undefined : (await import('../callers/caller-names.ts')).callerNames(callerProof);
  return createHttpHandler({ service, log, corsOrigins, callerOf, names, guard: await createGuard(settings, service) });
}

/** The guard. Without a cache there is no place to count, so the service refuses no caller. */
async function createGuard({ guard, cache }: Settings, { clock, store }: LookupService): Promise<Guard | undefined> {
  if (guard === undefined || store === undefined) return undefined;
  const [secret] = cache.keySecrets;
  const hash = (caller: string) => callerHash(caller, secret);
  // This code is loaded only if there are limits, and before the first look-up.
  const { Guard } = await import('../lookup/guard/guard.ts');
  return new Guard({ clock, store, limits: guard, hash, storeTimeoutMs: cache.timeoutMs });
}

const CONTEXT = { awsRequestId: 'init' };

/** The look-up as a request, with only the members that the handler reads. */
function toEvent(lookup: RehearsedLookup) {
  const query = Object.entries(lookup).map(([name, value]) => [name, [value]] as const);
  return {
    resource: '/v2/customers/lookup/customerDetails',
    httpMethod: 'GET',
    multiValueHeaders: { 'Cache-Control': [REHEARSED_CACHE_CONTROL], 'Accept-Encoding': ['gzip'] },
    multiValueQueryStringParameters: Object.fromEntries(query),
    requestContext: { requestId: CONTEXT.awsRequestId },
  };
}
