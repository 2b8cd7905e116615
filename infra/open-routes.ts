import { type MethodDeploymentOptions, MethodLoggingLevel } from 'aws-cdk-lib/aws-apigateway';
import type { Throttle } from './environment-values.ts';
import type { Route } from './routes.ts';

/** It would write query strings. */
export const WITHOUT_EXECUTION_LOG = { loggingLevel: MethodLoggingLevel.OFF, dataTraceEnabled: false } as const;

/** What ANY stands for: a stage's settings know each method by itself only. */
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const;

/** Throttles each method of the routes that reach `invalidate` without a key or a signature: the webhook. */
export function throttleWebhooks(
  routes: readonly Route[],
  throttle: Throttle,
): Readonly<Record<string, MethodDeploymentOptions>> {
  const open = routes.filter(({ entry, authorization }) => entry === 'invalidate' && authorization === 'none');
  const methods = open.flatMap(({ path, method }) =>
    (method === 'ANY' ? METHODS : [method]).map((each) => `${path}/${each}`),
  );
  const options = {
    ...WITHOUT_EXECUTION_LOG,
    throttlingRateLimit: throttle.perSecond,
    throttlingBurstLimit: throttle.burst,
  };
  return Object.fromEntries(methods.map((method) => [method, options]));
}
