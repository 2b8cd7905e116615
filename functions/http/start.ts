import { createLog } from '../adapters/telemetry/logger.ts';
import { createLookupService } from '../lookup-service.ts';
import type { Overrides } from '../overrides.ts';
import type { RestHandler } from '../rest/rest-handler.ts';
import type { Settings } from '../settings/settings.ts';
import { createHttpHandler } from './handler.ts';

/** Starts the function of the look-ups and of the service's health. Its store is open when it returns. */
export async function start(settings: Settings, overrides: Overrides = {}): Promise<RestHandler> {
  const service = createLookupService(settings, overrides);
  // During init: so a fleet that scales out does not begin with bypasses.
  await service.store?.open();
  const log =
    overrides.log ?? createLog(settings.logLevel, { environment: settings.metricsEnvironment, function: 'http' });
  return createHttpHandler({ service, log, corsOrigins: settings.corsOrigins });
}
