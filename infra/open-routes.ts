import { type MethodDeploymentOptions, MethodLoggingLevel } from 'aws-cdk-lib/aws-apigateway';
import type { Throttle } from './environment-values.ts';
import type { Route } from './routes.ts';

/** There is no execution log, because it would hold query strings. */
export const WITHOUT_EXECUTION_LOG = { loggingLevel: MethodLoggingLevel.OFF, dataTraceEnabled: false } as const;

/** The methods that ANY means. A stage's settings name each method separately. */
const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const;

/** The purpose of a route without a key or a signature. */
export type OpenRoute = 'webhook' | 'preflight' | 'health';

/** The rate of each kind of open route. It limits the cost that a stranger can cause. */
export type OpenThrottles = Readonly<Record<OpenRoute, Throttle>>;

function kindOf({ entry, method, authorization }: Route): OpenRoute | undefined {
  if (authorization !== 'none') return undefined;
  if (entry === 'invalidate') return 'webhook';
  return method === 'OPTIONS' ? 'preflight' : 'health';
}

/** The routes without a key, a token and a signature, each with the throttle of its purpose. */
export function throttlesOfOpenRoutes(
  routes: readonly Route[],
  throttles: OpenThrottles,
): readonly (readonly [route: Route, throttle: Throttle])[] {
  return routes.flatMap((route) => {
    const kind = kindOf(route);
    return kind === undefined ? [] : [[route, throttles[kind]] as const];
  });
}

/** Throttles each method of those routes, in the form of a REST API's stage. */
export function throttleOpenRoutes(
  routes: readonly Route[],
  throttles: OpenThrottles,
): Readonly<Record<string, MethodDeploymentOptions>> {
  const options = throttlesOfOpenRoutes(routes, throttles).flatMap(([route, { perSecond, burst }]) => {
    const limits = { ...WITHOUT_EXECUTION_LOG, throttlingRateLimit: perSecond, throttlingBurstLimit: burst };
    const methods = route.method === 'ANY' ? METHODS : [route.method];
    return methods.map((method) => [`${route.path}/${method}`, limits] as const);
  });
  return Object.fromEntries(options);
}
