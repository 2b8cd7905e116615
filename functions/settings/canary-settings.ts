import { type AwsCredentials, readAwsEnvironment } from './aws-environment.ts';
import type { PrimaryIdentifier } from './definitions.ts';
import { matching, oneOf, optional, toBaseUrl } from './readers.ts';

/** The canary's settings from its environment. The stack sets them. */
export interface CanarySettings {
  /** The base address of the deployment's routes (`CANARY_URL`). */
  readonly url: string;
  /** The value of an API key (`CANARY_KEY`). Undefined: none is sent. */
  readonly key: string | undefined;
  /**
   * The credentials that sign the look-ups, if `CANARY_AUTH` is `iam`: those of the function's own role. Undefined: a
   * key is sent, or nothing.
   */
  readonly signing: { readonly region: string; readonly credentials: AwsCredentials } | undefined;
  /** The APIs to ask, with a comma between them (`CANARY_APIS`). */
  readonly apis: readonly ('v2' | 'v1.1')[];
  /** The kind of identifier to ask for (`CANARY_IDENTIFIER`): the primary one, if dual eligibility is on. */
  readonly identifier: PrimaryIdentifier;
  /** The deployment (`METRICS_ENVIRONMENT`). */
  readonly environment: string;
}

const APIS = ['v2', 'v1.1'] as const;

/** Reads APIs, each once, in the order of the canary's look-ups. */
function toApis(text: string): CanarySettings['apis'] | undefined {
  const names = text.split(',');
  const apis = names.flatMap((name) => APIS.find((api) => api === name) ?? []);
  return apis.length === names.length && new Set(names).size === names.length ? apis : undefined;
}

const IDENTIFIERS: readonly PrimaryIdentifier[] = ['externalId', 'email', 'mobile'];

/** @throws {Error} with a message that names the wrong setting. It never holds the key */
export function parseCanarySettings(environment: Readonly<Record<string, string | undefined>>): CanarySettings {
  const {
    CANARY_URL = '',
    CANARY_KEY = '',
    CANARY_AUTH = 'apiKey',
    CANARY_APIS = 'v2,v1.1',
    CANARY_IDENTIFIER = 'externalId',
    METRICS_ENVIRONMENT = '',
  } = environment;
  const url = URL.canParse(CANARY_URL) ? toBaseUrl(CANARY_URL) : undefined;
  const key = optional(matching(/^[\x21-\x7e]+$/))(CANARY_KEY);
  const identifier = oneOf(IDENTIFIERS)(CANARY_IDENTIFIER);
  const apis = toApis(CANARY_APIS);
  if (url === undefined) throw new Error(`CANARY_URL is ${JSON.stringify(CANARY_URL)}; allowed is an https address.`);
  if (key === undefined) throw new Error('CANARY_KEY is wrong; allowed are printable ASCII characters.');
  if (apis === undefined) {
    throw new Error(`CANARY_APIS is ${JSON.stringify(CANARY_APIS)}; allowed is v2, v1.1, or both with a comma.`);
  }
  if (identifier === undefined) {
    throw new Error(`CANARY_IDENTIFIER is ${JSON.stringify(CANARY_IDENTIFIER)}; allowed is ${IDENTIFIERS.join(', ')}.`);
  }
  return {
    url,
    key: key ?? undefined,
    signing: toSigning(CANARY_AUTH, environment),
    apis,
    identifier,
    environment: METRICS_ENVIRONMENT,
  };
}

/** @throws {Error} if the canary has to sign and has no credentials, which Lambda gives to every function */
function toSigning(auth: string, environment: Readonly<Record<string, string | undefined>>): CanarySettings['signing'] {
  if (auth === 'apiKey') return undefined;
  if (auth !== 'iam') throw new Error(`CANARY_AUTH is ${JSON.stringify(auth)}; allowed is apiKey or iam.`);
  const { region, credentials } = readAwsEnvironment(environment);
  if (region === undefined || credentials === undefined) {
    throw new Error('CANARY_AUTH is iam, and AWS_REGION or the AWS credentials are missing; allowed with it is both.');
  }
  return { region, credentials };
}
