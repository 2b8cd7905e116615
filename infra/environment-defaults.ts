import type { DeploymentEnvironment } from './deployment-environment.ts';
import type { Quota, Throttle } from './environment-values.ts';

/** What begins the name of each resource of an environment. */
export function prefixOf({ name, prefix }: Pick<DeploymentEnvironment, 'name' | 'prefix'>): string {
  return prefix ?? `lookaside-${name}`;
}

/** The memory of each function in MB. */
export function memoryOf({ memoryMb = 512 }: DeploymentEnvironment): number {
  return memoryMb;
}

/** How much one API key may ask in all. */
export function quotaOf({ quota = { requests: 100_000, per: 'DAY' } }: DeploymentEnvironment): Quota {
  return quota;
}

/** How fast the webhook may be called in an environment. */
export function webhookThrottleOf({ webhookThrottle }: DeploymentEnvironment): Throttle {
  return webhookThrottle ?? { perSecond: 50, burst: 100 };
}

/** How many instances of `invalidate` may run at once in an environment. */
export function invalidationConcurrencyOf(environment: DeploymentEnvironment): number | 'unlimited' {
  return environment.invalidationConcurrency ?? webhookThrottleOf(environment).burst;
}
