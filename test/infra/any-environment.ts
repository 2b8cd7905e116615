import type { DeploymentEnvironment } from '../../infra/deployment-environment.ts';
import { CANARY_APIS, CANARY_MINUTES, RELEASES, RETENTION_DAYS, TLS_POLICIES } from '../../infra/environment-values.ts';
import { fc } from '../support/properties.ts';

/** An option with some of its values. Each is allowed by itself. */
type Values = { readonly [Name in keyof DeploymentEnvironment]?: fc.Arbitrary<unknown> };

const DOMAIN = {
  name: 'lookups.shops.example',
  certificateArn: 'arn:aws:acm:ap-south-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
};
const TOKEN = { issuer: 'https://login.shops.example', audiences: ['lookaside'], classClaim: 'group' };
const GIVEN = {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['ap-south-1a'],
  subnetIds: ['subnet-0123456789abcdef0'],
};
const SCHEDULE = [
  { name: 'open', cron: '30 8 * * ? *', timeZone: 'Asia/Kolkata', min: 3, max: 40 },
  { name: 'closed', cron: '0 23 * * ? *', timeZone: 'Asia/Kolkata', min: 0, max: 0 },
];

const { constantFrom, boolean, record } = fc;
const many = (count: number, name: string) => Array.from({ length: count }, (_, n) => `${name}-${n}`);
const throttle = constantFrom(
  { perSecond: 1, burst: 1 },
  { perSecond: 200, burst: 400 },
  { perSecond: 9_999, burst: 10_000 },
);

const callerClass = record(
  {
    throttle: constantFrom({ perSecond: 5, burst: 100 }, { perSecond: 10_000, burst: 10_000 }),
    quota: constantFrom({ lookups: 100, per: 'DAY' }, { lookups: 2_000_000_000, per: 'MONTH' }),
    isDefault: boolean(),
    maxBatch: constantFrom(1, 100),
    sources: constantFrom(['INSTORE'], ['WECHAT']),
    cacheControl: constantFrom('no-cache', 'max-stale=3600'),
    waitMs: constantFrom(1, 60_000),
    fields: constantFrom({ v2: 'profiles(firstName)', 'v1.1': 'firstname' }),
  },
  { requiredKeys: ['throttle', 'quota'] },
);

const settings = record(
  {
    CORS_ORIGINS: constantFrom('https://kiosk.example'),
    UPSTREAM_TIMEOUT_MS: constantFrom('100', '12800', '13200'),
    PRIMARY_IDENTIFIER: constantFrom('mobile', 'email', 'externalId'),
    LOG_LEVEL: constantFrom('INFO', 'WARN'),
    GUARD_NOT_FOUND_LIMIT: constantFrom('20', '1000'),
    PROFILE_FIELDS: constantFrom(
      '*',
      many(60, 'extendedFields/field').join(','),
      many(200, 'extendedFields/f').join(','),
    ),
  },
  { requiredKeys: [] },
);

const VALUES: Values = {
  prefix: constantFrom('shops', 'sg-shops', 'a'.repeat(40)),
  upstreamBaseUrl: constantFrom('https://upstream.example', `https://upstream.example/${'path'.repeat(80)}`),
  settings,
  isProtected: boolean(),
  hasOwnKey: boolean(),
  deployers: constantFrom(many(20, 'arn:aws:iam::111122223333:role/deployer')),
  tableLimit: constantFrom({ readsPerSecond: 40_000, writesPerSecond: 20_000 }),
  tableWarmThroughput: constantFrom({ readsPerSecond: 12_000, writesPerSecond: 4_000 }),
  tags: constantFrom({ team: 'loyalty' }, Object.fromEntries(many(46, 'tag').map((name) => [name, name]))),
  logRetentionDays: constantFrom(...RETENTION_DAYS),
  memoryMb: constantFrom(512, 10_240),
  apiKeys: constantFrom(['till', 'kiosk'], ['canary'], ['a-b', 'a_b', 'ab'], many(50, 'fleet')),
  callers: fc.dictionary(constantFrom('tills', 'kiosks', 'canary'), callerClass, { minKeys: 1 }),
  throttle,
  quota: constantFrom({ requests: 1, per: 'DAY' }, { requests: 2_000_000_000, per: 'WEEK' }),
  stageThrottle: throttle,
  webhookThrottle: throttle,
  revalidationConcurrency: constantFrom(1, 'unlimited'),
  invalidationConcurrency: constantFrom(412, 'unlimited'),
  httpConcurrency: constantFrom(600, 'unlimited'),
  provisionedConcurrency: constantFrom({ min: 1, max: 1 }, { min: 2, max: 40, schedule: SCHEDULE }),
  release: constantFrom(...RELEASES),
  monitoring: constantFrom('off', { expectsEvents: true }, { topicArn: 'arn:aws:sns:ap-south-1:111122223333:on-call' }),
  canary: record(
    { everyMinutes: constantFrom(...CANARY_MINUTES), apis: fc.shuffledSubarray([...CANARY_APIS], { minLength: 1 }) },
    { requiredKeys: [] },
  ),
  domain: record(
    {
      name: constantFrom(DOMAIN.name),
      certificateArn: constantFrom(DOMAIN.certificateArn),
      basePath: constantFrom('loyalty', 'loyalty/look-ups'),
      tlsPolicy: constantFrom(...TLS_POLICIES),
      truststore: constantFrom({ uri: 's3://shops-truststore/tills.pem' }),
    },
    { requiredKeys: ['name', 'certificateArn'] },
  ),
  firewall: constantFrom('none', { perAddress: 30_000, perKey: 120_000 }, { perAddress: 10, perKey: 2_000_000_000 }),
  privateEndpoints: constantFrom('made', ['vpce-0123456789abcdef0']),
  network: constantFrom({ cidr: '10.42.0.0/24', natGateways: 1 }, { cidr: '192.168.0.0/16', natGateways: 2 }, GIVEN),
  ownsGatewayLogRole: boolean(),
  keySecretVersion: constantFrom('00000000-0000-0000-0000-000000000000'),
  webhookSecretVersion: constantFrom('00000000-0000-0000-0000-000000000000'),
};

/** The names of the options that a random environment may have. */
export const OPTION_NAMES = [...Object.keys(VALUES), 'auth', 'front'];

/** The credential and the kind of API, which decide about many other options. */
const FRONTS = constantFrom<Partial<DeploymentEnvironment>>(
  {},
  { auth: 'iam' },
  { auth: 'iam', front: 'http' },
  { auth: TOKEN, front: 'http' },
);

/** Some options of an environment, each with an allowed value. Together they may contradict each other. */
export const anyEnvironment: fc.Arbitrary<Partial<DeploymentEnvironment>> = fc
  .tuple(FRONTS, fc.shuffledSubarray(Object.entries(VALUES), { minLength: 1, maxLength: 7 }))
  .chain(([front, options]) => record(Object.fromEntries(options)).map((chosen) => ({ ...chosen, ...front })));
