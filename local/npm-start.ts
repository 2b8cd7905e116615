/** The program of `npm start`. */
import type { CallerAuth } from '../functions/settings/caller-proof.ts';
import { describeMisspelt, misspeltNames } from '../functions/settings/misspelt-names.ts';
import { SettingsError } from '../functions/settings/settings.ts';
import { readStartArguments, START_USAGE } from './command-line.ts';
import { surviveLostOutput } from './lost-output.ts';
import { type LocalService, startLocal } from './service.ts';
import { LOCAL_SETTING_NAMES, type LocalSettings } from './settings.ts';
import { StartError } from './start-error.ts';
import { onStopSignal } from './stop-signal.ts';
import { terminalOf } from './terminal.ts';
import { tryOut } from './try-out.ts';

try {
  if (readStartArguments(process.argv.slice(2)) === 'help') console.log(START_USAGE);
  else await start();
} catch (error) {
  if (!(error instanceof SettingsError || error instanceof StartError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function start(): Promise<void> {
  surviveLostOutput();
  const service = await startLocal({ ...process.env }, { terminal: terminalOf(process.stdout, process.env) });
  onStopSignal(() => void stop(service));
  for (const names of misspeltNames(process.env, LOCAL_SETTING_NAMES)) console.error(describeMisspelt(names));
  for (const line of describe(service)) console.log(line);
}

async function stop(service: LocalService): Promise<void> {
  await service.close();
  process.exit(0);
}

function describe({ url, store, simulator, settings, local }: LocalService): string[] {
  const { upstream, cache, freshness } = settings;
  return [
    `Lookaside answers on ${url}, and invocations by an SDK client with ${invokeEnvironment(url)}`,
    `Console: ${url}/ in a browser; for a kiosk, ${url}/?kiosk; API reference: ${url}/docs`,
    simulator === undefined
      ? `Upstream: ${upstream.baseUrl}`
      : `Upstream: the bundled simulator; make it slow, failing or wrong by ${simulator.url}/__control`,
    `Store: ${describeStore({ store, local, table: cache.table })}`,
    describeCallers(settings.callerProof.kind, local),
    `Cache administration: DELETE ${url}/cache/entries?…, DELETE ${url}/cache/customers/{customerId}, and events to ${url}/events/capillary`,
    ...(simulator === undefined
      ? []
      : [
          !store?.isReady || freshness.freshForMs === 0
            ? 'Try it:'
            : 'Try it; the first is a miss, the second, of the same customer, a hit:',
          ...tryOut(url, settings, local.apiKeys),
        ]),
  ];
}

function describeCallers(auth: CallerAuth, { apiKeys }: LocalSettings): string {
  const rest = 'the rest is open to everybody on this machine: no IAM here';
  if (auth === 'iam') return `Look-ups need a signature of one of LOCAL_SIGNERS; ${rest}`;
  if (auth === 'jwt') return `Look-ups need a token of LOCAL_ISSUER; ${rest}`;
  return apiKeys === undefined
    ? 'Open to everybody on this machine: no IAM here, and no API keys unless LOCAL_API_KEYS names some'
    : `Look-ups need an API key (LOCAL_API_KEYS); ${rest}`;
}

/** The settings that an AWS SDK needs before it invokes a function here. The region and the credentials are not checked. */
function invokeEnvironment(url: string): string {
  return `AWS_ENDPOINT_URL_LAMBDA=${url} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`;
}

function describeStore({ store, local, table }: Pick<LocalService, 'store' | 'local'> & { table: string }): string {
  if (store === undefined) return 'none (CACHE_MODE=bypass)';
  if (!store.isEmbedded) {
    const trouble = store.isReady ? '' : ', which does not answer: look-ups go to the upstream until it does';
    return `table ${table} in the DynamoDB at ${store.url}${trouble}`;
  }
  const place = local.dataDir === undefined ? 'in memory (DATA_DIR keeps it on disk)' : `in ${local.dataDir}`;
  return `table ${table} in an embedded DynamoDB at ${store.url}, ${place}`;
}
