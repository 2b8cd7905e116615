/**
 * The gateway's routes: one list, from which the stack makes the REST API and the local gateway its table, so that the
 * two cannot drift apart. A test holds it against the synthesized template.
 */

/** What a caller must show. `api-key`: a key of a usage plan, in `x-api-key`. `iam`: a signature of an AWS identity. */
export type Authorization = 'none' | 'api-key' | 'iam';

/** The function that answers a route, by the folder of its entry. */
export type RouteEntry = 'http' | 'invalidate';

export interface Route {
  /** The resource's path template; `{customerId}` takes one segment, `{proxy+}` one or more. */
  readonly path: string;
  readonly method: 'ANY' | 'GET' | 'OPTIONS';
  readonly authorization: Authorization;
  readonly entry: RouteEntry;
}

/** Many look-ups at once. */
export const BATCH_PATH = '/lookups';

/**
 * Look-ups: GET and HEAD are answered, of a batch POST, any other method refused by the function (405), OPTIONS is the
 * browser's preflight.
 */
export const LOOKUP_PATHS = ['/v2/customers/lookup/customerDetails', '/v1.1/customer/get', BATCH_PATH] as const;

/** Cache administration: DELETE is answered, any other method refused by the function (405). */
export const ADMINISTRATION_PATHS = ['/cache/entries', '/cache/customers/{customerId}'] as const;

/** Every route there can be. */
export const ROUTES: readonly Route[] = [
  ...LOOKUP_PATHS.flatMap((path): Route[] => [
    { path, method: 'ANY', authorization: 'api-key', entry: 'http' },
    { path, method: 'OPTIONS', authorization: 'none', entry: 'http' },
  ]),
  ...ADMINISTRATION_PATHS.map((path): Route => ({ path, method: 'ANY', authorization: 'iam', entry: 'invalidate' })),
  // The sender can sign nothing and has no key: the function compares its Authorization with WEBHOOK_SECRET.
  { path: '/events/capillary', method: 'ANY', authorization: 'none', entry: 'invalidate' },
  { path: '/health', method: 'ANY', authorization: 'none', entry: 'http' },
  // Everything else is answered 404 by the function. It takes a key, so that strangers do not cost invocations.
  { path: '/', method: 'ANY', authorization: 'api-key', entry: 'http' },
  { path: '/{proxy+}', method: 'ANY', authorization: 'api-key', entry: 'http' },
];

/** The routes of a deployment. Without origins that may read answers no page asks, and a stranger's preflight costs nothing. */
export function routesFor({ allowsOrigins }: { readonly allowsOrigins: boolean }): readonly Route[] {
  return allowsOrigins ? ROUTES : ROUTES.filter(({ method }) => method !== 'OPTIONS');
}
