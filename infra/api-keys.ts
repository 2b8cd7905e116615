import { type ApiKey, Period, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { Quota, Throttle } from './environment-values.ts';

export interface ApiKeysProps {
  /** Names the usage plan, and begins the keys' names. */
  readonly name: string;
  /** Names of the API keys; each is throttled and counted by itself. */
  readonly apiKeys: readonly string[];
  readonly throttle: Throttle;
  readonly quota: Quota;
}

/** Gives an API its keys, by one usage plan. AWS makes up their values. */
export function addApiKeys(api: RestApi, { name, apiKeys, throttle, quota }: ApiKeysProps): readonly ApiKey[] {
  const plan = api.addUsagePlan('UsagePlan', {
    name,
    apiStages: [{ stage: api.deploymentStage }],
    throttle: { rateLimit: throttle.perSecond, burstLimit: throttle.burst },
    quota: { limit: quota.requests, period: Period[quota.per] },
  });
  return apiKeys.map((keyName) => {
    const key = api.addApiKey(`Key-${keyName}`, {
      apiKeyName: `${name}-${keyName}`,
      description: `Lookaside: key of ${keyName}`,
    }) as ApiKey;
    plan.addApiKey(key);
    return key;
  });
}
