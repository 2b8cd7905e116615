/** The policy that old tills support, and the only one with which API Gateway allows mutual TLS. */
export const DEFAULT_TLS_POLICY = 'TLS_1_2';

/** Whether a policy is one of API Gateway's newer ones, which go together with an access mode and without mutual TLS. */
export function isEnhanced(tlsPolicy: string): boolean {
  return tlsPolicy.startsWith('SecurityPolicy_');
}
