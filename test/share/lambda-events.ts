import { LOOKUP_RESOURCE, proxyEvent } from '../support/proxy-event.ts';

/** The event of a till's look-up, by API Gateway. */
export function tillEvent(mobile: string, parameters: Readonly<Record<string, string>> = {}): unknown {
  const query = { source: 'INSTORE', identifierName: 'mobile', identifierValue: mobile, ...parameters };
  return proxyEvent({ resource: LOOKUP_RESOURCE, query: `${new URLSearchParams(query)}` });
}

/** The upstream's message that something about a customer has changed, by API Gateway. */
export function changedEvent(mobile: string, webhookSecret: string): unknown {
  const body = { eventName: 'customerUpdated', data: { customerIdentifiers: { instore: { mobile: `91${mobile}` } } } };
  return proxyEvent({
    method: 'POST',
    resource: '/events/capillary',
    headers: { Authorization: webhookSecret },
    body: JSON.stringify(body),
  });
}

/** The event of a batch, by API Gateway. */
export function batchEvent(mobiles: readonly string[]): unknown {
  return proxyEvent({ method: 'POST', resource: '/lookups', body: JSON.stringify(batchPayload(mobiles)) });
}

/** The payload of a batch, by direct invocation. */
export function batchPayload(mobiles: readonly string[]): { readonly lookups: readonly object[] } {
  return {
    lookups: mobiles.map((identifierValue) => ({ source: 'INSTORE', identifierName: 'mobile', identifierValue })),
  };
}

/** The result of a look-up, as far as this code reads it. */
export interface Outcome {
  readonly kind: string;
  readonly cache?: { readonly status: string };
  readonly code?: string;
}

/** The outcomes of a batch, by API Gateway or direct invocation; the one outcome of a look-up by direct invocation. */
export function outcomes(answer: unknown): readonly Outcome[] {
  const { body } = answer as { readonly body?: string };
  const outcome = (body === undefined ? answer : JSON.parse(body)) as Outcome & {
    readonly results?: readonly Outcome[];
  };
  return outcome.results ?? [outcome];
}
