/*
 * What the gateway itself says. The deployed gateway and the one on this machine say the same, so this file needs no CDK.
 */

/** The details of the gateway's own answers, by their codes (contract §1). */
export const GATEWAY_DETAILS = {
  forbidden: 'The request needs a valid API key (x-api-key) or signature.',
  too_large: 'The body is too large; allowed are 4.5 MB.',
  invalid_parameter: 'The gateway cannot read the request.',
  internal_error: 'The request failed by a fault of our own.',
  upstream_timeout: 'The look-up took longer than the gateway waits.',
} as const;

/** When a request that failed by a fault may be sent again. Seconds. */
export const FAULT_RETRY_AFTER_SECONDS = 5;
