/**
 * The gateway's routes: one list, from which the stack makes the REST API and the local gateway its table, so that the
 * two cannot drift apart. A test holds it against the synthesized template.
 */

/** What a caller must show. `api-key`: a key of a usage plan, in `x-api-key`. */
export type Authorization = 'none' | 'api-key';

export interface Route {
  /** The resource's path template; `{proxy+}` takes one or more segments. */
  readonly path: string;
  readonly method: 'ANY' | 'GET' | 'OPTIONS';
  readonly authorization: Authorization;
}

/** Look-ups: GET is answered, any other method refused by the function (405), OPTIONS is the browser's preflight. */
export const LOOKUP_PATHS = ['/v2/customers/lookup/customerDetails'] as const;

export const ROUTES: readonly Route[] = [
  ...LOOKUP_PATHS.flatMap((path): Route[] => [
    { path, method: 'ANY', authorization: 'api-key' },
    { path, method: 'OPTIONS', authorization: 'none' },
  ]),
  { path: '/health', method: 'ANY', authorization: 'none' },
  // Everything else is answered 404 by the function. It takes a key, so that strangers do not cost invocations.
  { path: '/', method: 'ANY', authorization: 'api-key' },
  { path: '/{proxy+}', method: 'ANY', authorization: 'api-key' },
];
