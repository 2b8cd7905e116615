import type { Reply } from './reply.ts';

/** The last one is API Gateway's: its log has the request under that id. */
const EXPOSED = 'Cache-Status, Age, ETag, Retry-After, Preference-Applied, x-amzn-RequestId';
/** The last three are what a page sends that was made for the upstream: a preflight that refuses them stops the page. */
const ALLOWED_REQUEST_HEADERS = [
  'x-api-key',
  'cache-control',
  'if-none-match',
  'prefer',
  'authorization',
  'x-cap-api-oauth-token',
  'content-type',
];
/** How long a browser may remember a preflight's answer; Chromium remembers none for longer. Seconds. */
const PREFLIGHT_MAX_AGE_SECONDS = 7200;

/** The request, and what is allowed at its path. */
export interface CorsRequest {
  readonly method: string;
  readonly origin: string | undefined;
  /** The methods that are answered at this path. */
  readonly methods: readonly string[];
  /** The headers that count at this path, besides those that count at every one. */
  readonly requestHeaders: readonly string[];
}

/**
 * A reply with what the Fetch standard's CORS protocol asks for, if its origin is allowed; others get none.
 *
 * Ours and not middy's: that one sends some of these headers to every origin.
 */
export function withCors(reply: Reply, request: CorsRequest, origins: readonly string[]): Reply {
  const { method, origin, methods, requestHeaders } = request;
  if (origins.length === 0) return reply;
  const { Vary: others } = reply.headers;
  const headers = { ...reply.headers, Vary: others === undefined ? 'Origin' : `Origin, ${others}` };
  if (origin === undefined || !origins.includes(origin)) return { ...reply, headers };
  return {
    ...reply,
    headers: {
      ...headers,
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': EXPOSED,
      ...(method === 'OPTIONS' && {
        'Access-Control-Allow-Methods': methods.join(', '),
        'Access-Control-Allow-Headers': [...ALLOWED_REQUEST_HEADERS, ...requestHeaders].join(', '),
        'Access-Control-Max-Age': String(PREFLIGHT_MAX_AGE_SECONDS),
      }),
    },
  };
}
