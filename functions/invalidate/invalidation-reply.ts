import { unusedCacheStatus } from '../rest/cache-status.ts';
import type { Reply } from '../rest/reply.ts';

/** The reply to a completed purge or event. @param body undefined: the reply has no body */
export function invalidationReply(body: object | undefined, report: Reply['report']): Reply {
  const headers = { 'Cache-Status': unusedCacheStatus('invalidation') };
  if (body === undefined) return { status: 204, headers, body: '', report };
  return {
    status: 200,
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    report,
  };
}
