import { DynamoDbCacheStore } from '../functions/adapters/dynamodb/dynamodb-cache-store.ts';
import { systemClock } from '../functions/adapters/system-clock.ts';
import { createLog, type RequestLog } from '../functions/adapters/telemetry/logger.ts';
import { createHttpHandler } from '../functions/http/handler.ts';
import { createInvalidateHandler } from '../functions/invalidate/handler.ts';
import { PURGE_TIMEOUT_MS } from '../functions/invalidate/invalidate-options.ts';
import { createInvokeHandler } from '../functions/invoke/handler.ts';
import { type InvalidationStore, StoreUnavailableError } from '../functions/lookup/ports.ts';
import { createLookupService, type LookupService } from '../functions/lookup-service.ts';
import { requestReading } from '../functions/request-reading.ts';
import { type Environment, parseSettings, type Settings } from '../functions/settings.ts';
import { createLocalFunction, type LocalFunction } from './lambda/local-function.ts';
import {
  functionsEnvironment,
  type LocalSettings,
  parseLocalSettings,
  setLambdaEndpoint,
  withDynamoDbAt,
} from './settings.ts';
import type { Simulator, SimulatorOptions } from './simulator/simulator.ts';
import { openStore, type Store } from './store.ts';

/** The functions, running in this process, with what they need around them. */
export interface RunningFunctions {
  readonly http: LocalFunction;
  readonly invoke: LocalFunction;
  readonly revalidate: LocalFunction;
  readonly invalidate: LocalFunction;
  readonly settings: Settings;
  readonly local: LocalSettings;
  readonly log: RequestLog;
  /** Undefined: the cache is off (CACHE_MODE=bypass). */
  readonly store: Store | undefined;
  /** Undefined: an upstream is given (UPSTREAM_BASE_URL). */
  readonly simulator: Simulator | undefined;
  close(): Promise<void>;
}

export interface RunningOptions {
  /** How the simulator is to behave. Default: as it does by itself, with what the settings say of credentials. */
  readonly simulator?: SimulatorOptions;
  /** Where log lines go. Default: standard output. */
  readonly log?: RequestLog;
}

/**
 * Starts the functions with a store and an upstream.
 *
 * @param environment settings by their names, as in `process.env`
 * @throws {SettingsError} when one is wrong or missing
 * @throws {StartError} when something on this machine stands in the way
 */
export async function startFunctions(
  environment: Environment,
  options: RunningOptions = {},
): Promise<RunningFunctions> {
  const local = parseLocalSettings(environment);
  // Read before anything is started; the address comes when the simulator has one.
  const given = parseSettings(functionsEnvironment(environment, local.isSimulated ? 'http://127.0.0.1' : undefined));

  await using started = new AsyncDisposableStack();
  const simulator = local.isSimulated ? await simulate(given, options.simulator) : undefined;
  started.defer(async () => simulator?.close());
  const settings =
    simulator === undefined ? given : { ...given, upstream: { ...given.upstream, baseUrl: simulator.url } };
  const log = options.log ?? createLog(settings.logLevel);

  setLambdaEndpoint(environment);
  const { store, services, invalidationStore } = await oneAtATime(async () => {
    const opened = settings.cache.mode === 'on' ? await openStore(local, settings.cache.table, environment) : undefined;
    started.defer(async () => opened?.close());
    const [forHttp, forInvoke, forRevalidate, invalidationStore] = await withDynamoDbAt(opened?.url, () =>
      Promise.all([
        openService(settings),
        openService(settings),
        openService(settings),
        opened === undefined ? NO_STORE : openInvalidationStore(settings),
      ]),
    );
    const services = { http: forHttp, invoke: forInvoke, revalidate: forRevalidate };
    return { store: opened, services, invalidationStore };
  });
  const http = createHttpHandler({ service: services.http, log, corsOrigins: settings.corsOrigins });
  const invoke = createInvokeHandler({ service: services.invoke, log });
  const revalidate = createInvokeHandler({ service: services.revalidate, log, purpose: 'revalidate' });
  const invalidate = createInvalidateHandler({
    store: invalidationStore,
    clock: systemClock,
    log,
    reading: requestReading(settings),
    keySecrets: settings.cache.keySecrets,
    webhookSecrets: settings.webhookSecrets,
  });

  const parts = started.move();
  return {
    http: createLocalFunction({ name: 'lookaside-http', handler: http }),
    invoke: createLocalFunction({ name: 'lookaside-invoke', handler: invoke }),
    revalidate: createLocalFunction({ name: 'lookaside-revalidate', handler: revalidate }),
    invalidate: createLocalFunction({ name: 'lookaside-invalidate', handler: invalidate }),
    settings,
    local,
    log,
    store,
    simulator,
    close: () => parts.disposeAsync(),
  };
}

/** An instance's look-up service, its connection open, as after a function's init. */
async function openService(settings: Settings): Promise<LookupService> {
  const service = createLookupService(settings);
  await service.store?.open();
  return service;
}

/** The store as the function of cache administration has it: with more time than a look-up, its connection open. */
async function openInvalidationStore({ cache }: Settings): Promise<InvalidationStore> {
  const timeoutMs = Math.max(cache.timeoutMs, PURGE_TIMEOUT_MS);
  const store = new DynamoDbCacheStore({ table: cache.table, timeoutMs });
  await store.open();
  return store;
}

const refuse = async (): Promise<never> => {
  throw new StoreUnavailableError('CACHE_MODE=bypass');
};
/** Where no store is opened, no purge can be acknowledged. */
const NO_STORE: InvalidationStore = {
  addToIndex: refuse,
  fenceCustomer: refuse,
  listPartition: refuse,
  deleteItems: refuse,
  markStale: refuse,
};

/** A simulator that lets in whom the settings name, and agrees with them on dual eligibility. */
async function simulate({ upstream, customer }: Settings, options: SimulatorOptions | undefined): Promise<Simulator> {
  const { startSimulator } = await import('./simulator/simulator.ts');
  const credentials = upstream.credentials.kind === 'inline' ? upstream.credentials.credentials : undefined;
  return startSimulator({
    basic: credentials?.kind === 'basic' ? credentials : undefined,
    oauth: credentials?.kind === 'oauth' ? credentials : undefined,
    primaryIdentifier: customer.primaryIdentifier,
    ...options,
  });
}

let last: Promise<unknown> = Promise.resolve();

/**
 * Runs one after the other: an SDK client takes the store's address out of the process's environment with its first
 * call, and several services in one process have several stores.
 */
function oneAtATime<T>(run: () => Promise<T>): Promise<T> {
  const result = last.then(run, run);
  last = result.catch(() => undefined);
  return result;
}
