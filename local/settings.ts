import { SETTING_NAMES } from '../functions/settings/definitions.ts';
import { isLoopback } from '../functions/settings/loopback.ts';
import { shownValue } from '../functions/settings/readers.ts';
import { type Environment, parseSettings, type Settings } from '../functions/settings/settings.ts';
import { SettingsError } from '../functions/settings/settings-error.ts';
import { DEFAULT_BASIC_CREDENTIALS } from '../simulator/credentials.ts';
import type { KnownSigner } from './gateway/callers/signature-check.ts';
import type { KnownIssuer } from './gateway/callers/token-check.ts';
import { ISSUER_ALLOWED, readCredential, SIGNERS_ALLOWED, toIssuer, toSigners } from './local-callers.ts';
import { LOCAL_WEBHOOK_SECRET } from './local-webhook-secret.ts';

/** The settings that exist on one machine only, besides those of the functions. */
export interface LocalSettings {
  /** TCP port on 127.0.0.1. 0: any free one. Default: 3000. */
  readonly port: number;
  /** Folder that keeps the embedded DynamoDB's tables. Default: they are kept in memory. */
  readonly dataDir: string | undefined;
  /** The allowed values of `x-api-key`. Default: no key is needed. */
  readonly apiKeys: readonly string[] | undefined;
  /** The identities that may sign look-ups. Default: none. */
  readonly signers: readonly KnownSigner[] | undefined;
  /** The issuer of the tokens of look-ups. Default: none. */
  readonly issuer: KnownIssuer | undefined;
  /** The address of a DynamoDB to use instead of the embedded one. Default: the embedded one is used. */
  readonly dynamoDbUrl: string | undefined;
  /** How the log is written: JSON, or one short line for each request. Undefined: lines on a terminal, else JSON. */
  readonly logFormat: LogFormat | undefined;
  /** Whether the bundled simulator is the upstream: it is if UPSTREAM_BASE_URL is not set. */
  readonly isSimulated: boolean;
}

/** The addresses of AWS services, under the AWS SDK's own names. */
const ENDPOINT_NAMES = [
  'AWS_ENDPOINT_URL_DYNAMODB',
  'AWS_ENDPOINT_URL_LAMBDA',
  'AWS_ENDPOINT_URL_SECRETS_MANAGER',
] as const;

/** The settings that only this machine has, and that docs/settings.md lists. */
export const LOCAL_ONLY_NAMES = [
  'PORT',
  'DATA_DIR',
  'LOCAL_API_KEYS',
  'LOCAL_SIGNERS',
  'LOCAL_ISSUER',
  'LOG_FORMAT',
  ...ENDPOINT_NAMES,
] as const;

/** The names of all settings on one machine. */
export const LOCAL_SETTING_NAMES: readonly string[] = [...SETTING_NAMES, ...LOCAL_ONLY_NAMES];

const LOG_FORMATS = ['json', 'line'] as const;
/** The form of the log on one machine. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** Fixed, so that processes on one DynamoDB make the same keys. It protects nothing: all local data is made up. */
const LOCAL_KEY_SECRET = 'local-key-secret';

/** The characters that a header carries and a shell's single quotes do not change. */
const API_KEY = /^[\w.~+/=-]{1,128}$/;

/**
 * Parses the local settings. An empty text counts as absent.
 *
 * @throws {SettingsError} if one is wrong; the message names every such setting
 */
export function parseLocalSettings(environment: Environment): LocalSettings {
  const given = (name: (typeof LOCAL_ONLY_NAMES)[number]) => environment[name]?.trim() || undefined;
  const problems: string[] = [];

  const port = given('PORT') ?? '3000';
  if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) {
    problems.push(`PORT is ${JSON.stringify(port)}; allowed is a whole number, 0 to 65535 (0: any free port).`);
  }
  const apiKeys = given('LOCAL_API_KEYS')
    ?.split(',')
    .map((key) => key.trim());
  if (apiKeys?.some((key) => !API_KEY.test(key))) {
    problems.push(
      'LOCAL_API_KEYS is wrong (its value is a secret); allowed are keys with commas between them, each of 1 to 128 ' +
        'letters, digits and - _ . ~ + / =, or nothing.',
    );
  }
  const signers = readCredential(given('LOCAL_SIGNERS'), toSigners, () =>
    problems.push(`LOCAL_SIGNERS is wrong (its value is a secret); allowed is ${SIGNERS_ALLOWED}, or nothing.`),
  );
  const issuer = readCredential(given('LOCAL_ISSUER'), toIssuer, () =>
    problems.push(`LOCAL_ISSUER is wrong; allowed is ${ISSUER_ALLOWED}, or nothing.`),
  );
  for (const name of ENDPOINT_NAMES) {
    const address = given(name);
    if (address === undefined || isServiceAddress(address)) continue;
    problems.push(`${name} is ${shownValue(address)}; allowed is an http or https address without user, or nothing.`);
  }
  const dynamoDbUrl = given('AWS_ENDPOINT_URL_DYNAMODB');
  const dataDir = given('DATA_DIR');
  if (dataDir !== undefined && dynamoDbUrl !== undefined) {
    problems.push(
      `DATA_DIR is ${JSON.stringify(dataDir)} and AWS_ENDPOINT_URL_DYNAMODB is ${JSON.stringify(dynamoDbUrl)}; allowed is ` +
        'one of them: the folder is where the embedded DynamoDB keeps its tables.',
    );
  }
  const format = given('LOG_FORMAT');
  const logFormat = LOG_FORMATS.find((known) => known === format);
  if (format !== undefined && logFormat === undefined) {
    problems.push(`LOG_FORMAT is ${JSON.stringify(format)}; allowed is ${LOG_FORMATS.join(', ')}, or nothing.`);
  }
  if (problems.length > 0) throw new SettingsError(problems);

  return {
    port: Number(port),
    dataDir,
    apiKeys,
    signers,
    issuer,
    dynamoDbUrl,
    logFormat,
    isSimulated: isSimulated(environment),
  };
}

function isServiceAddress(text: string): boolean {
  const { protocol = '', username, password } = URL.parse(text) ?? {};
  return /^https?:$/.test(protocol) && !username && !password;
}

/** Whether the bundled simulator is the upstream. */
function isSimulated(environment: Environment): boolean {
  return !environment.UPSTREAM_BASE_URL?.trim();
}

/** Stands for the simulator's address until it listens, so that all settings can be checked before. */
const SIMULATOR_TO_COME = 'http://127.0.0.1';

/**
 * All settings on one machine, checked before anything starts. The simulator's address comes later.
 *
 * @throws {SettingsError} if one is wrong or missing; the message names every such setting, local or not
 */
export function readAllSettings(environment: Environment): { readonly local: LocalSettings; readonly given: Settings } {
  const local = attempt(() => parseLocalSettings(environment));
  const given = attempt(() =>
    parseSettings(functionsEnvironment(environment, isSimulated(environment) ? SIMULATOR_TO_COME : undefined)),
  );
  if (local instanceof SettingsError || given instanceof SettingsError) {
    throw new SettingsError([local, given].flatMap((read) => (read instanceof SettingsError ? read.problems : [])));
  }
  return { local, given };
}

function attempt<T>(read: () => T): T | SettingsError {
  try {
    return read();
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
}

/**
 * The environment of the functions on this machine: the given settings, over local defaults.
 *
 * @param simulatorUrl the simulator's address; undefined if an upstream is given
 */
export function functionsEnvironment(environment: Environment, simulatorUrl: string | undefined): Environment {
  const isMissing = (name: string): boolean => !environment[name]?.trim();
  const lacksCredentials = isMissing('UPSTREAM_CREDENTIALS') && isMissing('UPSTREAM_CREDENTIALS_ARN');
  return {
    ...environment,
    ...(isMissing('CACHE_KEY_SECRET') && { CACHE_KEY_SECRET: LOCAL_KEY_SECRET }),
    ...(isMissing('WEBHOOK_SECRET') && { WEBHOOK_SECRET: LOCAL_WEBHOOK_SECRET }),
    ...(simulatorUrl !== undefined && { UPSTREAM_BASE_URL: simulatorUrl }),
    ...(simulatorUrl !== undefined &&
      lacksCredentials && { UPSTREAM_CREDENTIALS: JSON.stringify(DEFAULT_BASIC_CREDENTIALS) }),
  };
}

/** Fixed as well: DynamoDB Local keeps the data of each access key and region apart. */
const FAKE_AWS_REGION = 'us-east-1';
/** Each client gets its own copy: the SDK writes the credentials' source into the object. */
const FAKE_AWS_CREDENTIALS = { accessKeyId: 'local', secretAccessKey: 'local' };

/** The configuration of an AWS client on this machine. */
export interface LocalAwsConfig {
  readonly region?: string;
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** False: FIPS and dual-stack endpoints are off, whatever the environment says. */
  readonly useFipsEndpoint?: false;
  readonly useDualstackEndpoint?: false;
}

/**
 * The configuration of an AWS client for a service of this process: the embedded DynamoDB, or the Invoke API. No such
 * service checks a signature, so the shell's AWS variables do not count. A profile there may have expired or may need
 * the network, and the SDK refuses FIPS together with an address.
 */
export function ownAwsConfig(): LocalAwsConfig {
  return {
    region: FAKE_AWS_REGION,
    credentials: { ...FAKE_AWS_CREDENTIALS },
    useFipsEndpoint: false,
    useDualstackEndpoint: false,
  };
}

/**
 * A region and credentials for a service on this machine, if none are set: such a service needs them and checks neither.
 * Empty for a service elsewhere: then the SDK finds its own.
 *
 * @param url the service's address
 */
export function localAwsConfig(environment: Environment, url: string): LocalAwsConfig {
  if (!isLoopback(new URL(url))) return {};
  const set = (name: string): string | undefined => (environment[name] ?? process.env[name])?.trim() || undefined;
  const region = set('AWS_REGION') ?? FAKE_AWS_REGION;
  const hasOwn = set('AWS_ACCESS_KEY_ID') !== undefined || set('AWS_PROFILE') !== undefined;
  return hasOwn ? { region } : { region, credentials: { ...FAKE_AWS_CREDENTIALS } };
}
