import type { SettingName } from '../functions/settings/definitions.ts';
import { parseSettings, type Settings } from '../functions/settings/settings.ts';

/** What the stack itself decides: the names, and the secrets, of what it creates. */
type StackSetting =
  | 'UPSTREAM_BASE_URL'
  | 'UPSTREAM_CREDENTIALS'
  | 'UPSTREAM_CREDENTIALS_ARN'
  | 'CACHE_TABLE'
  | 'CACHE_KEY_SECRET'
  | 'REVALIDATE_FUNCTION'
  | 'WEBHOOK_SECRET';

/** The functions' settings that an environment may choose. */
export type ChosenSettings = Readonly<Partial<Record<Exclude<SettingName, StackSetting>, string>>>;

/** One deployment of Lookaside: what may differ between a sandbox and production. All else is the same everywhere. */
export interface DeploymentEnvironment {
  /** Names the stack: `lookaside-<name>`. */
  readonly name: string;

  /**
   * Begins the functions' names, as `lookaside` in `lookaside-http`. Two environments in one account and region need
   * one each: the second is refused otherwise.
   *
   * @default 'lookaside'
   */
  readonly prefix?: string;

  /**
   * The upstream's address, such as `https://eu.api.capillarytech.com`.
   *
   * @default - the stack's parameter `UpstreamBaseUrl`, which has no default: a first deployment without it is refused
   */
  readonly upstreamBaseUrl?: string;

  /**
   * The functions' settings, by their names in the environment. A wrong one stops the synthesis.
   *
   * @default - the functions' own defaults
   */
  readonly settings?: ChosenSettings;

  /**
   * Whether the stack and the table refuse to be deleted. An empty cache is no loss of data, but sends every look-up
   * to the upstream.
   *
   * @default false
   */
  readonly isProtected?: boolean;

  /**
   * How long the functions' and the gateway's logs are kept, in days; one of the spans that CloudWatch Logs knows.
   *
   * @default 14
   */
  readonly logRetentionDays?: 1 | 3 | 5 | 7 | 14 | 30 | 60 | 90 | 120 | 150 | 180 | 365;

  /**
   * Memory of each function in MB, which its share of a CPU follows. Below 512 a hit waits for its CPU.
   *
   * @default 512
   */
  readonly memoryMb?: number;

  /**
   * The API keys, by name: one for each fleet that is counted and throttled by itself. Renaming one replaces it.
   *
   * @default ['till']
   */
  readonly apiKeys?: readonly string[];

  /**
   * How fast one API key may ask: requests a second, sustained, and at once. Beyond, the gateway answers 429.
   *
   * @default - 20 a second, 40 at once
   */
  readonly throttle?: { readonly perSecond: number; readonly burst: number };

  /**
   * How much one API key may ask in all. Beyond, the gateway answers 429 until the period ends.
   *
   * @default - 100 000 a day
   */
  readonly quota?: { readonly requests: number; readonly per: 'DAY' | 'WEEK' | 'MONTH' };

  /**
   * How fast the webhook may be called: requests a second, sustained, and at once. It needs no key, so this is what a
   * stranger can cost. Beyond, the gateway answers 429, after which the sender of events sends again.
   *
   * @default - 50 a second, 100 at once
   */
  readonly webhookThrottle?: { readonly perSecond: number; readonly burst: number };

  /**
   * How many revalidations may run at once: the whole fleet's budget of upstream calls for entries that are still
   * served. Reserved out of the account's concurrency, of which Lambda keeps 100 (in a new account, all there is)
   * unreserved and refuses the deployment otherwise: `unlimited` reserves nothing and limits nothing.
   *
   * @default 5
   */
  readonly revalidationConcurrency?: number | 'unlimited';

  /**
   * Whether the stack makes the role by which API Gateway writes logs. It is one per account and region, for every API
   * in it: false where somebody else has set it.
   *
   * @default true
   */
  readonly ownsGatewayLogRole?: boolean;

  /**
   * The version of the key secret to put into the functions, while it is being rotated (docs/deploying.md).
   *
   * @default - the version that is current when they are deployed
   */
  readonly keySecretVersion?: string;

  /**
   * The version of the webhook's secret to put into the function, while it is being rotated (docs/deploying.md).
   *
   * @default - the version that is current when it is deployed
   */
  readonly webhookSecretVersion?: string;
}

/** To try it: small limits, everything deletable, nothing reserved of a new account's concurrency. */
const sandbox: DeploymentEnvironment = { name: 'sandbox', revalidationConcurrency: 'unlimited' };

/** For a fleet of tills. */
const production: DeploymentEnvironment = {
  name: 'production',
  isProtected: true,
  logRetentionDays: 90,
  throttle: { perSecond: 200, burst: 400 },
  quota: { requests: 20_000_000, per: 'MONTH' },
  webhookThrottle: { perSecond: 200, burst: 400 },
};

/**
 * For `npm run test:deploy`, which deploys to an emulator of AWS. Nothing is left out there; its table, written in
 * Python, is slower than DynamoDB, and its entries grow stale while a test waits.
 */
const emulated: DeploymentEnvironment = {
  name: 'emulated',
  settings: { CACHE_TIMEOUT_MS: '2000', FRESH_SECONDS: '5' },
};

export const ENVIRONMENTS = { sandbox, production, emulated } as const;

/** What may be said on the command line (`cdk deploy -c name=value`), over what stands in this file. */
export interface CommandLine {
  /**
   * A name in `ENVIRONMENTS`.
   *
   * @default 'sandbox'
   */
  readonly environment?: string | undefined;
  /**
   * The upstream's address.
   *
   * @default - the environment's own
   */
  readonly upstreamBaseUrl?: string | undefined;
  /**
   * The key secret's version.
   *
   * @default - the environment's own
   */
  readonly keySecretVersion?: string | undefined;
  /**
   * The version of the webhook's secret.
   *
   * @default - the environment's own
   */
  readonly webhookSecretVersion?: string | undefined;
}

/** Thrown when the command line names no environment of ours. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/**
 * The environment that the command line asks for.
 *
 * @throws {EnvironmentError} when there is none of that name
 */
export function chooseEnvironment({ environment: name = 'sandbox', ...over }: CommandLine): DeploymentEnvironment {
  const chosen: DeploymentEnvironment | undefined = Object.values(ENVIRONMENTS).find((known) => known.name === name);
  if (chosen === undefined) {
    throw new EnvironmentError(
      `The environment is ${JSON.stringify(name)}; allowed is ${Object.keys(ENVIRONMENTS).join(', ')} (infra/environments.ts).`,
    );
  }
  const given = Object.entries(over).filter(([, value]) => value !== undefined);
  return { ...chosen, ...Object.fromEntries(given) };
}

/**
 * The settings as the functions will parse them, so that a wrong one stops the synthesis and not the first look-up. What
 * is known only when it is deployed has something allowed in its place.
 *
 * @throws {SettingsError} when one is wrong
 */
export function settingsOf({ settings, upstreamBaseUrl }: DeploymentEnvironment): Settings {
  return parseSettings({
    ...settings,
    UPSTREAM_BASE_URL: upstreamBaseUrl ?? 'https://upstream.invalid',
    UPSTREAM_CREDENTIALS_ARN: 'arn',
    CACHE_TABLE: 'table',
    CACHE_KEY_SECRET: 'secret',
  });
}
