/** The policy that old tills support, and the only one with which API Gateway allows mutual TLS. */
export const DEFAULT_TLS_POLICY = 'TLS_1_2';

/** Whether a policy is one of API Gateway's newer ones. They need an access mode, and do not allow mutual TLS. */
export function isEnhanced(tlsPolicy: string): boolean {
  return tlsPolicy.startsWith('SecurityPolicy_');
}
