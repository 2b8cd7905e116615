import {
  type Api,
  type CanonicalRequest,
  type Parameter,
  upstreamParameters,
} from '../../customer/request/canonical-request.ts';
import type { UpstreamOutcome } from '../../lookup/upstream.ts';
import type { ReplyBody } from './reply-body.ts';
import { readCustomerGetReply } from './v1-reply.ts';
import { readCustomerDetailsReply } from './v2-reply.ts';

/** How to ask an API, and how to read its replies. */
export interface Protocol {
  readonly path: string;
  /** The parameters of every request. */
  readonly parameters: readonly Parameter[];
  readonly readReply: (status: number, body: ReplyBody) => UpstreamOutcome;
}

/** The upstream's two APIs. */
export const PROTOCOLS: Readonly<Record<Api, Protocol>> = {
  v2: { path: '/v2/customers/lookup/customerDetails', parameters: [], readReply: readCustomerDetailsReply },
  'v1.1': {
    path: '/v1.1/customer/get',
    // Without the first parameter the upstream answers in XML. Without the second one the reply does not name its
    // customer.
    parameters: [
      ['format', 'json'],
      ['user_id', 'true'],
    ],
    readReply: readCustomerGetReply,
  },
};

/** The address of a request, everything percent-encoded, spaces too. */
export function addressOf(request: CanonicalRequest, baseUrl: string): string {
  const { path, parameters } = PROTOCOLS[request.api];
  const query = [...upstreamParameters(request), ...parameters]
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&');
  return `${baseUrl}${path}?${query}`;
}
