import type { SettingName } from '../functions/settings/definitions.ts';
import type { AuthEnvironment } from './auth-environment.ts';
import type {
  CallerClassChoices,
  ProvisionedConcurrency,
  Quota,
  RELEASES,
  RETENTION_DAYS,
  TableThroughput,
  Throttle,
} from './environment-values.ts';
import type { ReachEnvironment } from './reach-environment.ts';
import type { WatchEnvironment } from './watch-environment.ts';

/** The settings that the stack itself decides: the names and secrets of its own resources. */
export type StackSetting =
  | 'UPSTREAM_BASE_URL'
  | 'UPSTREAM_CREDENTIALS'
  | 'UPSTREAM_CREDENTIALS_ARN'
  | 'CACHE_TABLE'
  | 'CACHE_KEY_SECRET'
  | 'REVALIDATE_FUNCTION'
  | 'METRICS_ENVIRONMENT'
  | 'OTHER_REGIONS'
  | 'CALLERS'
  | 'CALLER_AUTH'
  | 'CALLER_CLAIM'
  | 'CLASS_CLAIM'
  | 'WEBHOOK_SECRET';

/** The functions' settings that an environment may choose. */
export type ChosenSettings = Readonly<Partial<Record<Exclude<SettingName, StackSetting>, string>>>;

/**
 * One deployment of Lookaside: the values that may differ between a sandbox and production. Everything else is the same
 * in all environments. `environment-rules.ts` says what each value may be; a wrong one stops the synthesis.
 */
export interface DeploymentEnvironment extends AuthEnvironment, ReachEnvironment, WatchEnvironment {
  /** The name of the environment. It names the stack, `lookaside-<name>`, and all its resources. */
  readonly name: string;

  /**
   * The beginning of each resource's name, as in `lookaside-sandbox-http`. Two environments in one account and region
   * need different ones.
   *
   * @default - `lookaside-<name>`
   */
  readonly prefix?: string;

  /**
   * The AWS account. The CLI refuses to deploy into another one. It needs `region` too.
   *
   * @default - the account of the CLI's credentials
   */
  readonly account?: string;

  /**
   * The AWS region, such as `ap-south-1`. It needs `account` too.
   *
   * @default - the region of the CLI
   */
  readonly region?: string;

  /**
   * The regions that have a deployment of the same account, prefix and secrets, each with its own cache. All of them
   * act on every purge and every event, and the service acknowledges it when all have acted (docs/regions.md). It needs
   * `account` and `region`.
   *
   * @default - none
   */
  readonly otherRegions?: readonly string[];

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
   * Whether the stack and the table refuse to be deleted. An empty cache loses no data, but every look-up then goes to
   * the upstream.
   *
   * @default false
   */
  readonly isProtected?: boolean;

  /**
   * Whether the stack has its own key for the table, the secrets, the functions' environments and the logs. The key's
   * policy names its readers (infra/encryption-key.ts). The key costs a dollar a month, and a price for its use.
   *
   * @default false
   */
  readonly hasOwnKey?: boolean;

  /**
   * The deploying roles: ARNs, with `*` for any text. The key's policy names them.
   *
   * @default - the role that `cdk bootstrap` makes for CloudFormation
   */
  readonly deployers?: readonly string[];

  /**
   * The greatest load that the table takes, so that a fault or a flood cannot cost more. Above it DynamoDB throttles,
   * and look-ups ask the upstream.
   *
   * @default - the account's quota
   */
  readonly tableLimit?: TableThroughput;

  /**
   * The load that the table takes from the first moment on, for example when a fleet of shops opens. You pay for it
   * once. You can raise it later, but not lower it.
   *
   * @default - DynamoDB's own: 12 000 reads and 4 000 writes a second
   */
  readonly tableWarmThroughput?: TableThroughput;

  /**
   * Tags of every resource, besides `lookaside:environment`: for the allocation of costs.
   *
   * @default - none
   */
  readonly tags?: Readonly<Record<string, string>>;

  /**
   * How long the functions' and the gateway's logs are kept, in days.
   *
   * @default 14
   */
  readonly logRetentionDays?: (typeof RETENTION_DAYS)[number];

  /**
   * The memory of each function in MB. A function's share of a CPU grows with its memory: with less than 512 MB a hit
   * would wait for the CPU.
   *
   * @default 512
   */
  readonly memoryMb?: number;

  /**
   * The API keys that the stack makes, by name: one for each fleet that the gateway counts and throttles separately. A
   * new name replaces the key. Fleets with many keys use `callers`: their keys are made outside the stack.
   *
   * @default ['till']; none, if `callers` has no default class, or if callers use no API keys
   */
  readonly apiKeys?: readonly string[];

  /**
   * Classes of callers. With API keys each class has its own usage plan, instead of `throttle` and `quota`, and `npx
   * lookaside keys` makes its keys, outside the stack.
   * @default - the same rules hold for all callers
   */
  readonly callers?: CallerClassChoices;

  /**
   * How fast one API key may ask. Without API keys: how fast all callers together may ask.
   *
   * @default - 20 a second, 40 at once; without API keys, the account's own limit
   */
  readonly throttle?: Throttle;

  /**
   * How many requests one API key may make in a day, a week or a month.
   *
   * @default - 100 000 a day
   */
  readonly quota?: Quota;

  /**
   * The rate of the webhook's POST. It needs no key, so this limits the cost that a stranger can cause. After a 429 the
   * sender of events sends again.
   *
   * @default - 50 a second, 100 at once
   */
  readonly webhookThrottle?: Throttle;

  /**
   * How many revalidations may run at once: this limits the whole fleet's calls to the upstream for entries that are
   * still served. Lambda reserves these instances out of the account's concurrency. Lambda keeps 100 instances of the
   * account unreserved (in a new account, all of them), and refuses a deployment that would leave fewer. `unlimited`
   * reserves nothing and limits nothing.
   *
   * @default 5
   */
  readonly revalidationConcurrency?: number | 'unlimited';

  /**
   * How many instances of `invalidate` may run at once. Lambda reserves them out of the account's concurrency, so that
   * an erasure does not wait for look-ups. At least the burst of `webhookThrottle`, and 12 more for other methods than
   * POST (REST API): an event above the throttle gets 429 and is sent again, but an event without a free instance gets
   * 500. `unlimited` reserves nothing and limits nothing.
   *
   * @default - the burst of `webhookThrottle`, and 12 (REST API)
   */
  readonly invalidationConcurrency?: number | 'unlimited';

  /**
   * How many instances of `http` may run at once: the part of the account's concurrency that look-ups may use. Lambda
   * reserves these too. Above this number the gateway answers 500. `unlimited` reserves nothing and limits nothing.
   *
   * @default 'unlimited'
   */
  readonly httpConcurrency?: number | 'unlimited';

  /**
   * How many instances of `http` are ready. They cost money even without requests.
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
   * Whether the stack makes API Gateway's role for logs. There is one such role for each account and region, and all
   * its APIs use it. One environment makes it. Without it, API Gateway refuses the stage of every environment.
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
