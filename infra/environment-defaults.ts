import { authKindOf } from './auth.ts';
import { type CallerPlan, callerPlansOf } from './caller-plans.ts';
import type { DeploymentEnvironment } from './deployment-environment.ts';
import type { Quota, Throttle } from './environment-values.ts';
import { REFUSED_EVENTS_AT_ONCE } from './open-methods.ts';

/** The beginning of the name of each resource of an environment. */
export function prefixOf({ name, prefix }: Pick<DeploymentEnvironment, 'name' | 'prefix'>): string {
  return prefix ?? `lookaside-${name}`;
}

/** The memory of each function in MB. */
export function memoryOf({ memoryMb = 512 }: DeploymentEnvironment): number {
  return memoryMb;
}

/** How long the logs are kept. Days. */
export function retentionOf({ logRetentionDays = 14 }: DeploymentEnvironment): number {
  return logRetentionDays;
}

/** How many requests one API key may make, without classes of callers. */
const QUOTA: Quota = { requests: 100_000, per: 'DAY' };

/**
 * How many requests one API key may make; undefined: each class of callers has its own quota, or callers have no keys.
 */
export function quotaOf(environment: DeploymentEnvironment): Quota | undefined {
  const { quota = QUOTA, callers } = environment;
  return callers === undefined && authKindOf(environment) === 'apiKey' ? quota : undefined;
}

/**
 * The usage plans of an environment, and its stack's keys. If callers have no API keys, there are none.
 *
 * The stack's own keys have their own plan, with the limits of the default class. So if another class becomes the
 * default, no plan of a class changes. If CloudFormation replaced such a plan, it would lose the keys that were made
 * outside the stack.
 */
export function plansOf(environment: DeploymentEnvironment): {
  readonly plans: readonly CallerPlan[];
  readonly apiKeys: readonly string[];
} {
  const { callers, throttle = { perSecond: 20, burst: 40 }, quota = QUOTA, apiKeys = ['till'] } = environment;
  if (authKindOf(environment) !== 'apiKey') return { plans: [], apiKeys: [] };
  const name = prefixOf(environment);
  const own = { className: undefined, name };
  if (callers === undefined) return { plans: [{ ...own, throttle, quota }], apiKeys };
  const plans = callerPlansOf(name, callers);
  const ofDefault = plans.find(({ className = '' }) => callers[className]?.isDefault);
  return ofDefault === undefined ? { plans, apiKeys: [] } : { plans: [...plans, { ...ofDefault, ...own }], apiKeys };
}

/**
 * API Gateway's own limits for an account and region, if they were not raised. In some newer regions they are 2 500 and
 * 1 250: there the account's limit counts. AWS may raise both.
 */
export const ACCOUNT_THROTTLE: Throttle = { perSecond: 10_000, burst: 5_000 };

/**
 * How fast all callers together may ask: every key may use its whole rate, and administration may ask as fast as one
 * key. With classes of callers the stack does not know the number of keys, so the limit is the environment's
 * `stageThrottle`, or the account's own. Without keys the limit is the environment's `throttle`.
 */
export function stageThrottleOf(environment: DeploymentEnvironment): Throttle {
  if (authKindOf(environment) !== 'apiKey') return environment.throttle ?? ACCOUNT_THROTTLE;
  if (environment.callers !== undefined) return environment.stageThrottle ?? ACCOUNT_THROTTLE;
  const { plans, apiKeys } = plansOf(environment);
  const { perSecond, burst } = fastestOf(plans);
  const callers = apiKeys.length + 1;
  return { perSecond: perSecond * callers, burst: burst * callers };
}

/** How fast pages may send preflights: as fast as one caller may look customers up. */
export function preflightThrottleOf(environment: DeploymentEnvironment): Throttle {
  const { plans } = plansOf(environment);
  return plans.length === 0 ? stageThrottleOf(environment) : fastestOf(plans);
}

/** The throttle of the plan with the highest rate. */
function fastestOf(plans: readonly CallerPlan[]): Throttle {
  return {
    perSecond: Math.max(...plans.map(({ throttle }) => throttle.perSecond)),
    burst: Math.max(...plans.map(({ throttle }) => throttle.burst)),
  };
}

/** How fast the webhook may be called in an environment. */
export function webhookThrottleOf({ webhookThrottle }: DeploymentEnvironment): Throttle {
  return webhookThrottle ?? { perSecond: 50, burst: 100 };
}

/**
 * How many requests to the webhook the gateway lets through at once. An HTTP API has one rate for all methods. A REST
 * API has one for each, so those that the function refuses come on top.
 */
export function webhookRequestsAtOnce(environment: DeploymentEnvironment): number {
  return webhookThrottleOf(environment).burst + (environment.front === 'http' ? 0 : REFUSED_EVENTS_AT_ONCE);
}

/** How many instances of `invalidate` may run at once in an environment. */
export function invalidationConcurrencyOf(environment: DeploymentEnvironment): number | 'unlimited' {
  return environment.invalidationConcurrency ?? webhookRequestsAtOnce(environment);
}
