import { type MethodDeploymentOptions, MethodLoggingLevel } from 'aws-cdk-lib/aws-apigateway';
import type { Throttle } from './environment-values.ts';
import type { Route } from './routes.ts';

/** It would write query strings. */
export const WITHOUT_EXECUTION_LOG = { loggingLevel: MethodLoggingLevel.OFF, dataTraceEnabled: false } as const;

/** What ANY stands for: a stage's settings know each method by itself only. */
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const;

/** What a route without a key or a signature is for. */
export type OpenRoute = 'webhook' | 'preflight' | 'health';

/** How fast each kind of open route may be called: what a stranger can cost. */
export type OpenThrottles = Readonly<Record<OpenRoute, Throttle>>;

function kindOf({ entry, method, authorization }: Route): OpenRoute | undefined {
  if (authorization !== 'none') return undefined;
  if (entry === 'invalidate') return 'webhook';
  return method === 'OPTIONS' ? 'preflight' : 'health';
}

/** Throttles each method of the routes that need neither a key nor a signature, by what they are for. */
export function throttleOpenRoutes(
  routes: readonly Route[],
  throttles: OpenThrottles,
): Readonly<Record<string, MethodDeploymentOptions>> {
  const options = routes.flatMap((route) => {
    const kind = kindOf(route);
    if (kind === undefined) return [];
    const { perSecond, burst } = throttles[kind];
    const limits = { ...WITHOUT_EXECUTION_LOG, throttlingRateLimit: perSecond, throttlingBurstLimit: burst };
    const methods = route.method === 'ANY' ? METHODS : [route.method];
    return methods.map((method) => [`${route.path}/${method}`, limits] as const);
  });
  return Object.fromEntries(options);
}
