import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDbCacheStore, type StoreConfig } from '../../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { systemClock } from '../../functions/adapters/system-clock.ts';
import { createInvalidation } from '../../functions/lookup/invalidation.ts';
import { requestReading } from '../../functions/request-reading.ts';
import type { Settings } from '../../functions/settings/settings.ts';
import type { RunningFunctions } from '../functions.ts';
import type { Observation } from '../observation/observation.ts';
import { keepRecent } from '../observation/recent-requests.ts';
import { peek } from '../peek/peek.ts';
import { aboutService } from './about-service.ts';
import { type Console, createConsole } from './console.ts';
import { createEntryShelf, type EntryShelf } from './entry-shelf.ts';
import { type LearnedSubjects, learnSubjects } from './learned-subjects.ts';
import { createUpstreamControl } from './upstream-control.ts';

/** The console of a running service. */
export interface RunningConsole extends Console {
  /** Tells it about an answered request. */
  tell(observation: Observation, event: unknown): void;
  close(): void;
}

/** How long the store may take to answer the page. Milliseconds. */
const STORE_TIMEOUT_MS = 2000;

/** @param serviceUrl the service's own address, once it has one */
export function startConsole(
  { settings, local, store, simulator }: Pick<RunningFunctions, 'settings' | 'local' | 'store' | 'simulator'>,
  serviceUrl: () => string,
): RunningConsole {
  const recent = keepRecent();
  const subjects = learnSubjects(requestReading(settings), settings.cache.keySecrets[0]);
  const hasEntries = settings.cache.mode === 'on';
  const config = { endpoint: store.url, ...store.awsConfig() };
  const client = hasEntries ? new DynamoDBClient({ maxAttempts: 1, ...config }) : undefined;
  const pages = createConsole({
    about: () => aboutService(settings, local),
    recent,
    peek: client && ((parameters) => peek(client, settings, parameters, () => systemClock.now())),
    entries: client && shelfOf(settings, client, config, subjects),
    upstream:
      simulator &&
      createUpstreamControl({
        controlUrl: `${simulator.url}/__control`,
        webhookUrl: () => `${serviceUrl()}/events/capillary`,
        webhookSecret: settings.webhookSecrets[0],
      }),
  });
  return {
    answer: pages.answer,
    tell: (observation, event) => {
      recent.add(observation);
      // This comes after the answer: the caller does not wait for the console.
      if (hasEntries) setImmediate(() => void subjects.learn(event));
    },
    close: () => client?.destroy(),
  };
}

function shelfOf(
  { aws, cache, freshness }: Settings,
  client: DynamoDBClient,
  config: StoreConfig,
  subjects: LearnedSubjects,
): EntryShelf {
  const { table, keySecrets } = cache;
  const store = new DynamoDbCacheStore({ table, timeoutMs: STORE_TIMEOUT_MS, reader: 'sdk', aws }, config);
  const invalidation = createInvalidation({ store, clock: systemClock, keySecrets });
  return createEntryShelf({ client, table, windows: freshness, subjects, invalidation, clock: systemClock });
}
