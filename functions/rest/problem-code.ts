import type { InvalidRequestCode } from '../customer/request/invalid-request-error.ts';
import type { LookupErrorCode } from '../lookup/error-code.ts';

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

/** The status of each code. */
export const STATUS_BY_CODE: Readonly<Record<ProblemCode, number>> = {
  missing_parameter: 400,
  unknown_parameter: 400,
  duplicate_parameter: 400,
  invalid_parameter: 400,
  invalid_identifier: 400,
  too_many_lookups: 400,
  upstream_refused: 400,
  unauthorized: 401,
  forbidden: 403,
  not_allowed: 403,
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

/** Every machine code of an error. */
export const PROBLEM_CODES = Object.keys(STATUS_BY_CODE) as readonly ProblemCode[];
