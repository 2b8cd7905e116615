import { type ApiKey, Period, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { CallerPlan } from './caller-plans.ts';

export interface ApiKeysProps {
  /** Begins the keys' names. */
  readonly name: string;
  /** One for all callers, or one for each class of them. */
  readonly plans: readonly CallerPlan[];
  /** Names of the API keys that the stack makes; each is throttled and counted by itself. */
  readonly apiKeys: readonly string[];
}

/** Gives an API its usage plans, and the plan that is the default its keys. AWS makes up their values. */
export function addApiKeys(api: RestApi, { name, plans, apiKeys }: ApiKeysProps): readonly ApiKey[] {
  return plans.flatMap(({ className, name: planName, throttle, quota, isDefault }) => {
    // A key stays in the plan that it is in when classes come: API Gateway lets it be in one plan of a stage only.
    const plan = api.addUsagePlan(isDefault ? 'UsagePlan' : `UsagePlan-${className}`, {
      name: planName,
      apiStages: [{ stage: api.deploymentStage }],
      throttle: { rateLimit: throttle.perSecond, burstLimit: throttle.burst },
      quota: { limit: quota.requests, period: Period[quota.per] },
    });
    if (!isDefault) return [];
    return apiKeys.map((keyName) => {
      const key = api.addApiKey(`Key-${keyName}`, {
        apiKeyName: `${name}-${keyName}`,
        description: `Lookaside: key of ${keyName}`,
      }) as ApiKey;
      plan.addApiKey(key);
      return key;
    });
  });
}
