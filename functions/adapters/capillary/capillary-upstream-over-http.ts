import { CapillaryUpstream, type CapillaryUpstreamOptions } from './capillary-upstream.ts';
import { createUpstreamHttp } from './upstream-http.ts';

/** Capillary's look-up APIs, asked by Node's own HTTP client with connections of its own. */
export function createCapillaryUpstream(options: Omit<CapillaryUpstreamOptions, 'http'>): CapillaryUpstream {
  return new CapillaryUpstream({ ...options, http: createUpstreamHttp() });
}
