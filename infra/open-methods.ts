import type { Throttle } from './environment-values.ts';
import { METHODS } from './routes.ts';

/** The purpose of a route without a key or a signature. */
export type OpenRoute = 'webhook' | 'preflight' | 'health';

/** The methods that the function behind an open route answers. It refuses the others (405). */
export const ANSWERED: Readonly<Record<OpenRoute, readonly (typeof METHODS)[number][]>> = {
  webhook: ['POST'],
  preflight: ['OPTIONS'],
  health: ['GET', 'HEAD'],
};

/** The rate of each other method of an open route. A person may try one by mistake, and nobody needs many. */
export const REFUSED_METHOD_THROTTLE: Throttle = { perSecond: 1, burst: 2 };

/** How many requests a REST API lets through to the webhook at once that are no events: not POST. */
export const REFUSED_EVENTS_AT_ONCE = (METHODS.length - ANSWERED.webhook.length) * REFUSED_METHOD_THROTTLE.burst;
