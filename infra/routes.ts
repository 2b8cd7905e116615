/**
 * The gateway's routes. The stack makes its API from this list, and the local gateway makes its table from it, so the
 * two cannot differ. A test compares it with the synthesized template.
 */

/**
 * The credential of a caller. `api-key`: a key of a usage plan, in `x-api-key`. `iam`: a signature of an AWS identity.
 * `jwt`: a token of the environment's issuer, in `Authorization`.
 */
export type Authorization = 'none' | 'api-key' | 'iam' | 'jwt';

/** The function that answers a route, by the folder of its entry. */
export type RouteEntry = 'http' | 'invalidate';

/** A route of the API, and the function behind it. */
export interface Route {
  /** The resource's path template; `{customerId}` takes one segment, `{proxy+}` one or more. */
  readonly path: string;
  readonly method: 'ANY' | 'GET' | 'OPTIONS';
  readonly authorization: Authorization;
  readonly entry: RouteEntry;
}

/** The methods that ANY means. A REST API counts and throttles each of them separately. */
export const METHODS = ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT'] as const;

/** A look-up by Capillary's v2. */
export const V2_PATH = '/v2/customers/lookup/customerDetails';
/** A look-up by Capillary's v1.1. */
export const V1_PATH = '/v1.1/customer/get';
/** Capillary's events. */
export const WEBHOOK_PATH = '/events/capillary';
/** Many look-ups at once. */
export const BATCH_PATH = '/lookups';

/**
 * Look-ups. The function answers GET and HEAD, or POST for a batch, and refuses any other method (405). OPTIONS is the
 * browser's preflight.
 */
export const LOOKUP_PATHS = [V2_PATH, V1_PATH, BATCH_PATH] as const;

/** Cache administration: the function answers DELETE and refuses any other method (405). */
const ADMINISTRATION_PATHS = ['/cache/entries', '/cache/customers/{customerId}'] as const;

/** Every possible route, by the credential of look-ups. */
const everyRoute = (lookups: Authorization): readonly Route[] => [
  ...LOOKUP_PATHS.flatMap((path): Route[] => [
    { path, method: 'ANY', authorization: lookups, entry: 'http' },
    { path, method: 'OPTIONS', authorization: 'none', entry: 'http' },
  ]),
  ...ADMINISTRATION_PATHS.map((path): Route => ({ path, method: 'ANY', authorization: 'iam', entry: 'invalidate' })),
  // The sender cannot sign and has no key, so the function compares its Authorization with WEBHOOK_SECRET.
  { path: WEBHOOK_PATH, method: 'ANY', authorization: 'none', entry: 'invalidate' },
  { path: '/health', method: 'ANY', authorization: 'none', entry: 'http' },
  // The function answers 404 to all other paths. They need the credential, so that strangers cause no invocations.
  { path: '/', method: 'ANY', authorization: lookups, entry: 'http' },
  { path: '/{proxy+}', method: 'ANY', authorization: lookups, entry: 'http' },
];

/** Every possible route, if look-ups need an API key. */
export const ROUTES = everyRoute('api-key');

/**
 * Whether an answer may take as long as the gateway waits. It may for a batch, and for a purge of any number of
 * entries.
 */
export function isLongRoute({ path, entry }: Pick<Route, 'path' | 'entry'>): boolean {
  return path === BATCH_PATH || entry === 'invalidate';
}

/**
 * The routes of a deployment. Without allowed origins no page sends requests, so there are no routes for preflights,
 * and a stranger's preflight has no cost.
 */
export function routesFor({
  allowsOrigins,
  lookups = 'api-key',
}: {
  readonly allowsOrigins: boolean;
  /** The credential of look-ups. Default: an API key. */
  readonly lookups?: Exclude<Authorization, 'none'>;
}): readonly Route[] {
  const routes = everyRoute(lookups);
  return allowsOrigins ? routes : routes.filter(({ method }) => method !== 'OPTIONS');
}
