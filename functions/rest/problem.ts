import { unusedCacheStatus } from './cache-status.ts';
import { type ProblemCode, STATUS_BY_CODE } from './problem-code.ts';
import type { Reply } from './reply.ts';

/** With `about:blank` the title is the one of the status (RFC 9457 §4.2.1). */
const TITLE_BY_STATUS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  413: 'Content Too Large',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** When to repeat a request that the service could not complete. Seconds. */
export const RETRY_AFTER_SECONDS = 5;

/**
 * Our own error, as problem details (RFC 9457), with `errors[]` in the upstream's form, so that the upstream's clients
 * can read it with their existing parser.
 * @param detail what was wrong, which parameter, what is allowed; no personal data, no upstream body, no host
 */
export function problem(
  code: ProblemCode,
  detail: string,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): Reply & { readonly body: string } {
  const status = STATUS_BY_CODE[code];
  const body = {
    type: 'about:blank',
    title: TITLE_BY_STATUS[status],
    status,
    detail,
    code,
    requestId,
    errors: [{ status: false, code, message: detail }],
  };
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Status': unusedCacheStatus(code), ...headers },
    body: JSON.stringify(body),
    report: { code },
  };
}
