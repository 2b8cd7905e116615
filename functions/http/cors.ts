import type { Reply } from './reply.ts';

const EXPOSED = 'Cache-Status, Age, ETag, Retry-After';
const ALLOWED_REQUEST_HEADERS = 'x-api-key, cache-control, if-none-match';
/** How long a browser may remember a preflight's answer; Chromium remembers none for longer. Seconds. */
const PREFLIGHT_MAX_AGE_SECONDS = 7200;

/**
 * A reply with what the Fetch standard's CORS protocol asks for, if its origin is allowed; others get none.
 *
 * Ours and not middy's: that one sends some of these headers to every origin.
 */
export function withCors(reply: Reply, method: string, origin: string | undefined, origins: readonly string[]): Reply {
  if (origins.length === 0) return reply;
  const headers = { ...reply.headers, Vary: 'Origin' };
  if (origin === undefined || !origins.includes(origin)) return { ...reply, headers };
  return {
    ...reply,
    headers: {
      ...headers,
      'Access-Control-Allow-Origin': origin,
      'Access-Control-Expose-Headers': EXPOSED,
      ...(method === 'OPTIONS' && {
        'Access-Control-Allow-Methods': 'GET',
        'Access-Control-Allow-Headers': ALLOWED_REQUEST_HEADERS,
        'Access-Control-Max-Age': String(PREFLIGHT_MAX_AGE_SECONDS),
      }),
    },
  };
}
