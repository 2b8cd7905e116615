/** How fast callers may ask. Above it the gateway answers 429. */
export interface Throttle {
  /** Requests a second, sustained. */
  readonly perSecond: number;
  /** Requests at once. */
  readonly burst: number;
}

/** How many requests a caller may make in a period. Above it the gateway answers 429 until the period ends. */
export interface Quota {
  readonly requests: number;
  readonly per: 'DAY' | 'WEEK' | 'MONTH';
}

/** How many look-ups a caller may ask for in a period. A batch of a hundred look-ups counts as a hundred. */
export interface LookupQuota {
  readonly lookups: number;
  readonly per: 'DAY' | 'WEEK' | 'MONTH';
}

/**
 * A class of callers: its members, the limits of each of its keys, and the members' rights (docs/settings.md, Classes of
 * callers).
 */
export interface CallerClassChoice {
  /** How fast one key may ask, in look-ups. With API keys each class needs it; without them it may have none. */
  readonly throttle?: Throttle;
  /**
   * How many look-ups one key may ask for in a period. With API keys each class needs it; without them it may have
   * none.
   */
  readonly quota?: LookupQuota;
  /**
   * The ARNs of roles and users. If callers sign (`auth: 'iam'`), their signatures make a member.
   *
   * @default - none
   */
  readonly roles?: readonly string[];
  /**
   * Whether callers belong to this class if their credential names no class, like the keys in `apiKeys`. At most one
   * class is the default.
   *
   * @default false
   */
  readonly isDefault?: boolean;
  /**
   * Request directives for requests that have none, such as `max-stale=3600`.
   *
   * @default - none
   */
  readonly cacheControl?: string;
  /**
   * How long members wait for an answer, if their request has no `Prefer`. Milliseconds, 1 to 60000. After that the
   * answer is "pending".
   * @default - for the whole look-up
   */
  readonly waitMs?: number;
  /**
   * The sources that members may ask for.
   *
   * @default - any
   */
  readonly sources?: readonly string[];
  /**
   * How many look-ups one request may hold. 1: no batches.
   *
   * @default 1
   */
  readonly maxBatch?: number;
  /**
   * The most that members get of a customer: a projection for the replies of each API.
   *
   * @default - the whole entry
   */
  readonly fields?: { readonly v2: string; readonly 'v1.1': string };
}

/** Classes of callers, by their names. */
export type CallerClassChoices = Readonly<Record<string, CallerClassChoice>>;

/** The load of a table in DynamoDB's request units. One unit reads 4 KB, or writes 1 KB. */
export interface TableThroughput {
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
}

/** How many instances of a function are ready before a request needs them. */
export interface ProvisionedConcurrency {
  /** The smallest number. */
  readonly min: number;
  /** The largest number. */
  readonly max: number;
  /**
   * The share of the instances that should be in use. Above it Lambda starts more, below it Lambda stops some. 0.1 to
   * 0.9.
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

/** The moment from which other limits hold. */
export interface ScheduledConcurrency {
  readonly name: string;
  /** When: minute, hour, day of the month, month, day of the week and year, as `30 8 * * ? *`. */
  readonly cron: string;
  /** The time zone of that time, such as `Asia/Kolkata`. */
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
 * How often a canary runs. EventBridge has no shorter interval than the first, and CloudWatch's alarms no longer period
 * than the last. Minutes.
 */
export const CANARY_MINUTES = [1, 5, 10, 15, 30, 60] as const;

/** How often a canary runs if the environment does not say. Minutes. */
export const CANARY_EVERY_MINUTES: (typeof CANARY_MINUTES)[number] = 5;

/** The APIs that a canary may ask. */
export const CANARY_APIS = ['v2', 'v1.1'] as const;

/** The look-ups with which a deployment checks itself from outside. */
export interface CanarySetting {
  /**
   * The minutes between two runs. Each run makes two look-ups for each API. One of them asks the upstream.
   *
   * @default 5
   */
  readonly everyMinutes?: (typeof CANARY_MINUTES)[number];
  /**
   * The APIs to ask, in this order.
   *
   * @default - both
   */
  readonly apis?: readonly (typeof CANARY_APIS)[number][];
}

/** How many requests may come within five minutes. Above it the firewall answers 403. At least 10. */
export interface FirewallLimits {
  /** From one address. All tills of a store, or of a whole fleet, may share one. */
  readonly perAddress: number;
  /**
   * With one API key. At least as many as the throttle allows in that time. Above the throttle the gateway answers 429.
   */
  readonly perKey: number;
}

/** The ciphers and versions of TLS that callers may use. Only `TLS_1_2` allows mutual TLS. */
export const TLS_POLICIES = [
  'TLS_1_2',
  'SecurityPolicy_TLS13_1_2_PQ_2025_09',
  'SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09',
  'SecurityPolicy_TLS13_1_3_2025_09',
] as const;

/** Your own domain for callers of the API. */
export interface Domain {
  /** The name, such as `lookups.shops.example`. */
  readonly name: string;
  /** The certificate, in ACM, in the region of the stack. */
  readonly certificateArn: string;
  /**
   * The path below which the routes are, such as `lookaside` or `loyalty/lookups`.
   *
   * @default - none: the routes are at the root
   */
  readonly basePath?: string;
  /**
   * The TLS that callers may use.
   *
   * @default 'TLS_1_2' - TLS 1.2, also with the ciphers of old tills, and TLS 1.3; it allows mutual TLS
   */
  readonly tlsPolicy?: (typeof TLS_POLICIES)[number];
  /**
   * The certificates for mutual TLS: callers must have one of them. A PEM file in S3.
   *
   * @default - callers need no certificate
   */
  readonly truststore?: { readonly uri: string; readonly version?: string };
}

/** A VPC that the stack makes: two availability zones, and a fixed address for each NAT gateway. */
export interface MadeNetwork {
  /** Its addresses, such as `10.42.0.0/22`. */
  readonly cidr: string;
  /** 1 or 2. With one, the functions cannot reach the upstream while its availability zone is down. */
  readonly natGateways: number;
}

/**
 * An existing VPC. Its subnets need a route to the upstream, to Secrets Manager and to Lambda. Its owner adds the
 * gateway endpoint for DynamoDB to their route tables.
 */
export interface GivenNetwork {
  readonly vpcId: string;
  readonly availabilityZones: readonly string[];
  /** Private subnets, one for each availability zone. */
  readonly subnetIds: readonly string[];
}

/** The network of the functions: one that the stack makes, or an existing one. */
export type NetworkSetting = MadeNetwork | GivenNetwork;
