import { createLog, type RequestLog } from '../functions/adapters/telemetry/logger.ts';
import { createHttpHandler } from '../functions/http/handler.ts';
import { createInvokeHandler } from '../functions/invoke/handler.ts';
import { createLookupService, type LookupService } from '../functions/lookup-service.ts';
import { type Environment, parseSettings, type Settings } from '../functions/settings.ts';
import { createLocalFunction, type LocalFunction } from './lambda/local-function.ts';
import { functionsEnvironment, type LocalSettings, parseLocalSettings, withDynamoDbAt } from './settings.ts';
import type { Simulator, SimulatorOptions } from './simulator/simulator.ts';
import { openStore, type Store } from './store.ts';

/** The functions, running in this process, with what they need around them. */
export interface RunningFunctions {
  readonly http: LocalFunction;
  readonly invoke: LocalFunction;
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

  const { store, services } = await oneAtATime(async () => {
    const opened = settings.cache.mode === 'on' ? await openStore(local, settings.cache.table, environment) : undefined;
    started.defer(async () => opened?.close());
    const services = await withDynamoDbAt(opened?.url, () =>
      Promise.all([openService(settings), openService(settings)]),
    );
    return { store: opened, services };
  });
  const [httpService, invokeService] = services;
  const http = createHttpHandler({ service: httpService, log, corsOrigins: settings.corsOrigins });
  const invoke = createInvokeHandler({ service: invokeService, log });

  const parts = started.move();
  return {
    http: createLocalFunction({ name: 'lookaside-http', handler: http }),
    invoke: createLocalFunction({ name: 'lookaside-invoke', handler: invoke }),
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
