import type { CallerAuth } from '../functions/settings/caller-proof.ts';
import type { Settings } from '../functions/settings/settings.ts';
import { callerToTry, SOURCE_TO_TRY } from './caller-to-try.ts';
import { type Colour, paint } from './observation/live-line.ts';
import type { LocalService } from './service.ts';
import type { LocalSettings } from './settings.ts';
import { tryOut } from './try-out.ts';

/** The parts of a running service that its first lines name. */
export interface Started extends Pick<LocalService, 'url' | 'store' | 'settings' | 'local'> {
  readonly simulator: Pick<NonNullable<LocalService['simulator']>, 'url'> | undefined;
}

/** The colour of the labels: the addresses behind them stand out. */
const LABEL_COLOUR: Colour = 'grey';

/** The first lines of `npm start`: where everything is, and what to try. */
export function startLines(service: Started, hasColour: boolean): readonly string[] {
  const rows = rowsOf(service);
  const width = Math.max(...rows.map(([label]) => label.length)) + 2;
  return [
    `Lookaside answers on ${service.url}, until Ctrl-C`,
    '',
    ...rows.map(([label, text]) => `  ${paint(label.padEnd(width), LABEL_COLOUR, hasColour)}${text}`),
    ...trialLines(service),
    '',
  ];
}

function rowsOf({ url, store, simulator, settings, local }: Started): readonly (readonly [string, string])[] {
  return [
    ['Console', `${url}/`],
    ['Kiosk', `${url}/?kiosk`],
    ['API reference', `${url}/docs`],
    ['Upstream', simulator === undefined ? settings.upstream.baseUrl : describeSimulator(simulator.url)],
    ['Store', describeStore({ store, local, settings })],
    ['Callers', describeCallers(settings, local)],
    ['Purges', `DELETE ${url}/cache/entries?…, DELETE ${url}/cache/customers/{customerId}`],
    ['Events', `POST ${url}/events/capillary`],
    ['Invoke by SDK', invokeEnvironment(url)],
  ];
}

function describeSimulator(url: string): string {
  return `the bundled simulator; a command to ${url}/__control makes it slow, failing or wrong`;
}

function trialLines({ url, store, simulator, settings, local }: Started): readonly string[] {
  const lines = simulator === undefined ? [] : tryOut(url, settings, local.apiKeys);
  if (lines.length === 0) return [];
  const isKept = settings.cache.mode === 'on' && store.isReady && settings.freshness.freshForMs > 0;
  const begin = `Try it${PROOFS[settings.callerProof.kind]}`;
  return [
    '',
    isKept ? `${begin}. The first request is a miss. The second, for the same customer, is a hit:` : `${begin}:`,
    ...lines,
  ];
}

/** The variables that the lines read. The shell's own may be those of an AWS account. */
const PROOFS: Readonly<Record<CallerAuth, string>> = {
  apiKey: '',
  iam: ', with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of one of LOCAL_SIGNERS',
  jwt: ', with a token of LOCAL_ISSUER in TOKEN',
};

function describeCallers(settings: Settings, { apiKeys }: LocalSettings): string {
  const auth = settings.callerProof.kind;
  const rest = 'the rest is open to everybody on this machine: no IAM here';
  if (auth === 'iam') return `look-ups need a signature of one of LOCAL_SIGNERS; ${rest}`;
  if (auth === 'jwt') return `look-ups need a token of LOCAL_ISSUER; ${rest}`;
  if (callerToTry(settings, apiKeys) === undefined) {
    return `none may ask for ${SOURCE_TO_TRY}: CALLERS allows it neither to a default class nor to a class with a key in LOCAL_API_KEYS; ${rest}`;
  }
  return apiKeys === undefined
    ? 'everybody on this machine: no IAM here, and no API keys unless LOCAL_API_KEYS names some'
    : `look-ups need an API key (LOCAL_API_KEYS); ${rest}`;
}

/** The settings that an AWS SDK needs before it invokes a function here. The region and the credentials are not checked. */
function invokeEnvironment(url: string): string {
  return `AWS_ENDPOINT_URL_LAMBDA=${url} AWS_REGION=us-east-1 AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local`;
}

function describeStore({ store, local, settings }: Pick<LocalService, 'store' | 'local' | 'settings'>): string {
  const { mode, table } = settings.cache;
  const use = mode === 'on' ? '' : '; look-ups do not use it (CACHE_MODE=bypass)';
  if (!store.isEmbedded) {
    const until = mode === 'on' ? ': look-ups go to the upstream until it does' : '';
    const trouble = store.isReady ? '' : `, which does not answer${until}`;
    return `table ${table} in the DynamoDB at ${store.url}${trouble}${use}`;
  }
  const place = local.dataDir === undefined ? 'in memory (DATA_DIR keeps it on disk)' : `in ${local.dataDir}`;
  return `table ${table} in an embedded DynamoDB at ${store.url}, ${place}${use}`;
}
