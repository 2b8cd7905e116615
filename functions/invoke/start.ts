import { createLog } from '../adapters/telemetry/logger.ts';
import type { LookupPurpose } from '../lookup/lookup-policy.ts';
import { createLookupService } from '../lookup-service.ts';
import type { Overrides } from '../overrides.ts';
import { REHEARSED_CACHE_CONTROL, rehearse, rehearsedLookup } from '../rehearsal.ts';
import type { Settings } from '../settings/settings.ts';
import { startReadiness } from '../start-readiness.ts';
import { createInvokeHandler, type InvokeHandler } from './handler.ts';

/**
 * Starts the function for direct invocation. Its store is open when it returns.
 *
 * @param purpose the purpose of its look-ups. Default: `answer`
 */
export async function start(
  settings: Settings,
  overrides: Overrides = {},
  purpose: LookupPurpose = 'answer',
): Promise<InvokeHandler> {
  const service = createLookupService(settings, overrides);
  const origin = {
    environment: settings.metricsEnvironment,
    function: purpose === 'revalidate' ? 'revalidate' : 'invoke',
  };
  const log = overrides.log ?? createLog(settings.logLevel, origin);
  // This happens during init. Otherwise a fleet that scales out would begin with bypasses.
  await rehearse(service, log, startReadiness(settings, purpose), (initLog) => {
    const payload = { ...rehearsedLookup(service.reading), cacheControl: REHEARSED_CACHE_CONTROL };
    return createInvokeHandler({ service, log: initLog })(payload, { awsRequestId: 'init' });
  });
  return createInvokeHandler({ service, log, purpose });
}
