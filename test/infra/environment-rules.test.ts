import { describe, expect, test } from '@jest/globals';
import type { DeploymentEnvironment } from '../../infra/deployment-environment.ts';
import { checkEnvironment, EnvironmentError } from '../../infra/environment-rules.ts';

const SCHEDULED = { name: 'open', cron: '30 8 * * ? *', timeZone: 'Asia/Kolkata', min: 1, max: 2 };

const DOMAIN = {
  name: 'lookups.shops.example',
  certificateArn: 'arn:aws:acm:ap-south-1:111122223333:certificate/00000000-0000-0000-0000-000000000000',
};

const CLASS = { throttle: { perSecond: 5, burst: 10 }, quota: { lookups: 5_000, per: 'DAY' } };
const ROLE = 'arn:aws:iam::111122223333:role/till';
const TOKEN = { issuer: 'https://login.shops.example', audiences: ['lookaside'] };

const NETWORK = {
  vpcId: 'vpc-0123456789abcdef0',
  availabilityZones: ['ap-south-1a'],
  subnetIds: ['subnet-0123456789abcdef0'],
};

/** So many roles, each of which has a long name. */
function manyRoles(count: number): readonly string[] {
  return Array.from({ length: count }, (_, n) => `${ROLE}-${'x'.repeat(40)}-${n}`);
}

/** The reasons to refuse an environment: one line for each fault. */
function refusalsOf(environment: object): readonly string[] {
  try {
    checkEnvironment({ name: 'test', ...environment } as DeploymentEnvironment);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError);
    return (error as Error).message.split('\n');
  }
}

describe('an environment is refused, by name and range, with', () => {
  test.each<[object, string]>([
    [{ name: '' }, 'name is ""; allowed is 1 to 30 lower-case letters, digits and - that begin with a letter.'],
    [{ name: undefined }, 'name is missing; allowed is 1 to 30 lower-case letters'],
    [{ name: 'Production' }, 'name is "Production"; allowed'],
    [{ prefix: '' }, 'prefix is ""; allowed is 1 to 40 lower-case letters'],
    [{ prefix: 'a'.repeat(41) }, `prefix is "${'a'.repeat(41)}"; allowed`],
    [{ account: '1234', region: 'eu-west-1' }, 'account is "1234"; allowed is the 12 digits of an AWS account'],
    [{ account: '111122223333' }, 'account is set and region is not; allowed is both or neither.'],
    [{ region: 'eu-west-1' }, 'region is set and account is not; allowed is both or neither.'],
    [{ account: '111122223333', region: 'mars' }, 'region is "mars"; allowed is an AWS region'],
    [{ otherRegions: ['eu-west-1'] }, 'otherRegions is set and region is not; allowed is both, or neither.'],
    [{ otherRegions: [] }, 'otherRegions is []; allowed is a list of 1 to 10 different elements.'],
    [{ otherRegions: ['mars'] }, 'otherRegions[0] is "mars"; allowed is an AWS region such as eu-west-1.'],
    [
      { account: '111122223333', region: 'eu-west-1', otherRegions: ['ap-south-1', 'eu-west-1'] },
      'otherRegions is ap-south-1, eu-west-1; allowed is each region once, without eu-west-1.',
    ],
    [{ settings: { OTHER_REGIONS: 'mine' } }, 'settings.OTHER_REGIONS is set; allowed in its place is otherRegions.'],
    [{ upstreamBaseUrl: '' }, 'upstreamBaseUrl is ""; allowed is an https address such as'],
    [{ settings: { FRESH_SECOND: '1' } }, 'settings.FRESH_SECOND is unknown; allowed is UPSTREAM_TIMEOUT_MS'],
    [{ settings: { FRESH_SECONDS: 60 } }, "settings.FRESH_SECONDS is 60; allowed is a text, also for a number: '300'."],
    [{ settings: { CACHE_TABLE: 'mine' } }, 'settings.CACHE_TABLE is set; allowed in its place is prefix.'],
    [
      { settings: { WEBHOOK_SECRET: 'mine' } },
      'settings.WEBHOOK_SECRET is set; allowed in its place is the secret WebhookSecretArn.',
    ],
    [{ settings: [] }, 'settings is []; allowed is an object of'],
    [{ isProtected: 'yes' }, 'isProtected is "yes"; allowed is true, false.'],
    [{ logRetentionDays: 2 }, 'logRetentionDays is 2; allowed is 1, 3, 5, 7, 14'],
    [{ memoryMb: 511 }, 'memoryMb is 511; allowed is a whole number, 512 to 10240.'],
    [{ memoryMb: 10_241 }, 'memoryMb is 10241; allowed'],
    [{ memoryMb: 512.5 }, 'memoryMb is 512.5; allowed'],
    [{ apiKeys: [] }, 'apiKeys is []; allowed is a list of 1 to 50 different elements.'],
    [{ apiKeys: ['till', 'till'] }, 'apiKeys is ["till","till"]; allowed is a list of 1 to 50 different elements.'],
    [{ apiKeys: ['till', 'my till'] }, 'apiKeys[1] is "my till"; allowed is 1 to 60 letters, digits, - and _.'],
    [{ throttle: { perSecond: 0, burst: 40 } }, 'throttle.perSecond is 0; allowed is a whole number, 1 to 10000.'],
    [{ throttle: { perSecond: 1 } }, 'throttle.burst is missing; allowed is a whole number, 1 to 10000.'],
    [{ throttle: { perSecond: 1, burst: 1, per: 1 } }, 'throttle.per is unknown; allowed is perSecond, burst.'],
    [{ webhookThrottle: { perSecond: 50, burst: -1 } }, 'webhookThrottle.burst is -1; allowed'],
    [
      { callers: { tills: CLASS }, stageThrottle: { perSecond: 10_001, burst: 1 } },
      'stageThrottle.perSecond is 10001; allowed is a whole number, 1 to 10000.',
    ],
    [
      { stageThrottle: { perSecond: 5, burst: 5 } },
      'stageThrottle is set and callers have no keys of classes; allowed is stageThrottle with callers and auth ' +
        '"apiKey". Remove it: throttle limits the callers here.',
    ],
    [
      { auth: 'iam', callers: { tills: {} }, stageThrottle: { perSecond: 5, burst: 5 } },
      'stageThrottle is set and callers have no keys of classes',
    ],
    [{ quota: { requests: 0, per: 'DAY' } }, 'quota.requests is 0; allowed is a whole number, 1 to 2000000000.'],
    [{ quota: { requests: 1, per: 'YEAR' } }, 'quota.per is "YEAR"; allowed is "DAY", "WEEK", "MONTH".'],
    [{ callers: {} }, 'callers is {}; allowed is an object of 1 to 20 classes by their names.'],
    [{ callers: 'tills' }, 'callers is "tills"; allowed is an object of 1 to 20 classes by their names.'],
    [{ callers: { Tills: CLASS } }, `callers's class is "Tills"; allowed is a name of 1 to 30 lower-case letters`],
    [{ callers: { 'a.b': CLASS } }, `callers's class is "a.b"; allowed`],
    [{ callers: { tills: null } }, 'callers.tills is null; allowed is an object of throttle, quota'],
    [
      { callers: { tills: { ...CLASS, quota: undefined } } },
      'callers.tills.quota is missing; allowed is throttle and quota for each class.',
    ],
    [
      { callers: { tills: { ...CLASS, quota: { lookups: 1, per: 'DAY', requests: 1 } } } },
      'callers.tills.quota.requests is unknown; allowed is lookups, per.',
    ],
    [
      { callers: { tills: { ...CLASS, throttle: { perSecond: 0, burst: 1 } } } },
      'callers.tills.throttle.perSecond is 0; allowed is a whole number, 1 to 10000.',
    ],
    [
      { callers: { tills: { ...CLASS, field: {} } } },
      'callers.tills.field is unknown; allowed is throttle, quota, cacheControl',
    ],
    [
      { callers: { tills: { ...CLASS, cacheControl: 'max-old=1' } } },
      'callers.tills.cacheControl is "max-old=1"; allowed is request directives with commas between them, of no-cache',
    ],
    [
      { callers: { tills: { ...CLASS, waitMs: 0 } } },
      'callers.tills.waitMs is 0; allowed is a whole number of milliseconds',
    ],
    [
      { callers: { tills: { ...CLASS, sources: [] } } },
      'callers.tills.sources is []; allowed is a list of 1 to 20 different',
    ],
    [
      { callers: { tills: { ...CLASS, maxBatch: 101 } } },
      'callers.tills.maxBatch is 101; allowed is a whole number of look-ups',
    ],
    [
      { callers: { kiosks: { ...CLASS, fields: { v2: 'id' } } } },
      'callers.kiosks.fields is {"v2":"id"}; allowed is an object of v2 and v1.1, both required, each a projection',
    ],
    [{ callers: { tills: { ...CLASS, isDefault: 1 } } }, 'callers.tills.isDefault is 1; allowed is true or false.'],
    [
      { callers: { tills: { ...CLASS, isDefault: true }, kiosks: { ...CLASS, isDefault: true } } },
      'callers has the defaults tills, kiosks; allowed is one of them.',
    ],
    [
      { callers: { tills: { ...CLASS, maxBatch: 11 } } },
      'callers.tills.throttle.burst is 10; allowed is at least its maxBatch, 11.',
    ],
    [
      { callers: { tills: { ...CLASS, maxBatch: 10, quota: { lookups: 9, per: 'DAY' } } } },
      'callers.tills.quota.lookups is 9; allowed is at least its maxBatch, 10.',
    ],
    [
      { callers: { tills: CLASS }, throttle: { perSecond: 1, burst: 1 } },
      'throttle is set and callers too; allowed is one of them: each class has its own throttle.',
    ],
    [
      { callers: { tills: CLASS }, quota: { requests: 1, per: 'DAY' } },
      'quota is set and callers too; allowed is one of them: each class has its own quota.',
    ],
    [
      { callers: { tills: CLASS }, apiKeys: ['till'] },
      'apiKeys is set and no class of callers is the default; allowed is apiKeys with a class that has isDefault.',
    ],
    [{ settings: { CALLERS: '{}' } }, 'settings.CALLERS is set; allowed in its place is callers.'],
    [{ settings: { CALLER_AUTH: 'iam' } }, 'settings.CALLER_AUTH is set; allowed in its place is auth.'],
    [{ auth: 'none' }, 'auth is "none"; allowed is "apiKey", "iam", or an object of issuer and audiences.'],
    [
      { auth: { ...TOKEN, issuer: 'http://a.example' }, front: 'http' },
      'auth.issuer is "http://a.example"; allowed is the https',
    ],
    [
      { auth: { ...TOKEN, issuer: 'https://a.example/?b' }, front: 'http' },
      'auth.issuer is "https://a.example/?b"; allowed',
    ],
    [{ auth: { ...TOKEN, audiences: [] }, front: 'http' }, 'auth.audiences is []; allowed is a list of 1 to 50'],
    [{ auth: { ...TOKEN, audience: 'a' }, front: 'http' }, 'auth.audience is unknown; allowed is issuer, audiences'],
    [
      { auth: { ...TOKEN, classClaim: 'a b' }, front: 'http' },
      'auth.classClaim is "a b"; allowed is the name of a claim',
    ],
    [{ auth: TOKEN }, 'auth is a token and front is "rest"; allowed with a token is front "http"'],
    [{ front: 'alb' }, 'front is "alb"; allowed is "rest", "http".'],
    [{ front: 'http' }, 'front is "http" and the environment has auth "apiKey"; allowed with it is front "rest".'],
    [
      { front: 'http', auth: 'iam', firewall: { perAddress: 10, perKey: 10 } },
      'front is "http" and the environment has firewall; allowed',
    ],
    [
      { front: 'http', auth: 'iam', privateEndpoints: ['vpce-0123456789abcdef0'] },
      'front is "http" and the environment has privateEndpoints; allowed',
    ],
    [
      { front: 'http', auth: 'iam', ownsGatewayLogRole: true },
      'front is "http" and the environment has ownsGatewayLogRole',
    ],
    [{ auth: 'iam', apiKeys: ['till'] }, 'apiKeys is set and auth is "iam"; allowed is apiKeys with auth "apiKey".'],
    [
      { auth: 'iam', quota: { requests: 1, per: 'DAY' } },
      'quota is set and auth is "iam"; allowed is quota with auth "apiKey".',
    ],
    [
      { auth: 'iam', callers: { tills: { throttle: CLASS.throttle } } },
      'callers.tills.throttle is set and auth is "iam"; allowed is throttle with auth "apiKey"',
    ],
    [
      { auth: TOKEN, front: 'http', callers: { tills: { isDefault: true, quota: CLASS.quota } } },
      'callers.tills.quota is set and auth is a token; allowed is quota with auth "apiKey"',
    ],
    [
      { callers: { tills: { ...CLASS, roles: [ROLE] } } },
      'callers.tills.roles is set and auth is "apiKey"; allowed is roles with auth "iam".',
    ],
    [
      { auth: 'iam', callers: { tills: { roles: ['till'] } } },
      'callers.tills.roles is ["till"]; allowed is a list of 1 to 20 different ARNs of IAM roles and users.',
    ],
    [
      { auth: 'iam', callers: { tills: { roles: [ROLE] }, kiosks: { roles: [ROLE] } } },
      `callers has ${ROLE} in two classes; allowed is each role in one class.`,
    ],
    [
      { auth: 'iam', callers: { tills: { roles: manyRoles(20) }, kiosks: { roles: manyRoles(40).slice(20) } } },
      'characters as a setting, without throttle and quota; allowed is 2500: have fewer classes, roles or fields.',
    ],
    // A long value does not hide what is allowed.
    [{ prefix: 'a'.repeat(300) }, `prefix is "${'a'.repeat(199)}…; allowed is 1 to 40 lower-case letters`],
    [
      { auth: TOKEN, front: 'http', callers: { tills: {} } },
      'callers has no default and auth has no classClaim; allowed is one of them',
    ],
    [{ revalidationConcurrency: 0 }, 'revalidationConcurrency is 0; allowed is a whole number, 1 to 50000, or "unl'],
    [{ revalidationConcurrency: 'none' }, 'revalidationConcurrency is "none"; allowed'],
    [{ invalidationConcurrency: 0 }, 'invalidationConcurrency is 0; allowed'],
    [
      // The burst of events, and two requests of each of the six other methods.
      { invalidationConcurrency: 111 },
      'invalidationConcurrency is 111; allowed is at least 112: the gateway lets so many requests to the webhook ' +
        'through at once. Raise it, or lower the burst of webhookThrottle.',
    ],
    [
      { invalidationConcurrency: 15, webhookThrottle: { perSecond: 50, burst: 4 } },
      'invalidationConcurrency is 15; allowed is at least 16',
    ],
    [
      { front: 'http', auth: 'iam', invalidationConcurrency: 99 },
      'invalidationConcurrency is 99; allowed is at least 100',
    ],
    [{ httpConcurrency: 1.5 }, 'httpConcurrency is 1.5; allowed'],
    [{ release: 'slowly' }, 'release is "slowly"; allowed is "at-once", "10-percent-for-5-minutes"'],
    [
      { provisionedConcurrency: { min: 0, max: 5 } },
      'provisionedConcurrency.min is 0; allowed is a whole number, 1 to',
    ],
    [
      { provisionedConcurrency: { min: 1, max: 5, targetUtilization: 1 } },
      'provisionedConcurrency.targetUtilization is 1; allowed is a number, 0.1 to 0.9.',
    ],
    [{ provisionedConcurrency: { min: 6, max: 5 } }, 'provisionedConcurrency.min is 6; allowed is up to its max, 5.'],
    [
      { httpConcurrency: 4, provisionedConcurrency: { min: 1, max: 5 } },
      'provisionedConcurrency.max is 5; allowed is up to httpConcurrency, 4.',
    ],
    [
      { provisionedConcurrency: { min: 1, max: 5, schedule: [{ ...SCHEDULED, cron: '8:30' }] } },
      'provisionedConcurrency.schedule[0].cron is "8:30"; allowed is six fields',
    ],
    [
      { provisionedConcurrency: { min: 1, max: 5, schedule: [{ ...SCHEDULED, timeZone: '' }] } },
      'provisionedConcurrency.schedule[0].timeZone is ""; allowed is an IANA time zone',
    ],
    [
      { provisionedConcurrency: { min: 1, max: 5, schedule: [{ ...SCHEDULED, min: 3 }] } },
      'provisionedConcurrency.schedule[0].min is 3; allowed is up to its max, 2.',
    ],
    // Both days are named: AWS refuses that.
    [
      { provisionedConcurrency: { min: 1, max: 5, schedule: [{ ...SCHEDULED, cron: '30 8 * * * *' }] } },
      'provisionedConcurrency.schedule[0].cron is "30 8 * * * *"; allowed is six fields as of cron(), with ? as',
    ],
    [
      { provisionedConcurrency: { min: 1, max: 5, schedule: [{ ...SCHEDULED, timeZone: 'Asia/Calcuta' }] } },
      'provisionedConcurrency.schedule[0].timeZone is "Asia/Calcuta"; allowed is an IANA time zone',
    ],
    [
      { provisionedConcurrency: { min: 1, max: 5, schedule: [SCHEDULED, { ...SCHEDULED, cron: '0 9 * * ? *' }] } },
      'provisionedConcurrency.schedule has the names open, open; allowed is a different name for each.',
    ],
    [{ hasOwnKey: 'yes' }, 'hasOwnKey is "yes"; allowed is true, false.'],
    [{ deployers: ['release'] }, 'deployers[0] is "release"; allowed is the ARN of a role, with * for any text.'],
    [{ tableLimit: { readsPerSecond: 0, writesPerSecond: 1 } }, 'tableLimit.readsPerSecond is 0; allowed'],
    [
      { tableWarmThroughput: { readsPerSecond: 11_999, writesPerSecond: 4_000 } },
      'tableWarmThroughput.readsPerSecond is 11999; allowed is a whole number, 12000 to 40000000.',
    ],
    [
      {
        tableLimit: { readsPerSecond: 20_000, writesPerSecond: 5_000 },
        tableWarmThroughput: { readsPerSecond: 12_000, writesPerSecond: 6_000 },
      },
      "tableWarmThroughput.writesPerSecond is 6000; allowed is up to tableLimit's, 5000.",
    ],
    [{ tags: { team: '' } }, 'tags.team is ""; allowed is 1 to 256 letters'],
    [{ tags: { 'aws:team': 'a' } }, `tags's name is "aws:team"; allowed is 1 to 128 letters`],
    [{ tags: { 'AWS:team': 'a' } }, `tags's name is "AWS:team"; allowed`],
    [{ tags: { 'lookaside:environment': 'a' } }, `tags's name is "lookaside:environment"; allowed`],
    [{ tags: { Team: 'a', team: 'b' } }, 'tags is {"Team":"a","team":"b"}; allowed is an object of up to 46 names'],
    [
      { tags: Object.fromEntries(Array.from({ length: 47 }, (_, n) => [`tag-${n}`, 'a'])) },
      'allowed is an object of up to 46 names and texts',
    ],
    [{ tags: 'team' }, 'tags is "team"; allowed is an object'],
    [{ domain: { ...DOMAIN, name: 'shops' } }, 'domain.name is "shops"; allowed is a domain name'],
    [{ domain: { ...DOMAIN, certificateArn: 'mine' } }, 'domain.certificateArn is "mine"; allowed'],
    [{ domain: { ...DOMAIN, basePath: '/loyalty' } }, 'domain.basePath is "/loyalty"; allowed is segments'],
    [{ domain: { ...DOMAIN, basePath: '(none)' } }, 'domain.basePath is "(none)"; allowed is segments'],
    // API Gateway maps several segments only with this policy.
    [
      { domain: { ...DOMAIN, basePath: 'loyalty/look-ups', tlsPolicy: 'SecurityPolicy_TLS13_1_3_2025_09' } },
      'domain.tlsPolicy is "SecurityPolicy_TLS13_1_3_2025_09"; allowed with several segments in domain.basePath is "TLS_1_2".',
    ],
    [
      { domain: DOMAIN, account: '111122223333', region: 'eu-west-1' },
      'domain.certificateArn is in ap-south-1 and region is eu-west-1; allowed is one in eu-west-1.',
    ],
    [
      {
        monitoring: { topicArn: 'arn:aws:sns:ap-south-1:111122223333:on-call' },
        account: '111122223333',
        region: 'eu-west-1',
      },
      'monitoring.topicArn is in ap-south-1 and region is eu-west-1; allowed is one in eu-west-1.',
    ],
    [
      { network: NETWORK, account: '111122223333', region: 'eu-west-1' },
      'network.availabilityZones has ap-south-1a and region is eu-west-1; allowed are zones of eu-west-1.',
    ],
    [
      { monitoring: { expectsEvents: true }, settings: { LOG_LEVEL: 'WARN' } },
      'monitoring.expectsEvents is true and LOG_LEVEL is WARN; allowed with it is TRACE, DEBUG, INFO',
    ],
    [{ domain: { ...DOMAIN, tlsPolicy: 'TLS_1_0' } }, 'domain.tlsPolicy is "TLS_1_0"; allowed is "TLS_1_2", '],
    [
      { domain: { ...DOMAIN, truststore: { uri: 'https://a' } } },
      'domain.truststore.uri is "https://a"; allowed is the',
    ],
    [
      {
        domain: {
          ...DOMAIN,
          tlsPolicy: 'SecurityPolicy_TLS13_1_3_2025_09',
          truststore: { uri: 's3://shops-truststore/tills.pem' },
        },
      },
      'domain.tlsPolicy is "SecurityPolicy_TLS13_1_3_2025_09"; allowed with a truststore is "TLS_1_2".',
    ],
    [{ firewall: true }, 'firewall is true; allowed is an object of perAddress, perKey.'],
    [
      { firewall: { perAddress: 9, perKey: 10 } },
      'firewall.perAddress is 9; allowed is a whole number, 10 to 2000000000.',
    ],
    // 20 a second for 300 seconds, and the burst of 40.
    [
      { firewall: { perAddress: 10, perKey: 6_039 } },
      'firewall.perKey is 6039; allowed is 6040 or more: the throttle lets one key send so many requests in five minutes',
    ],
    [
      { firewall: { perAddress: 10, perKey: 60_000 }, throttle: { perSecond: 200, burst: 400 } },
      'firewall.perKey is 60000; allowed is 60400 or more',
    ],
    [{ privateEndpoints: [] }, 'privateEndpoints is []; allowed is a list of 1 to 20 ids of VPC endpoints'],
    [
      { privateEndpoints: 'made' },
      'privateEndpoints is "made" and network is not set; allowed is both, or a list of ids.',
    ],
    [
      { domain: DOMAIN, privateEndpoints: ['vpce-0123456789abcdef0'] },
      'domain and privateEndpoints are both set; allowed is one of them.',
    ],
    [
      { network: { cidr: '8.8.8.0/22', natGateways: 1 } },
      'network.cidr is "8.8.8.0/22"; allowed is a range of private',
    ],
    [
      { network: { cidr: '10.42.0.0/22', natGateways: 3 } },
      'network.natGateways is 3; allowed is a whole number, 1 to 2.',
    ],
    ...['10.256.0.0/22', '172.15.0.0/16', '172.32.0.0/16', '192.169.0.0/24', '10.42.0/22', '10.0.0.0/15'].map(
      (cidr): [object, string] => [
        { network: { cidr, natGateways: 1 } },
        `network.cidr is "${cidr}"; allowed is a range of private addresses of 16 to 24 bits`,
      ],
    ),
    [
      { privateEndpoints: 'made', network: NETWORK },
      'privateEndpoints is "made" and network is a given VPC; allowed is a list of ids',
    ],
    [
      { prefix: 'sg-shops', network: NETWORK },
      'prefix is "sg-shops"; allowed with a network is one that does not begin with sg-.',
    ],
    [{ network: { ...NETWORK, vpcId: 'vpc' } }, 'network.vpcId is "vpc"; allowed is the id of a VPC, vpc-…'],
    [
      { network: { ...NETWORK, availabilityZones: ['ap-south-1a', 'ap-south-1b'] } },
      'network has lists of different lengths; allowed is one subnet for each availability zone.',
    ],
    [{ ownsGatewayLogRole: 1 }, 'ownsGatewayLogRole is 1; allowed is true, false.'],
    [{ keySecretVersion: '' }, 'keySecretVersion is ""; allowed is the id of a version of a secret'],
    [{ webhookSecretVersion: 'a b' }, 'webhookSecretVersion is "a b"; allowed'],
    [
      { keySecretVersion: 'AWSCURRENT' },
      'keySecretVersion is "AWSCURRENT"; allowed is the id of a version of a secret: 32 to',
    ],
    [
      { network: 'made' },
      'network is "made"; allowed is an object of cidr and natGateways, or of vpcId, availabilityZones',
    ],
    [{ network: {} }, 'network is {}; allowed is an object of cidr and natGateways, or of vpcId'],
    [{ memory: 512 }, 'memory is unknown; allowed is name, prefix'],
  ])('%j', (environment, line) => {
    expect(refusalsOf(environment)).toEqual([expect.stringContaining(line)]);
  });
});

test('each fault has its own line', () => {
  expect(refusalsOf({ prefix: '', memoryMb: 1, settings: { FRESH_SECOND: '1' } })).toEqual([
    expect.stringMatching(/^prefix .*\.$/),
    expect.stringMatching(/^settings\.FRESH_SECOND .*\.$/),
    expect.stringMatching(/^memoryMb .*\.$/),
  ]);
});

test.each<[object]>([
  [{}],
  [{ name: 'a' }],
  [{ prefix: 'tills-2' }],
  [{ account: '111122223333', region: 'us-gov-west-1' }],
  [{ memoryMb: 512 }],
  [{ memoryMb: 10_240 }],
  [{ throttle: { perSecond: 1, burst: 10_000 } }],
  [{ revalidationConcurrency: 'unlimited' }],
  [{ revalidationConcurrency: 1 }],
  [{ settings: { FRESH_SECONDS: '60' } }],
  [{ invalidationConcurrency: 112 }],
  [{ front: 'http', auth: 'iam', invalidationConcurrency: 100 }],
  [{ domain: { ...DOMAIN, basePath: 'loyalty/look-ups' } }],
  [{ domain: DOMAIN, account: '111122223333', region: 'ap-south-1' }],
  [{ network: NETWORK, account: '111122223333', region: 'ap-south-1' }],
  [{ monitoring: 'off', settings: { LOG_LEVEL: 'WARN' } }],
  [{ monitoring: { expectsEvents: true }, settings: { LOG_LEVEL: 'DEBUG' } }],
  [{ prefix: 'sg-shops' }],
  [{ network: { cidr: '172.31.0.0/16', natGateways: 1 } }],
  [{ network: { cidr: '192.168.7.0/24', natGateways: 1 } }],
  [{ firewall: 'none' }],
  [{ callers: { tills: CLASS }, stageThrottle: { perSecond: 800, burst: 1_600 } }],
  [{ network: NETWORK }],
  [{ privateEndpoints: 'made', network: { cidr: '10.42.0.0/22', natGateways: 1 } }],
  [{ invalidationConcurrency: 'unlimited' }],
  [{ httpConcurrency: 5, provisionedConcurrency: { min: 1, max: 5, schedule: [SCHEDULED] } }],
])('%j is allowed', (environment) => {
  expect(refusalsOf(environment)).toEqual([]);
});
