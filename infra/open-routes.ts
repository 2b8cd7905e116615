import { type MethodDeploymentOptions, MethodLoggingLevel } from 'aws-cdk-lib/aws-apigateway';
import type { Throttle } from './environment-values.ts';
import { ANSWERED, type OpenRoute, REFUSED_METHOD_THROTTLE } from './open-methods.ts';
import { METHODS, type Route } from './routes.ts';

/** There is no execution log, because it would hold query strings. */
export const WITHOUT_EXECUTION_LOG = { loggingLevel: MethodLoggingLevel.OFF, dataTraceEnabled: false } as const;

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

/**
 * Throttles each method of those routes, in the form of a REST API's stage. A stage names each method separately, and
 * each has a rate of its own. So only the methods that the function answers have the throttle of the route's purpose.
 */
export function throttleOpenRoutes(
  routes: readonly Route[],
  throttles: OpenThrottles,
): Readonly<Record<string, MethodDeploymentOptions>> {
  const options = routes.flatMap((route) => {
    const kind = kindOf(route);
    if (kind === undefined) return [];
    const methods = route.method === 'ANY' ? METHODS : [route.method];
    return methods.map((method) => {
      const isAnswered = ANSWERED[kind].some((each) => each === method);
      const { perSecond, burst } = isAnswered ? throttles[kind] : REFUSED_METHOD_THROTTLE;
      const limits = {
        ...WITHOUT_EXECUTION_LOG,
        throttlingRateLimit: perSecond,
        throttlingBurstLimit: burst,
        // AWS bills these metrics, and only the events' are needed (infra/monitoring/api-metrics.ts).
        ...(kind === 'webhook' && isAnswered && { metricsEnabled: true }),
      };
      return [`${route.path}/${method}`, limits] as const;
    });
  });
  return Object.fromEntries(options);
}
