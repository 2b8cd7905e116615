import { DynamoDbCacheStore } from '../adapters/dynamodb/dynamodb-cache-store.ts';
import { systemClock } from '../adapters/system-clock.ts';
import { createLog } from '../adapters/telemetry/logger.ts';
import type { Overrides } from '../overrides.ts';
import { requestReading } from '../request-reading.ts';
import type { RestHandler } from '../rest/rest-handler.ts';
import type { Settings } from '../settings/settings.ts';
import { createInvalidateHandler } from './handler.ts';
import type { OtherRegion } from './other-regions.ts';
import { PURGE_TIMEOUT_MS } from './purge-times.ts';

/** Starts the function of cache administration and of the webhook. Its store is open when it returns. */
export async function start(settings: Settings, overrides: Overrides = {}): Promise<RestHandler> {
  const { aws, cache, logLevel, metricsEnvironment, webhookSecrets } = settings;
  const { log = createLog(logLevel, { environment: metricsEnvironment, function: 'invalidate' }), dynamoDb } =
    overrides;
  const timeoutMs = Math.max(cache.timeoutMs, PURGE_TIMEOUT_MS);
  const store = new DynamoDbCacheStore({ ...cache, timeoutMs, aws }, dynamoDb);
  // It always writes, so it loads that code now, with a whole CPU.
  const [regions] = await Promise.all([otherRegionsOf(settings, overrides), store.open(), store.load()]);
  return createInvalidateHandler({
    store,
    clock: systemClock,
    log,
    reading: requestReading(settings),
    keySecrets: cache.keySecrets,
    webhookSecrets,
    otherRegions: regions,
  });
}

/** The other regions of the settings. If there are none, their client is not loaded. */
async function otherRegionsOf({ otherRegions }: Settings, { lambda }: Overrides): Promise<readonly OtherRegion[]> {
  if (otherRegions.length === 0) return [];
  const { lambdaRegion } = await import('../adapters/lambda/lambda-region.ts');
  return otherRegions.map((functionArn) => lambdaRegion(functionArn, lambda?.()));
}
