import { AUTH, authContradictions, FRONT, frontContradictions } from './auth-rules.ts';
import { CALLERS, callerContradictions, stageThrottleContradictions } from './caller-plans.ts';
import { CANARY, canaryContradictions } from './canary-rules.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import { ACCOUNT_THROTTLE, invalidationConcurrencyOf, webhookRequestsAtOnce } from './environment-defaults.ts';
import { RELEASES, RETENTION_DAYS } from './environment-values.ts';
import { MAX_CONCURRENCY, PROVISIONED, provisionedContradictions } from './provisioned-rules.ts';
import { DOMAIN, FIREWALL, NETWORK, PRIVATE_ENDPOINTS, reachContradictions } from './reach-rules.ts';
import { regionContradictions } from './region-rules.ts';
import { either, flag, listOf, members, oneOf, optional, type Rule, rule, text, wholeNumber } from './rule.ts';
import { SETTINGS } from './settings-rule.ts';
import { TAGS } from './tag-rules.ts';
import { MONITORING, watchContradictions } from './watch-rules.ts';

/** Thrown if an environment is wrong. Each line of the message names one value, and the allowed values. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const NAME = text('1 to 30 lower-case letters, digits and - that begin with a letter', /^[a-z][a-z0-9-]{0,29}$/);
const VERSION = text('the id of a version of a secret: 32 to 64 letters, digits and -', /^[\w-]{32,64}$/);

/** A rate or a burst above the account's own rate would have no effect. */
const REQUESTS = wholeNumber(1, ACCOUNT_THROTTLE.perSecond);
const THROTTLE = members({ perSecond: REQUESTS, burst: REQUESTS });

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

/** The rule for each value of an environment. */
const RULES: Readonly<Record<keyof DeploymentEnvironment, Rule>> = {
  name: NAME,
  prefix: optional(text('1 to 40 lower-case letters, digits and - that begin with a letter', /^[a-z][a-z0-9-]{0,39}$/)),
  account: optional(text('the 12 digits of an AWS account, together with region', /^\d{12}$/)),
  region: optional(text('an AWS region such as ap-south-1, together with account', REGION)),
  otherRegions: optional(listOf(text('an AWS region such as eu-west-1', REGION), 1, 10)),
  upstreamBaseUrl: optional(
    rule(
      'an https address such as https://eu.api.capillarytech.com',
      (value) => typeof value === 'string' && value !== '',
    ),
  ),
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
  stageThrottle: optional(THROTTLE),
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
 * @throws {EnvironmentError} if a value is wrong; it has one line for each
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
    provisionedContradictions,
    tooFewForEvents,
    warmerThanItMayBe,
    reachContradictions,
    regionContradictions,
    watchContradictions,
    canaryContradictions,
    callerContradictions,
    stageThrottleContradictions,
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
  const [instances, atOnce] = [invalidationConcurrencyOf(environment), webhookRequestsAtOnce(environment)];
  if (instances === 'unlimited' || instances >= atOnce) return [];
  return [
    `invalidationConcurrency is ${instances}; allowed is at least ${atOnce}: the gateway lets so many requests to ` +
      'the webhook through at once. Raise it, or lower the burst of webhookThrottle.',
  ];
}
