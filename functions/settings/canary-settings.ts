import { APIS, type Api } from '../customer/request/canonical-request.ts';
import { type AwsCredentials, readAwsEnvironment } from './aws-environment.ts';
import { PRIMARY_IDENTIFIERS, type PrimaryIdentifier } from './definitions.ts';
import { matching, oneOf, optional, shownValue, toBaseUrl } from './readers.ts';
import { SettingsError } from './settings-error.ts';

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
  readonly apis: readonly Api[];
  /** The kind of identifier to ask for (`CANARY_IDENTIFIER`): the primary one, if dual eligibility is on. */
  readonly identifier: PrimaryIdentifier;
  /** The deployment (`METRICS_ENVIRONMENT`). */
  readonly environment: string;
}

/** Reads APIs, each once, in the order of the canary's look-ups. */
function toApis(text: string): CanarySettings['apis'] | undefined {
  const names = text.split(',');
  const apis = names.flatMap((name) => APIS.find((api) => api === name) ?? []);
  return apis.length === names.length && new Set(names).size === names.length ? apis : undefined;
}

const AUTHS = ['apiKey', 'iam'] as const;

/**
 * Parses the canary's settings.
 *
 * @throws {SettingsError} if one is wrong or missing. The message names every such setting, and never holds the key
 */
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
  const apis = toApis(CANARY_APIS);
  const identifier = oneOf(PRIMARY_IDENTIFIERS)(CANARY_IDENTIFIER);
  const auth = oneOf(AUTHS)(CANARY_AUTH);
  const signing = auth === 'iam' ? toSigning(environment) : null;
  if (
    url === undefined ||
    key === undefined ||
    apis === undefined ||
    identifier === undefined ||
    auth === undefined ||
    signing === undefined
  ) {
    const problem = (value: unknown, text: string) => (value === undefined ? [text] : []);
    throw new SettingsError([
      ...problem(url, `CANARY_URL is ${shownValue(CANARY_URL)}; allowed is an https address.`),
      ...problem(key, 'CANARY_KEY is wrong (its value is a secret); allowed are printable ASCII characters.'),
      ...problem(apis, `CANARY_APIS is ${shownValue(CANARY_APIS)}; allowed is v2, v1.1, or both with a comma.`),
      ...problem(
        identifier,
        `CANARY_IDENTIFIER is ${shownValue(CANARY_IDENTIFIER)}; allowed is ${PRIMARY_IDENTIFIERS.join(', ')}.`,
      ),
      ...problem(auth, `CANARY_AUTH is ${shownValue(CANARY_AUTH)}; allowed is ${AUTHS.join(' or ')}.`),
      ...problem(signing, 'CANARY_AUTH is iam, and AWS_REGION or the AWS credentials are missing; iam needs both.'),
    ]);
  }
  return {
    url,
    key: key ?? undefined,
    signing: signing ?? undefined,
    apis,
    identifier,
    environment: METRICS_ENVIRONMENT,
  };
}

/** What signs the look-ups; undefined: the region or the credentials are missing. Lambda gives them to every function. */
function toSigning(environment: Readonly<Record<string, string | undefined>>): CanarySettings['signing'] {
  const { region, credentials } = readAwsEnvironment(environment);
  return region === undefined || credentials === undefined ? undefined : { region, credentials };
}
