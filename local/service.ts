import type { Environment } from '../functions/settings/settings.ts';
import { SettingsError } from '../functions/settings/settings-error.ts';
import { LOOKUP_AUTHORIZATION } from '../infra/auth.ts';
import { routesFor } from '../infra/routes.ts';
import { type RunningConsole, startConsole } from './console/start-console.ts';
import { type RunningFunctions, type RunningOptions, startFunctions } from './functions.ts';
import { createLookupCheck } from './gateway/callers/lookup-check.ts';
import { startGateway } from './gateway/gateway.ts';
import { missingCallers } from './local-callers.ts';

/** All of Lookaside, running in this process. */
export interface LocalService extends Omit<RunningFunctions, 'http' | 'invoke' | 'revalidate' | 'invalidate' | 'tell'> {
  /** `http://127.0.0.1:<port>`: the routes, Lambda's Invoke API, and the console at `/`. */
  readonly url: string;
  /** Answers the requests in progress, and stops within two seconds. */
  close(): Promise<void>;
}

/**
 * Starts all of Lookaside on 127.0.0.1: gateway, functions, and store and upstream unless they are given. Several may run
 * in one process, on one store too (`AWS_ENDPOINT_URL_DYNAMODB: other.store.url`).
 *
 * @param environment settings by their names, as in `process.env`; PORT '0' takes any free port
 * @throws {SettingsError} if one is wrong or missing
 * @throws {StartError} if something on this machine stands in the way, such as a port in use
 */
export async function startLocal(environment: Environment, options: RunningOptions = {}): Promise<LocalService> {
  let url: string | undefined;
  // The gateway's address is known only when the functions have started; the first revalidation comes later.
  const lambdaUrl = () => url ?? options.lambdaUrl?.() ?? '';
  let pages: RunningConsole | undefined;
  const { http, invoke, revalidate, invalidate, ...functions } = await startFunctions(environment, {
    ...options,
    lambdaUrl,
    tell: (observation, event) => {
      pages?.tell(observation, event);
      options.tell?.(observation, event);
    },
  });
  try {
    const { settings, local, log, tell } = functions;
    const auth = settings.callerProof.kind;
    const missing = missingCallers(auth, local);
    if (missing !== undefined) throw new SettingsError([missing]);
    pages = startConsole(functions, () => url ?? '');
    const gateway = await startGateway({
      routes: routesFor({ allowsOrigins: true, lookups: LOOKUP_AUTHORIZATION[auth] }),
      functions: { http, invalidate },
      otherFunctions: [invoke, revalidate],
      apiKeys: local.apiKeys,
      checkLookup: await createLookupCheck(auth, local),
      allowsOrigins: settings.corsOrigins.length > 0,
      log,
      onRefusal: ({ resource, ...refusal }) =>
        tell({
          ...refusal,
          ...(resource !== undefined && { resource }),
          at: Date.now(),
          durationMs: 0,
          outcome: 'refused',
        }),
      pages,
      port: local.port,
    });
    url = gateway.url;
    return {
      ...functions,
      url: gateway.url,
      close: async () => {
        await gateway.close();
        pages?.close();
        await functions.close();
      },
    };
  } catch (error) {
    pages?.close();
    await functions.close();
    throw error;
  }
}
