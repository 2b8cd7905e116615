import type { IncomingHttpHeaders } from 'node:http';
import type { Api } from './faults/fault-values.ts';

/** The APIs by their paths. */
export const APIS: Readonly<Record<string, Api>> = {
  '/v2/customers/lookup/customerDetails': 'v2',
  '/v1.1/customer/get': 'v1.1',
  '/v3/oauth/token/generate': 'token',
};

/** A request to the upstream, its body read. */
export interface UpstreamRequest {
  /** Undefined if the upstream has nothing at its path. */
  readonly api: Api | undefined;
  readonly method: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
