import type { DeploymentEnvironment, Quota } from './deployment-environment.ts';

/** The memory of each function in MB. */
export function memoryOf({ memoryMb = 512 }: DeploymentEnvironment): number {
  return memoryMb;
}

/** How much one API key may ask in all. */
export function quotaOf({ quota = { requests: 100_000, per: 'DAY' } }: DeploymentEnvironment): Quota {
  return quota;
}
