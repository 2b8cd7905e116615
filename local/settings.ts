import { type Environment, SettingsError } from '../functions/settings.ts';
import { DEFAULT_BASIC_CREDENTIALS } from './simulator/credentials.ts';

/** The settings that exist on one machine only, beside those of the functions. */
export interface LocalSettings {
  /** TCP port on 127.0.0.1. 0: any free one. Default: 3000. */
  readonly port: number;
  /** Folder that keeps the embedded DynamoDB's tables. Default: they are kept in memory. */
  readonly dataDir: string | undefined;
  /** What `x-api-key` must be one of. Default: no key is needed. */
  readonly apiKeys: readonly string[] | undefined;
  /** Where a DynamoDB is that is to be used instead of the embedded one. Default: the embedded one is. */
  readonly dynamoDbUrl: string | undefined;
  /** Whether the bundled simulator stands for the upstream: where UPSTREAM_BASE_URL is not set. */
  readonly isSimulated: boolean;
}

/** Fixed, so that processes on one DynamoDB make the same keys. It protects nothing: what is local is made up. */
const LOCAL_KEY_SECRET = 'local-key-secret';

/** Fixed as well: what the webhook's `Authorization` must be. */
const LOCAL_WEBHOOK_SECRET = 'local-webhook-secret';

/** What a header carries and a shell's single quotes leave alone. */
const API_KEY = /^[\w.~+/=-]{1,128}$/;

/**
 * Parses the local settings. An empty text counts as absent.
 *
 * @throws {SettingsError} when one is wrong; the message names every such setting
 */
export function parseLocalSettings(environment: Environment): LocalSettings {
  const given = (name: string): string | undefined => environment[name]?.trim() || undefined;
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
  const dynamoDbUrl = given('AWS_ENDPOINT_URL_DYNAMODB');
  if (dynamoDbUrl !== undefined && !/^https?:$/.test(URL.parse(dynamoDbUrl)?.protocol ?? '')) {
    problems.push(
      `AWS_ENDPOINT_URL_DYNAMODB is ${JSON.stringify(dynamoDbUrl)}; allowed is an http or https address, or nothing.`,
    );
  }
  const dataDir = given('DATA_DIR');
  if (dataDir !== undefined && dynamoDbUrl !== undefined) {
    problems.push(
      `DATA_DIR is ${JSON.stringify(dataDir)} and AWS_ENDPOINT_URL_DYNAMODB is ${JSON.stringify(dynamoDbUrl)}; allowed is ` +
        'one of them: the folder is where the embedded DynamoDB keeps its tables.',
    );
  }
  if (problems.length > 0) throw new SettingsError(`Wrong settings. ${problems.join(' ')}`);

  const isSimulated = given('UPSTREAM_BASE_URL') === undefined;
  return { port: Number(port), dataDir, apiKeys, dynamoDbUrl, isSimulated };
}

/**
 * The environment of the functions on this machine: what is given, over local defaults.
 *
 * @param simulatorUrl where the simulator listens; undefined when an upstream is given
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

/** Fixed as well: DynamoDB Local keeps what is under other access keys and regions apart. */
const FAKE_AWS_REGION = 'us-east-1';
const FAKE_AWS_CREDENTIALS = { AWS_ACCESS_KEY_ID: 'local', AWS_SECRET_ACCESS_KEY: 'local' };

/**
 * Gives the AWS SDK, which reads the environment of the process, a region and credentials where none are set: a store on
 * this machine asks for them but checks neither. Not for one that is elsewhere, nor where real ones are needed, to read
 * the secret of UPSTREAM_CREDENTIALS_ARN.
 */
export function provideAwsCredentials(environment: Environment, dynamoDbUrl: string): void {
  if (!isLoopback(dynamoDbUrl)) return;
  const { env } = process;
  const isSet = (name: string): boolean => Boolean((environment[name] ?? env[name])?.trim());
  env.AWS_REGION = environment.AWS_REGION?.trim() || env.AWS_REGION || FAKE_AWS_REGION;
  const needsReal = isSet('AWS_ACCESS_KEY_ID') || isSet('AWS_PROFILE') || isSet('UPSTREAM_CREDENTIALS_ARN');
  if (!needsReal) Object.assign(env, FAKE_AWS_CREDENTIALS);
}

/** Where nobody listens: the port of a service that throws away what it gets (RFC 863), on this machine. */
const NOWHERE = 'http://127.0.0.1:9';

/**
 * Tells the AWS SDK where to invoke functions: where the environment says, else here. Never where Lambda is by default:
 * what happens on this machine stays on it.
 *
 * @param url our own Invoke API. Default: nowhere
 */
export function setLambdaEndpoint(environment: Environment, url = NOWHERE): void {
  process.env.AWS_ENDPOINT_URL_LAMBDA = environment.AWS_ENDPOINT_URL_LAMBDA?.trim() || url;
}

/**
 * Tells the AWS SDK where the store is, while clients are opened: each remembers what it found with its first call.
 * Afterwards the environment of the process is as it was, so that it may start another service with another store.
 */
export async function withDynamoDbAt<T>(dynamoDbUrl: string | undefined, open: () => Promise<T>): Promise<T> {
  const { AWS_ENDPOINT_URL_DYNAMODB: before } = process.env;
  if (dynamoDbUrl !== undefined) process.env.AWS_ENDPOINT_URL_DYNAMODB = dynamoDbUrl;
  try {
    return await open();
  } finally {
    if (before === undefined) delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
    else process.env.AWS_ENDPOINT_URL_DYNAMODB = before;
  }
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname);
}
