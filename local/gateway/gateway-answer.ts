import { problem } from '../../functions/rest/problem.ts';
import { FAULT_RETRY_AFTER_SECONDS, GATEWAY_DETAILS } from '../../infra/gateway-words.ts';
import type { WireReply } from './wire.ts';

/** The answers of the gateway itself. */
export type GatewayAnswerCode = keyof typeof GATEWAY_DETAILS;

/** When the request may be sent again by the deployed gateway's answer. Seconds. */
const RETRY_AFTER_BY_CODE: Readonly<Partial<Record<GatewayAnswerCode, string>>> = {
  internal_error: String(FAULT_RETRY_AFTER_SECONDS),
};

/**
 * The gateway's own answer, in the form of the function's errors.
 *
 * @param allowsOrigins whether pages of other origins may read it: the gateway allows all origins or none (contract §1)
 */
export function gatewayAnswer(
  code: GatewayAnswerCode,
  requestId: string,
  allowsOrigins: boolean,
  detail: string = GATEWAY_DETAILS[code],
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
