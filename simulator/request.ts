import type { IncomingHttpHeaders } from 'node:http';

/** A request to the upstream, its body read. */
export interface UpstreamRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}
