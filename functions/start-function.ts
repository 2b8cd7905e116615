import { version } from 'node:process';
import { createLog } from './adapters/telemetry/logger.ts';
import { requireRawNumbers } from './required-runtime.ts';
import { readMisspeltNames, readSettings, type Settings } from './settings/settings.ts';

/**
 * Starts a deployed function: checks the runtime, reads the settings, and warns of names that are close to a setting's.
 *
 * @param start makes the handler
 * @throws {UnsupportedRuntimeError} if the runtime cannot keep the digits of numbers
 * @throws {SettingsError} if a setting is wrong or missing
 */
export async function startFunction<Handler>(start: (settings: Settings) => Promise<Handler>): Promise<Handler> {
  requireRawNumbers(JSON, version);
  const settings = readSettings();
  const misspelt = readMisspeltNames();
  if (misspelt.length > 0) {
    const log = createLog(settings.logLevel, { environment: settings.metricsEnvironment, function: 'start' });
    for (const names of misspelt) log.warn('misspelt setting', { ...names });
  }
  return start(settings);
}
