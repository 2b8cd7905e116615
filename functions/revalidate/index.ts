import { createLog } from '../adapters/telemetry/logger.ts';
import { createInvokeHandler } from '../invoke/handler.ts';
import { createLookupService } from '../lookup-service.ts';
import { readSettings } from '../settings.ts';

/**
 * The Lambda function `lookaside-revalidate`: direct invocation, for which nobody waits. Wrong settings stop it before
 * its first request.
 */
const settings = readSettings();
const service = createLookupService(settings);
// During init, so that a fleet scaling out does not begin with bypasses.
await service.store?.open();

export const handler = createInvokeHandler({ service, log: createLog(settings.logLevel), purpose: 'revalidate' });
