import { DynamoDbCacheStore } from '../adapters/dynamodb/dynamodb-cache-store.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { createLog } from '../adapters/telemetry/logger.ts';
import { requestReading } from '../request-reading.ts';
import { readSettings } from '../settings.ts';
import { createInvalidateHandler } from './handler.ts';
import { PURGE_TIMEOUT_MS } from './invalidate-options.ts';

/** The Lambda function `lookaside-invalidate`. Wrong settings stop it before its first request. */
const settings = readSettings();
const { cache } = settings;
const store = new DynamoDbCacheStore({ table: cache.table, timeoutMs: Math.max(cache.timeoutMs, PURGE_TIMEOUT_MS) });
await store.open();

export const handler = createInvalidateHandler({
  store,
  clock: systemClock,
  log: createLog(settings.logLevel),
  reading: requestReading(settings),
  keySecrets: cache.keySecrets,
  webhookSecrets: settings.webhookSecrets,
});
