import { problem } from '../../functions/rest/problem.ts';
import type { ProblemCode } from '../../functions/rest/problem-code.ts';
import type { WireReply } from './wire.ts';

/** The answers of the gateway itself. */
export type GatewayAnswerCode = Extract<
  ProblemCode,
  'forbidden' | 'too_large' | 'invalid_parameter' | 'internal_error' | 'upstream_timeout'
>;

/** The words of the deployed gateway (`infra/gateway-answers.ts`). */
const DETAIL_BY_CODE: Readonly<Record<GatewayAnswerCode, string>> = {
  forbidden: 'The request needs a valid API key (x-api-key) or signature.',
  too_large: 'The body is too large; allowed are 4.5 MB.',
  invalid_parameter: 'The gateway cannot read the request.',
  internal_error: 'The request failed by a fault of our own.',
  upstream_timeout: 'The look-up took longer than the gateway waits.',
};

/** When the request may be sent again by the deployed gateway's answer, in seconds. */
const RETRY_AFTER_BY_CODE: Readonly<Partial<Record<GatewayAnswerCode, string>>> = { internal_error: '5' };

/**
 * The gateway's own answer, in the form of the function's errors.
 *
 * @param allowsOrigins whether pages of other origins may read it: the gateway allows all origins or none (contract §1)
 */
export function gatewayAnswer(
  code: GatewayAnswerCode,
  requestId: string,
  allowsOrigins: boolean,
  detail = DETAIL_BY_CODE[code],
): WireReply {
  const { status, headers, body } = problem(code, detail, requestId);
  const retryAfter = RETRY_AFTER_BY_CODE[code];
  return {
    status,
    headers: {
      ...headers,
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      ...(retryAfter !== undefined && { 'Retry-After': retryAfter }),
      ...(allowsOrigins && {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Expose-Headers': 'Cache-Status, Retry-After',
      }),
    },
    body,
  };
}
