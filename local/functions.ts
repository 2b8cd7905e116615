import { createLog, type RequestLog } from '../functions/adapters/telemetry/logger.ts';
import { start as startHttp } from '../functions/http/start.ts';
import { start as startInvalidate } from '../functions/invalidate/start.ts';
import { start as startInvoke } from '../functions/invoke/start.ts';
import { lazily } from '../functions/lookup/lazily.ts';
import type { Overrides } from '../functions/overrides.ts';
import { INIT_MESSAGE } from '../functions/rehearsal.ts';
import { start as startRevalidate } from '../functions/revalidate/start.ts';
import { type Environment, lookupDeadlineOf, type Settings } from '../functions/settings/settings.ts';
import { batchLimitMs } from '../infra/time-limits.ts';
import type { SimulatorOptions } from '../simulator/options.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { createLocalFunction, type LocalFunction, type LocalFunctionOptions } from './lambda/local-function.ts';
import type { Observation } from './observation/observation.ts';
import { createObserver } from './observation/observer.ts';
import { createTerminalLog, type Terminal } from './observation/terminal-log.ts';
import { type LocalAwsConfig, type LocalSettings, localAwsConfig, ownAwsConfig, readAllSettings } from './settings.ts';
import { openStore, type Store } from './store.ts';

/** An address on this machine where no program listens: the port of the discard service (RFC 863). */
const NOWHERE = 'http://127.0.0.1:9';

/** The functions, running in this process, with their store and their upstream. */
export interface RunningFunctions {
  readonly http: LocalFunction;
  readonly invoke: LocalFunction;
  readonly revalidate: LocalFunction;
  readonly invalidate: LocalFunction;
  readonly settings: Settings;
  readonly local: LocalSettings;
  readonly log: RequestLog;
  /** Tells the observers about a request that no function saw. */
  readonly tell: (observation: Observation) => void;
  /** Purges and events reach it even if the cache is off (CACHE_MODE=bypass), as in a deployment. */
  readonly store: Store;
  /** Undefined: an upstream is given (UPSTREAM_BASE_URL). */
  readonly simulator: Simulator | undefined;
  close(): Promise<void>;
}

/** What differs from a plain `npm start`. */
export interface RunningOptions {
  /** The options of the simulator. Default: its own defaults, with the credentials of the settings. */
  readonly simulator?: SimulatorOptions;
  /** Where log lines go. Default: standard output. */
  readonly log?: RequestLog;
  /**
   * The output for a person: it gets one short line for each request instead of the log's JSON, if it is a terminal or
   * LOG_FORMAT says `line`. Default: none.
   */
  readonly terminal?: Terminal;
  /** Called with each answered request. Default: no call. */
  readonly tell?: (observation: Observation, event: unknown) => void;
  /**
   * The address where revalidations are invoked, unless AWS_ENDPOINT_URL_LAMBDA is set. Default: nowhere. It is never AWS's
   * own address by default: the local service stays on this machine.
   */
  readonly lambdaUrl?: () => string;
  /**
   * Whether each function starts with its first event, so that one without events costs nothing. Default: all of them
   * have started when `startFunctions` returns.
   */
  readonly startsWithFirstEvent?: boolean;
}

type Handler = LocalFunctionOptions['handler'];

/**
 * Starts the functions with a store and an upstream.
 *
 * @param environment settings by their names, as in `process.env`
 * @throws {SettingsError} if one is wrong or missing
 * @throws {StartError} if something on this machine stands in the way
 */
export async function startFunctions(
  environment: Environment,
  options: RunningOptions = {},
): Promise<RunningFunctions> {
  const { local, given } = readAllSettings(environment);

  await using started = new AsyncDisposableStack();
  const simulator = local.isSimulated ? await simulate(given, options.simulator) : undefined;
  started.defer(async () => simulator?.close());
  const settings: Settings = {
    ...given,
    upstream: { ...given.upstream, ...(simulator !== undefined && { baseUrl: simulator.url }) },
    aws: { ...given.aws, ...secretsConfig(environment, given.aws) },
  };
  const terminalLog = terminalLogOf(settings, local, options);
  const tell = (observation: Observation, event?: unknown): void => {
    terminalLog?.show(observation);
    options.tell?.(observation, event);
  };
  const observer = createObserver({
    log:
      terminalLog?.log ??
      options.log ??
      createLog(settings.logLevel, { environment: settings.metricsEnvironment, function: 'local' }),
    tell,
  });
  const { log } = observer;

  const store = await openStore(local, settings.cache.table, environment);
  started.defer(store.close);
  const overrides: Overrides = {
    log: ofRequests(log),
    dynamoDb: { endpoint: store.url, ...store.awsConfig() },
    lambda: () => {
      const given = environment.AWS_ENDPOINT_URL_LAMBDA?.trim();
      if (given) return { endpoint: given, ...localAwsConfig(environment, given) };
      return { endpoint: options.lambdaUrl?.() ?? NOWHERE, ...ownAwsConfig() };
    },
  };
  const begin = options.startsWithFirstEvent ? startedByFirstEvent : (start: () => Promise<Handler>) => start();
  const [http, invoke, revalidate, invalidate] = await Promise.all([
    begin(() => startHttp(settings, overrides)),
    begin(() => startInvoke(settings, overrides)),
    begin(() => startRevalidate(settings, overrides)),
    begin(() => startInvalidate(settings, overrides)),
  ]);

  const parts = started.move();
  return {
    http: observer.watch(createLocalFunction({ name: 'lookaside-http', handler: http })),
    invoke: observer.watch(
      createLocalFunction({
        name: 'lookaside-invoke',
        handler: invoke,
        timeoutMs: batchLimitMs(lookupDeadlineOf(settings)),
      }),
    ),
    revalidate: observer.watch(createLocalFunction({ name: 'lookaside-revalidate', handler: revalidate })),
    invalidate: observer.watch(createLocalFunction({ name: 'lookaside-invalidate', handler: invalidate })),
    settings,
    local,
    log,
    tell,
    store,
    simulator,
    close: () => parts.disposeAsync(),
  };
}

/** A Secrets Manager on this machine gets a region and credentials too, if none are set. */
function secretsConfig(environment: Environment, { secretsManagerUrl }: Settings['aws']): LocalAwsConfig {
  return secretsManagerUrl === undefined ? {} : localAwsConfig(environment, secretsManagerUrl);
}

function startedByFirstEvent(start: () => Promise<Handler>): Handler {
  const started = lazily(start);
  return async (event, context) => (await started())(event, context);
}

/** The log without the lines of init: on this machine, the program itself says what it has started. */
function ofRequests(log: RequestLog): RequestLog {
  return {
    info: (message, facts) => {
      if (message !== INIT_MESSAGE) log.info(message, facts);
    },
    error: (message, facts) => log.error(message, facts),
  };
}

/** The log for people, if a person reads it. */
function terminalLogOf({ logLevel }: Settings, { logFormat }: LocalSettings, { terminal, log }: RunningOptions) {
  if (terminal === undefined || log !== undefined) return undefined;
  const isForPeople = logFormat === undefined ? terminal.isTerminal : logFormat === 'line';
  return isForPeople ? createTerminalLog(terminal, logLevel) : undefined;
}

/** A simulator that accepts the credentials of the settings, and has dual eligibility if the settings have. */
async function simulate({ upstream, customer }: Settings, options: SimulatorOptions | undefined): Promise<Simulator> {
  const { startSimulator } = await import('../simulator/simulator.ts');
  const credentials = upstream.credentials.kind === 'inline' ? upstream.credentials.credentials : undefined;
  return startSimulator({
    basic: credentials?.kind === 'basic' ? credentials : undefined,
    oauth: credentials?.kind === 'oauth' ? credentials : undefined,
    primaryIdentifier: customer.primaryIdentifier,
    ...options,
  });
}
