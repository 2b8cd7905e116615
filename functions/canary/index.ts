import { createLog } from '../adapters/telemetry/logger.ts';
import { readCanarySettings } from '../settings/settings.ts';
import { createCanary } from './handler.ts';

const settings = readCanarySettings();
const log = createLog('INFO', { environment: settings.environment, function: 'canary' });

/** The Lambda function `lookaside-canary`, which a schedule invokes. Wrong settings stop it. */
export const handler = createCanary(settings, log);
