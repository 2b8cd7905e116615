import type { InvalidRequestCode } from '../customer/request/invalid-request-error.ts';
import type { LookupErrorCode } from '../lookup/error-code.ts';
import { unusedCacheStatus } from './cache-status.ts';
import type { Reply } from './reply.ts';

/** The machine code of our own errors (contract §1). `forbidden` and `too_large` are the gateway's own. */
export type ProblemCode =
  | InvalidRequestCode
  | LookupErrorCode
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'method_not_allowed'
  | 'too_large'
  | 'too_many_requests'
  | 'internal_error'
  | 'store_unavailable';

const STATUS_BY_CODE: Readonly<Record<ProblemCode, number>> = {
  missing_parameter: 400,
  unknown_parameter: 400,
  duplicate_parameter: 400,
  invalid_parameter: 400,
  invalid_identifier: 400,
  too_many_lookups: 400,
  upstream_refused: 400,
  unauthorized: 401,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  too_large: 413,
  too_many_requests: 429,
  internal_error: 500,
  upstream_invalid: 502,
  upstream_unavailable: 503,
  store_unavailable: 503,
  upstream_timeout: 504,
  not_cached: 504,
};

/** RFC 9457 §4.2.1: with `about:blank` the title is the status's own. */
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

/**
 * Our own error, as problem details (RFC 9457), with `errors[]` in the upstream's form so that its clients can read it
 * with the parser they have.
 *
 * @param detail what was wrong, which parameter, what is allowed; no personal data, no upstream body, no host
 */
export function problem(
  code: ProblemCode,
  detail: string,
  requestId: string,
  headers: Readonly<Record<string, string>> = {},
): Reply {
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
