import type { SettingName } from '../functions/settings/definitions.ts';
import type { MonitoringChoice } from './monitoring/choice.ts';

/** The settings that the stack itself decides: the names, and the secrets, of what it makes. */
export type StackSetting =
  | 'UPSTREAM_BASE_URL'
  | 'UPSTREAM_CREDENTIALS'
  | 'UPSTREAM_CREDENTIALS_ARN'
  | 'CACHE_TABLE'
  | 'CACHE_KEY_SECRET'
  | 'REVALIDATE_FUNCTION'
  | 'METRICS_ENVIRONMENT'
  | 'WEBHOOK_SECRET';

/** The functions' settings that an environment may choose. */
export type ChosenSettings = Readonly<Partial<Record<Exclude<SettingName, StackSetting>, string>>>;

/** How fast callers may ask. Beyond, the gateway answers 429. */
export interface Throttle {
  /** Requests a second, sustained. */
  readonly perSecond: number;
  /** Requests at once. */
  readonly burst: number;
}

/** How much a caller may ask in all. Beyond, the gateway answers 429 until the period ends. */
export interface Quota {
  readonly requests: number;
  readonly per: 'DAY' | 'WEEK' | 'MONTH';
}

/** How many instances of a function stand ready, started before anybody asks for them. */
export interface ProvisionedConcurrency {
  /** At least so many. */
  readonly min: number;
  /** At most so many. */
  readonly max: number;
  /**
   * The share of them that is in use at best: above it there are more, below it fewer. 0.1 to 0.9.
   *
   * @default 0.7
   */
  readonly targetUtilization?: number;
  /**
   * Other limits from some time on, such as before the shops open.
   *
   * @default - the same limits at all times
   */
  readonly schedule?: readonly ScheduledConcurrency[];
}

/** From when on other limits hold. */
export interface ScheduledConcurrency {
  readonly name: string;
  /** When: minute, hour, day of the month, month, day of the week and year, as `30 8 * * ? *`. */
  readonly cron: string;
  /** Where that is the time, such as `Asia/Kolkata`. */
  readonly timeZone: string;
  readonly min: number;
  readonly max: number;
}

/** How a release moves traffic to a new version. The alarms of the functions move it back. */
export const RELEASES = [
  'at-once',
  '10-percent-for-5-minutes',
  '10-percent-for-15-minutes',
  '10-percent-more-each-minute',
] as const;

/** For how many days CloudWatch Logs can keep logs. */
export const RETENTION_DAYS = [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365] as const;

/**
 * One deployment of Lookaside: what may differ between a sandbox and production. All else is the same everywhere.
 * `environment-rules.ts` says what each value may be; a wrong one stops the synthesis.
 */
export interface DeploymentEnvironment {
  /** Names the stack, `lookaside-<name>`, and all that it makes. */
  readonly name: string;

  /**
   * Begins the name of each resource, as in `lookaside-sandbox-http`. Two environments in one account and region need two.
   *
   * @default - `lookaside-<name>`
   */
  readonly prefix?: string;

  /**
   * The AWS account: the CLI refuses to deploy into another one. Goes together with `region`.
   *
   * @default - the account of the CLI's credentials
   */
  readonly account?: string;

  /**
   * The AWS region, such as `ap-south-1`. Goes together with `account`.
   *
   * @default - the region of the CLI
   */
  readonly region?: string;

  /**
   * The upstream's address, such as `https://eu.api.capillarytech.com`.
   *
   * @default - the stack's parameter `UpstreamBaseUrl`, which has no default: CloudFormation refuses a first deployment without it
   */
  readonly upstreamBaseUrl?: string;

  /**
   * The functions' settings, by their names in the environment.
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
   * How long the functions' and the gateway's logs are kept, in days.
   *
   * @default 14
   */
  readonly logRetentionDays?: (typeof RETENTION_DAYS)[number];

  /**
   * Memory of each function in MB. Its share of a CPU follows it: below 512 a hit waits for its CPU.
   *
   * @default 512
   */
  readonly memoryMb?: number;

  /**
   * The API keys, by name: one for each fleet that is counted and throttled by itself. A new name replaces the key.
   *
   * @default ['till']
   */
  readonly apiKeys?: readonly string[];

  /**
   * How fast one API key may ask.
   *
   * @default - 20 a second, 40 at once
   */
  readonly throttle?: Throttle;

  /**
   * How much one API key may ask in all.
   *
   * @default - 100 000 a day
   */
  readonly quota?: Quota;

  /**
   * How fast the webhook may be called. It needs no key, so this is what a stranger can cost. The sender of events sends
   * again after a 429.
   *
   * @default - 50 a second, 100 at once
   */
  readonly webhookThrottle?: Throttle;

  /**
   * How many revalidations may run at once: the whole fleet's budget of upstream calls for entries that are still
   * served. Lambda reserves them out of the account's concurrency and keeps 100 (in a new account, all there is)
   * unreserved. It refuses the deployment otherwise. `unlimited` reserves nothing and limits nothing.
   *
   * @default 5
   */
  readonly revalidationConcurrency?: number | 'unlimited';

  /**
   * How many instances of `invalidate` may run at once. Lambda reserves them out of the account's concurrency, so that an
   * erasure does not wait for look-ups. At least the burst of `webhookThrottle`: an event beyond the throttle is answered
   * 429, and sent again; one that finds no instance is answered 500. `unlimited` reserves nothing and limits nothing.
   *
   * @default - the burst of `webhookThrottle`
   */
  readonly invalidationConcurrency?: number | 'unlimited';

  /**
   * How many instances of `http` may run at once: what look-ups may take of the account's concurrency. Lambda reserves
   * them, too. Beyond, the gateway answers 500. `unlimited` reserves nothing and limits nothing.
   *
   * @default 'unlimited'
   */
  readonly httpConcurrency?: number | 'unlimited';

  /**
   * How many instances of `http` stand ready. They cost while nobody asks.
   *
   * @default - none: a first look-up waits for the start of an instance
   */
  readonly provisionedConcurrency?: ProvisionedConcurrency;

  /**
   * How a release moves traffic to the new code.
   *
   * @default 'at-once'
   */
  readonly release?: (typeof RELEASES)[number];

  /**
   * What watches the deployment: alarms, the dashboard, where messages go. `off`: nothing does.
   *
   * @default - alarms that go to a topic that is made, and a dashboard
   */
  readonly monitoring?: MonitoringChoice | 'off';

  /**
   * Whether the stack makes the role by which API Gateway writes logs. There is one per account and region, for every
   * API in it. One environment makes it; without it, API Gateway refuses the stage of every other.
   *
   * @default false
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

/** What begins the name of each resource of an environment. */
export function prefixOf({ name, prefix }: Pick<DeploymentEnvironment, 'name' | 'prefix'>): string {
  return prefix ?? `lookaside-${name}`;
}
