import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { FAULT_RETRY_AFTER_SECONDS, GATEWAY_DETAILS } from './gateway-words.ts';

/** The gateway's own answers, in the words of contract §1. */
interface GatewayAnswer {
  readonly type: ResponseType;
  readonly status: number;
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  /** When the same request may be sent again, in seconds. Absent: it would get the same answer again. */
  readonly retryAfterSeconds?: number;
}

const FORBIDDEN = {
  status: 403,
  code: 'forbidden',
  title: 'Forbidden',
  detail: GATEWAY_DETAILS.forbidden,
} as const;

const BAD_REQUEST = {
  status: 400,
  code: 'invalid_parameter',
  title: 'Bad Request',
  detail: GATEWAY_DETAILS.invalid_parameter,
} as const;

const TOO_MANY_REQUESTS = { status: 429, code: 'too_many_requests', title: 'Too Many Requests' } as const;

const INTERNAL_ERROR = {
  status: 500,
  code: 'internal_error',
  title: 'Internal Server Error',
  detail: GATEWAY_DETAILS.internal_error,
  retryAfterSeconds: FAULT_RETRY_AFTER_SECONDS,
} as const;

/** Each kind of answer that API Gateway makes for this API. The two defaults are for every other kind. */
const GATEWAY_ANSWERS: readonly GatewayAnswer[] = [
  { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, ...FORBIDDEN },
  { type: ResponseType.INVALID_API_KEY, ...FORBIDDEN },
  { type: ResponseType.INVALID_SIGNATURE, ...FORBIDDEN },
  { type: ResponseType.EXPIRED_TOKEN, ...FORBIDDEN },
  { type: ResponseType.ACCESS_DENIED, ...FORBIDDEN },
  { type: ResponseType.WAF_FILTERED, ...FORBIDDEN, detail: 'A rule of the firewall refuses the request.' },
  {
    type: ResponseType.RESOURCE_NOT_FOUND,
    status: 404,
    code: 'not_found',
    title: 'Not Found',
    detail: 'There is no such route.',
  },
  {
    type: ResponseType.REQUEST_TOO_LARGE,
    status: 413,
    code: 'too_large',
    title: 'Content Too Large',
    detail: GATEWAY_DETAILS.too_large,
  },
  {
    type: ResponseType.THROTTLED,
    ...TOO_MANY_REQUESTS,
    detail: 'Requests come faster than is allowed.',
    retryAfterSeconds: 1,
  },
  {
    type: ResponseType.QUOTA_EXCEEDED,
    ...TOO_MANY_REQUESTS,
    detail: "The usage plan's quota for this key is used up.",
    // The gateway does not say when the period ends. An operator may raise the quota at any time.
    retryAfterSeconds: 60,
  },
  {
    type: ResponseType.INTEGRATION_TIMEOUT,
    status: 504,
    code: 'upstream_timeout',
    title: 'Gateway Timeout',
    detail: GATEWAY_DETAILS.upstream_timeout,
  },
  // Lambda did not accept the request, or did not answer it.
  { type: ResponseType.INTEGRATION_FAILURE, ...INTERNAL_ERROR },
  { type: ResponseType.DEFAULT_5XX, ...INTERNAL_ERROR },
  { type: ResponseType.BAD_REQUEST_BODY, ...BAD_REQUEST },
  { type: ResponseType.BAD_REQUEST_PARAMETERS, ...BAD_REQUEST },
  // Answers without their own type: for an Authorization that is not a signature, or an access key that does not exist.
  { type: ResponseType.DEFAULT_4XX, ...FORBIDDEN },
];

/**
 * Gives the gateway's own answers the form of the function's errors, so that a client needs only one parser.
 *
 * @param allowsOrigins whether pages of other origins may read them. The gateway can only allow every origin, or none
 *   (contract §1)
 */
export function addGatewayAnswers(api: RestApi, allowsOrigins: boolean): void {
  for (const answer of GATEWAY_ANSWERS) {
    api.addGatewayResponse(`Answer-${answer.type.responseType}`, {
      type: answer.type,
      statusCode: String(answer.status),
      responseHeaders: {
        // The quotes make each value a literal, and not the name of a part of the request.
        'Content-Type': "'application/problem+json'",
        'Cache-Control': "'no-store'",
        'Cache-Status': `'lookaside; detail=${answer.code}'`,
        'X-Content-Type-Options': "'nosniff'",
        ...(answer.retryAfterSeconds !== undefined && { 'Retry-After': `'${answer.retryAfterSeconds}'` }),
        ...(allowsOrigins && {
          'Access-Control-Allow-Origin': "'*'",
          'Access-Control-Expose-Headers': "'Cache-Status, Retry-After'",
        }),
      },
      templates: { 'application/json': toProblem(answer) },
    });
  }
}

/** The problem document (RFC 9457) with the upstream's `errors[]`; the gateway fills in the request's id. */
function toProblem({ status, code, title, detail }: GatewayAnswer): string {
  return JSON.stringify({
    type: 'about:blank',
    title,
    status,
    detail,
    code,
    requestId: '$context.requestId',
    errors: [{ status: false, code, message: detail }],
  });
}
