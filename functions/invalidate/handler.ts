import { signerOf } from '../rest/caller.ts';
import { createRestHandler, type Endpoint, type RestHandler } from '../rest/rest-handler.ts';
import type { InvalidateHandlerOptions } from './invalidate-options.ts';
import { inEveryRegion } from './other-regions.ts';
import { deleteCustomer, deleteEntries } from './purges.ts';
import { receiveEvent } from './webhook.ts';

/** Makes the function of cache administration and of the webhook (contract §1). */
export function createInvalidateHandler(options: InvalidateHandlerOptions): RestHandler {
  const { clock, log, otherRegions } = options;
  const everywhere = (endpoint: Endpoint) => inEveryRegion(endpoint, otherRegions, clock);
  return createRestHandler({
    endpoints: {
      '/cache/entries': { DELETE: everywhere((event) => deleteEntries(options, event)) },
      '/cache/customers/{customerId}': { DELETE: everywhere((event) => deleteCustomer(options, event)) },
      '/events/capillary': { POST: everywhere((event) => receiveEvent(options, event)) },
    },
    clock,
    log,
    // The log line of a purge has the signer's whole ARN.
    by: signerOf,
  });
}
