import { createLog } from '../adapters/telemetry/logger.ts';
import type { LookupPurpose } from '../lookup/lookup-policy.ts';
import { createLookupService } from '../lookup-service.ts';
import type { Overrides } from '../overrides.ts';
import type { Settings } from '../settings/settings.ts';
import { createInvokeHandler, type InvokeHandler } from './handler.ts';

/**
 * Starts the function for direct invocation. Its store is open when it returns.
 *
 * @param purpose what its look-ups are for. Default: `answer`
 */
export async function start(
  settings: Settings,
  overrides: Overrides = {},
  purpose: LookupPurpose = 'answer',
): Promise<InvokeHandler> {
  const service = createLookupService(settings, overrides);
  // During init: so a fleet that scales out does not begin with bypasses.
  await service.store?.open();
  const origin = {
    environment: settings.metricsEnvironment,
    function: purpose === 'revalidate' ? 'revalidate' : 'invoke',
  };
  return createInvokeHandler({ service, log: overrides.log ?? createLog(settings.logLevel, origin), purpose });
}
