import type { Reply } from './reply.ts';

/** The headers that a page may read. The last one comes from API Gateway, whose log has the request under that id. */
const EXPOSED = 'Cache-Status, Age, ETag, Retry-After, Preference-Applied, x-amzn-RequestId';
/**
 * The headers that a page may send. A page that was made for the upstream sends the last three. If a preflight refused
 * them, the page would stop.
 */
const ALLOWED_REQUEST_HEADERS = [
  'x-api-key',
  'cache-control',
  'if-none-match',
  'prefer',
  'authorization',
  'x-cap-api-oauth-token',
  'content-type',
];
/** How long a browser may remember a preflight's answer. Chromium does not allow a longer time. Seconds. */
const PREFLIGHT_MAX_AGE_SECONDS = 7200;

/** The request, and the rules of its path. */
export interface CorsRequest {
  readonly method: string;
  readonly origin: string | undefined;
  /** The allowed methods of this path. */
  readonly methods: readonly string[];
  /** The allowed headers of this path, besides those of every path. */
  readonly requestHeaders: readonly string[];
}

/**
 * A reply with the headers of the Fetch standard's CORS protocol, if its origin is allowed. Other origins get none of
 * these headers. We do not use middy's CORS: it sends some of these headers to every origin.
 * @param origins the allowed origins, at least one
 */
export function withCors(reply: Reply, request: CorsRequest, origins: readonly string[]): Reply {
  const { method, origin, methods, requestHeaders } = request;
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
