import { AUTH, authContradictions, FRONT, frontContradictions } from './auth-rules.ts';
import { CALLERS, callerContradictions } from './caller-plans.ts';
import { CANARY, canaryContradictions } from './canary-rules.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { invalidationConcurrencyOf, prefixOf, webhookThrottleOf } from './environment-defaults.ts';
import { RELEASES, RETENTION_DAYS } from './environment-values.ts';
import { DOMAIN, FIREWALL, NETWORK, PRIVATE_ENDPOINTS, reachContradictions } from './reach-rules.ts';
import { either, flag, listOf, members, oneOf, optional, type Rule, rule, text, wholeNumber } from './rule.ts';
import { SETTINGS } from './settings-rule.ts';

/** Thrown when an environment is wrong. Each line of the message names one value, and what is allowed. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** API Gateway's own limit of requests a second, for all APIs of an account and region. */
const GATEWAY_RATE = 10_000;
/** Lambda's limit of instances at once can be raised to tens of thousands. */
const MAX_CONCURRENCY = 50_000;

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const NAME = text('1 to 30 lower-case letters, digits and - that begin with a letter', /^[a-z][a-z0-9-]{0,29}$/);
const VERSION = text('the id of a version of a secret: 1 to 64 letters, digits and -', /^[\w-]{1,64}$/);

const THROTTLE = members({ perSecond: wholeNumber(1, GATEWAY_RATE), burst: wholeNumber(1, GATEWAY_RATE) });

const CONCURRENCY = either(
  `a whole number, 1 to ${MAX_CONCURRENCY}, or "unlimited"`,
  wholeNumber(1, MAX_CONCURRENCY),
  oneOf(['unlimited']),
);

/** DynamoDB's own warm throughput; no table has less. */
const WARM = members({
  readsPerSecond: wholeNumber(12_000, 40_000_000),
  writesPerSecond: wholeNumber(4_000, 40_000_000),
});
const LIMIT = members({ readsPerSecond: wholeNumber(1, 40_000_000), writesPerSecond: wholeNumber(1, 40_000_000) });

const TAGS: Rule = (value, name) => {
  if (typeof value !== 'object' || value === null) {
    return rule('an object of names and texts', () => false)(value, name);
  }
  const tag = text('1 to 256 letters, digits, spaces and _.:/=+@-', /^[\w .:/=+@-]{1,256}$/);
  return Object.entries(value).flatMap(([key, content]) => [
    ...text('1 to 128 letters, digits, spaces and _.:/=+@-, not aws:…', /^(?!aws:)[\w .:/=+@-]{1,128}$/)(
      key,
      `${name}'s name`,
    ),
    ...tag(content, `${name}.${key}`),
  ]);
};

const INSTANCES = wholeNumber(1, MAX_CONCURRENCY);

const SCHEDULED = members({
  name: NAME,
  cron: text('six fields as of cron(): 30 8 * * ? *', /^[\w*?,/#-]+( [\w*?,/#-]+){5}$/),
  timeZone: text('an IANA time zone such as Asia/Kolkata', /^[A-Z]\w+(\/[\w+-]+)*$/),
  min: wholeNumber(0, MAX_CONCURRENCY),
  max: wholeNumber(0, MAX_CONCURRENCY),
});

const PROVISIONED = members({
  min: INSTANCES,
  max: INSTANCES,
  targetUtilization: optional(
    rule('a number, 0.1 to 0.9', (value) => typeof value === 'number' && value >= 0.1 && value <= 0.9),
  ),
  schedule: optional(listOf(SCHEDULED, 1, 20)),
});

const TOPIC_ARN = text('the ARN of an SNS topic', /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/);

const MONITORING = either(
  '"off", or an object of topicArn (the ARN of an SNS topic) and expectsEvents (true or false)',
  members({ topicArn: optional(TOPIC_ARN), expectsEvents: optional(flag) }),
  oneOf(['off']),
);

/** What each value of an environment may be. */
const RULES: Readonly<Record<keyof DeploymentEnvironment, Rule>> = {
  name: NAME,
  prefix: optional(text('1 to 40 lower-case letters, digits and - that begin with a letter', /^[a-z][a-z0-9-]{0,39}$/)),
  account: optional(text('the 12 digits of an AWS account, together with region', /^\d{12}$/)),
  region: optional(text('an AWS region such as ap-south-1, together with account', REGION)),
  otherRegions: optional(listOf(text('an AWS region such as eu-west-1', REGION), 1, 10)),
  upstreamBaseUrl: optional(rule('a text', (value) => typeof value === 'string' && value !== '')),
  settings: optional(SETTINGS),
  isProtected: optional(flag),
  hasOwnKey: optional(flag),
  deployers: optional(
    listOf(text('the ARN of a role, with * for any text', /^arn:[\w-]+:iam::(\d{12}|\*):role\/[\w+=,.@*/-]+$/), 1, 20),
  ),
  tableLimit: optional(LIMIT),
  tableWarmThroughput: optional(WARM),
  tags: optional(TAGS),
  logRetentionDays: optional(oneOf(RETENTION_DAYS)),
  memoryMb: optional(wholeNumber(512, 10_240)),
  apiKeys: optional(listOf(text('1 to 60 letters, digits, - and _', /^[\w-]{1,60}$/), 1, 50)),
  auth: optional(AUTH),
  front: optional(FRONT),
  callers: optional(CALLERS),
  throttle: optional(THROTTLE),
  quota: optional(members({ requests: wholeNumber(1, 2_000_000_000), per: oneOf(['DAY', 'WEEK', 'MONTH']) })),
  webhookThrottle: optional(THROTTLE),
  revalidationConcurrency: optional(CONCURRENCY),
  invalidationConcurrency: optional(CONCURRENCY),
  httpConcurrency: optional(CONCURRENCY),
  provisionedConcurrency: optional(PROVISIONED),
  release: optional(oneOf(RELEASES)),
  monitoring: optional(MONITORING),
  canary: optional(CANARY),
  domain: optional(DOMAIN),
  firewall: optional(FIREWALL),
  privateEndpoints: optional(PRIVATE_ENDPOINTS),
  network: optional(NETWORK),
  ownsGatewayLogRole: optional(flag),
  keySecretVersion: optional(VERSION),
  webhookSecretVersion: optional(VERSION),
};

/**
 * Checks an environment by name and range.
 *
 * @throws {EnvironmentError} when something is wrong; one line for each fault
 */
export function checkEnvironment(environment: DeploymentEnvironment): void {
  const wrong = members(RULES)(environment, '');
  const complaints = wrong.length > 0 ? wrong : contradictionsOf(environment);
  if (complaints.length > 0) throw new EnvironmentError(complaints.join('\n'));
}

/** The problems of values that do not fit together. */
function contradictionsOf(environment: DeploymentEnvironment): readonly string[] {
  const checks = [
    halfPinned,
    otherRegionsWithoutOwn,
    tooManyProvisioned,
    tooFewForEvents,
    warmerThanItMayBe,
    reachContradictions,
    canaryContradictions,
    callerContradictions,
    authContradictions,
    frontContradictions,
  ];
  return checks.flatMap((check) => check(environment));
}

function halfPinned({ account, region }: DeploymentEnvironment): readonly string[] {
  if ((account === undefined) === (region === undefined)) return [];
  const [given, missing] = account === undefined ? ['region', 'account'] : ['account', 'region'];
  return [`${given} is set and ${missing} is not; allowed is both or neither.`];
}

function otherRegionsWithoutOwn({ region, otherRegions = [] }: DeploymentEnvironment): readonly string[] {
  if (otherRegions.length === 0) return [];
  if (region === undefined) return ['otherRegions is set and region is not; allowed is both, or neither.'];
  const isTwice = otherRegions.includes(region) || new Set(otherRegions).size < otherRegions.length;
  return isTwice ? [`otherRegions is ${otherRegions.join(', ')}; allowed is each region once, without ${region}.`] : [];
}

function warmerThanItMayBe({ tableLimit, tableWarmThroughput }: DeploymentEnvironment): readonly string[] {
  return (['readsPerSecond', 'writesPerSecond'] as const).flatMap((unit) => {
    const [limit, warm] = [tableLimit?.[unit] ?? Number.POSITIVE_INFINITY, tableWarmThroughput?.[unit] ?? 0];
    return warm > limit ? [`tableWarmThroughput.${unit} is ${warm}; allowed is up to tableLimit's, ${limit}.`] : [];
  });
}

function tooFewForEvents(environment: DeploymentEnvironment): readonly string[] {
  const [instances, { burst }] = [invalidationConcurrencyOf(environment), webhookThrottleOf(environment)];
  if (instances === 'unlimited' || instances >= burst) return [];
  return [`invalidationConcurrency is ${instances}; allowed is at least the burst of webhookThrottle, ${burst}.`];
}

function tooManyProvisioned(environment: DeploymentEnvironment): readonly string[] {
  const { provisionedConcurrency: provisioned, httpConcurrency = 'unlimited' } = environment;
  if (provisioned === undefined) return [];
  const limits = [
    { called: 'provisionedConcurrency', ...provisioned },
    ...(provisioned.schedule ?? []).map((limit, position) => ({
      called: `provisionedConcurrency.schedule[${position}]`,
      ...limit,
    })),
  ];
  return limits.flatMap(({ called, min, max }) => [
    ...(min > max ? [`${called}.min is ${min}; allowed is up to its max, ${max}.`] : []),
    ...(httpConcurrency !== 'unlimited' && max > httpConcurrency
      ? [`${called}.max is ${max}; allowed is up to httpConcurrency, ${httpConcurrency}.`]
      : []),
  ]);
}

/**
 * Checks that environments can stand side by side. Two that may share an account and region need names of their own, and
 * one of them at most makes the role of the gateway's logs.
 *
 * @throws {EnvironmentError} when two collide; one line for each collision
 */
export function checkSideBySide(environments: readonly DeploymentEnvironment[]): void {
  const complaints = environments.flatMap((one, position) =>
    environments.slice(position + 1).flatMap((other) => (mayMeet(one, other) ? collisionsOf(one, other) : [])),
  );
  if (complaints.length > 0) throw new EnvironmentError(complaints.join('\n'));
}

/** Whether two environments may stand in one account and region. An environment without an account may stand anywhere. */
function mayMeet(one: DeploymentEnvironment, other: DeploymentEnvironment): boolean {
  const isApart = (a: string | undefined, b: string | undefined) => a !== undefined && b !== undefined && a !== b;
  return !isApart(one.account, other.account) && !isApart(one.region, other.region);
}

function collisionsOf(one: DeploymentEnvironment, other: DeploymentEnvironment): readonly string[] {
  const pair = `The environments ${one.name} and ${other.name}`;
  return [
    ...(one.name === other.name ? [`${pair} have one name; allowed is a name each.`] : []),
    ...(prefixOf(one) === prefixOf(other)
      ? [`${pair} have the prefix ${prefixOf(one)}; allowed is a prefix each, or an account or region each.`]
      : []),
    ...(one.ownsGatewayLogRole && other.ownsGatewayLogRole
      ? [`${pair} both have ownsGatewayLogRole; allowed is one in an account and region.`]
      : []),
  ];
}
