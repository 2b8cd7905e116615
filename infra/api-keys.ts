import { type ApiKey, Period, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import type { CallerPlan } from './caller-plans.ts';

/** The keys that the stack makes, and their plans. */
export interface ApiKeysProps {
  /** The beginning of the keys' names. */
  readonly name: string;
  /** One plan for all callers, or one for each class of callers. */
  readonly plans: readonly CallerPlan[];
  /** Names of the API keys that the stack makes. The gateway throttles and counts each separately. */
  readonly apiKeys: readonly string[];
}

/** Gives an API its usage plans, and the stack's own keys to one of the plans. AWS generates the keys' values. */
export function addApiKeys(api: RestApi, { name, plans, apiKeys }: ApiKeysProps): readonly ApiKey[] {
  return plans.flatMap(({ className, name: planName, throttle, quota }) => {
    // If you add classes later, a key stays in its plan: API Gateway allows a key in one plan of a stage only.
    const plan = api.addUsagePlan(className === undefined ? 'UsagePlan' : `UsagePlan-${className}`, {
      name: planName,
      apiStages: [{ stage: api.deploymentStage }],
      throttle: { rateLimit: throttle.perSecond, burstLimit: throttle.burst },
      quota: { limit: quota.requests, period: Period[quota.per] },
    });
    if (className !== undefined) return [];
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
