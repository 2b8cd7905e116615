import type { ChosenSettings, DeploymentEnvironment } from '../../infra/deployment-environment.ts';

/** An environment in a test; `prefix: undefined` takes the prefix that the name makes. */
export type EnvironmentToTry = Omit<Partial<DeploymentEnvironment>, 'prefix'> & {
  readonly prefix?: string | undefined;
};

/** The id of a secret's version, as long as Secrets Manager's own. */
export const versionIdOf = (word: string): string => word.padEnd(36, '0');

const CERTIFICATE = 'arn:aws:acm:ap-south-1:111122223333:certificate/00000000-0000-0000-0000-000000000000';

/** Every option that adds resources. */
const EVERYTHING: Partial<DeploymentEnvironment> = {
  ownsGatewayLogRole: true,
  apiKeys: ['till', 'kiosk'],
  release: '10-percent-for-5-minutes',
  hasOwnKey: true,
  firewall: { perAddress: 30_000, perKey: 120_000 },
  network: { cidr: '10.42.0.0/22', natGateways: 2 },
  settings: { CORS_ORIGINS: 'https://kiosk.example' },
  canary: { everyMinutes: 5 },
};

/** Every option that adds resources behind an HTTP API, with callers that send tokens. */
export const BY_TOKENS = {
  auth: {
    issuer: 'https://login.shops.example',
    audiences: ['lookaside'],
    scopes: ['lookups'],
    callerClaim: 'client_id',
    classClaim: 'cognito:groups',
  },
  front: 'http',
  callers: { tills: {}, kiosks: { fields: { v2: 'profiles(firstName)', 'v1.1': 'firstname' } } },
  release: '10-percent-for-5-minutes',
  hasOwnKey: true,
  domain: { name: 'lookups.shops.example', certificateArn: CERTIFICATE, basePath: 'loyalty' },
  network: { cidr: '10.42.0.0/22', natGateways: 2 },
  settings: { CORS_ORIGINS: 'https://kiosk.example' },
} as const satisfies Partial<DeploymentEnvironment>;

/** The environments whose templates the tests look at. All of them are synthesized in one process, once. */
export const ENVIRONMENTS_UNDER_TEST = {
  default: {},
  protected: { isProtected: true },
  'with an upstream': { upstreamBaseUrl: 'https://upstream.example' },
  'with settings': { settings: { FRESH_SECONDS: '60', PROFILE_FIELDS_V1: 'user_id,coupons/coupon/code' } },
  'with a slow upstream': { settings: { UPSTREAM_TIMEOUT_MS: '5000' } },
  'with origins': { settings: { CORS_ORIGINS: 'https://kiosk.example' } },
  'with a prefix': { prefix: 'trial' },
  'with a prefix, memory and retention': { prefix: 'trial', memoryMb: 1024, logRetentionDays: 90 },
  'with origins and three keys': { settings: { CORS_ORIGINS: 'https://kiosk.example' }, apiKeys: ['a', 'b', 'c'] },
  'with a webhook throttle': { webhookThrottle: { perSecond: 3, burst: 4 } },
  'with two fleets': {
    apiKeys: ['till', 'kiosk'],
    throttle: { perSecond: 7, burst: 9 },
    quota: { requests: 11, per: 'MONTH' },
  },
  'with classes of callers': {
    settings: { CORS_ORIGINS: 'https://kiosk.example' },
    callers: {
      tills: {
        throttle: { perSecond: 5, burst: 10 },
        quota: { lookups: 5_000, per: 'DAY' },
        cacheControl: 'max-stale=3600',
        sources: ['INSTORE'],
      },
      kiosks: {
        throttle: { perSecond: 1, burst: 3 },
        quota: { lookups: 2_000, per: 'WEEK' },
        fields: { v2: 'profiles(firstName),loyaltyProgramDetails(currentSlab)', 'v1.1': 'firstname,current_slab' },
      },
      services: {
        throttle: { perSecond: 250, burst: 450 },
        quota: { lookups: 1_000_099, per: 'MONTH' },
        maxBatch: 100,
      },
    },
  },
  'with classes of callers and a limit for all': {
    callers: { tills: { throttle: { perSecond: 5, burst: 10 }, quota: { lookups: 5_000, per: 'DAY' } } },
    stageThrottle: { perSecond: 800, burst: 1_600 },
  },
  'with classes of callers, one the default': {
    apiKeys: ['till', 'kiosk'],
    callers: {
      tills: { throttle: { perSecond: 5, burst: 10 }, quota: { lookups: 5_000, per: 'DAY' }, isDefault: true },
      kiosks: { throttle: { perSecond: 1, burst: 3 }, quota: { lookups: 2_000, per: 'WEEK' } },
    },
  },
  'with signed look-ups': {
    auth: 'iam',
    settings: { CORS_ORIGINS: 'https://kiosk.example' },
    callers: {
      tills: { isDefault: true },
      kiosks: { roles: ['arn:aws:iam::111122223333:role/kiosk'], maxBatch: 5 },
    },
  },
  'with signed look-ups and a throttle': { auth: 'iam', throttle: { perSecond: 300, burst: 600 }, canary: {} },
  'with signed look-ups, reached by endpoints': {
    auth: 'iam',
    privateEndpoints: ['vpce-0123456789abcdef0'],
    settings: { CORS_ORIGINS: 'https://kiosk.example' },
  },
  'with every option': EVERYTHING,
  'with tokens': BY_TOKENS,
  'with signed look-ups by an HTTP API': {
    auth: 'iam',
    front: 'http',
    throttle: { perSecond: 300, burst: 600 },
    canary: {},
  },
  'with the log role': { ownsGatewayLogRole: true },
  'with events expected': { monitoring: { expectsEvents: true }, canary: { everyMinutes: 15, apis: ['v2'] } },
  'with a canary': { canary: {}, hasOwnKey: true },
  'with a canary and dual eligibility': {
    canary: { apis: ['v1.1', 'v2'] },
    settings: { PRIMARY_IDENTIFIER: 'mobile' },
  },
  'with a topic': { monitoring: { topicArn: 'arn:aws:sns:ap-south-1:111122223333:on-call' } },
  'without monitoring': { monitoring: 'off' },
  'refused: a topic that is none': { monitoring: { topicArn: 'on-call' } },
  'with 40 revalidations': { revalidationConcurrency: 40 },
  'with unlimited invalidations': { invalidationConcurrency: 'unlimited' },
  'with a cap for http': {
    httpConcurrency: 300,
    invalidationConcurrency: 18,
    webhookThrottle: { perSecond: 50, burst: 5 },
  },
  'with instances that stand ready': {
    provisionedConcurrency: {
      min: 2,
      max: 20,
      schedule: [{ name: 'shops-open', cron: '30 8 * * ? *', timeZone: 'Asia/Kolkata', min: 10, max: 40 }],
    },
  },
  'with a key of its own': { hasOwnKey: true },
  'with a key of its own, protected': {
    hasOwnKey: true,
    isProtected: true,
    deployers: ['arn:aws:iam::*:role/release-*'],
  },
  'with limits of the table': {
    tableLimit: { readsPerSecond: 40_000, writesPerSecond: 20_000 },
    tableWarmThroughput: { readsPerSecond: 30_000, writesPerSecond: 10_000 },
  },
  'with tags': { tags: { 'cost-centre': 'loyalty' } },
  'with a domain': { domain: { name: 'lookups.shops.example', certificateArn: CERTIFICATE, basePath: 'loyalty' } },
  'with a domain and a path of two segments': {
    domain: { name: 'lookups.shops.example', certificateArn: CERTIFICATE, basePath: 'loyalty/look-ups' },
  },
  'with a domain of today': {
    domain: {
      name: 'lookups.shops.example',
      certificateArn: CERTIFICATE,
      tlsPolicy: 'SecurityPolicy_TLS13_1_3_2025_09',
    },
  },
  'with mutual TLS': {
    domain: {
      name: 'lookups.shops.example',
      certificateArn: CERTIFICATE,
      truststore: { uri: 's3://shops-truststore/tills.pem', version: 'v1' },
    },
  },
  'with a firewall': { firewall: { perAddress: 3000, perKey: 12_000 } },
  'reached by endpoints': { privateEndpoints: ['vpce-0123456789abcdef0'] },
  'reached by an endpoint that is made': {
    privateEndpoints: 'made',
    network: { cidr: '10.42.0.0/22', natGateways: 1 },
  },
  'in a network of its own': { network: { cidr: '10.42.0.0/22', natGateways: 2 } },
  'in a given network': {
    network: {
      vpcId: 'vpc-0123456789abcdef0',
      availabilityZones: ['ap-south-1a', 'ap-south-1b'],
      subnetIds: ['subnet-0123456789abcdef0', 'subnet-0123456789abcdef1'],
    },
  },
  'released bit by bit': { release: '10-percent-for-5-minutes' },
  'with unlimited revalidations': { revalidationConcurrency: 'unlimited' },
  'key secret old-new': { keySecretVersion: versionIdOf('old-new') },
  'key secret new-old': { keySecretVersion: versionIdOf('new-old') },
  'key secret new': { keySecretVersion: versionIdOf('new') },
  "webhook's secret new-old": { webhookSecretVersion: versionIdOf('new-old') },
  "webhook's secret new": { webhookSecretVersion: versionIdOf('new') },
  'both secrets rotated': { keySecretVersion: versionIdOf('new'), webhookSecretVersion: versionIdOf('new') },
  'side by side, one': { name: 'one', prefix: undefined, ...EVERYTHING },
  'side by side, other': { name: 'other', prefix: undefined, ...EVERYTHING },
  pinned: { account: '111122223333', region: 'ap-south-1' },
  'with other regions': {
    account: '111122223333',
    region: 'ap-south-1',
    otherRegions: ['eu-west-1', 'me-central-1'],
  },
  'refused: a wrong number': { settings: { FRESH_SECONDS: 'five' } },
  'refused: a wrong projection': { settings: { PROFILE_FIELDS_V1: 'user_id(' } },
  'refused: an upstream without TLS': { upstreamBaseUrl: 'http://upstream.example' },
  'refused: a setting that there is not': { settings: { FRESH_SECOND: '60' } as ChosenSettings },
  'refused: an empty prefix': { prefix: '' },
  'refused: a throttle of 0': { throttle: { perSecond: 0, burst: 40 } },
  'refused: an upstream slower than API Gateway': { settings: { UPSTREAM_TIMEOUT_MS: '20000' } },
} as const satisfies Readonly<Record<string, EnvironmentToTry>>;

export type EnvironmentUnderTest = keyof typeof ENVIRONMENTS_UNDER_TEST;
