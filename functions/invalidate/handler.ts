import { signerOf } from '../rest/caller.ts';
import { createRestHandler, type RestHandler } from '../rest/rest-handler.ts';
import type { InvalidateHandlerOptions } from './invalidate-options.ts';
import { deleteCustomer, deleteEntries } from './purges.ts';
import { receiveEvent } from './webhook.ts';

/** Makes the function of cache administration and of the webhook (contract §1). */
export function createInvalidateHandler(options: InvalidateHandlerOptions): RestHandler {
  const { clock, log } = options;
  return createRestHandler({
    endpoints: {
      '/cache/entries': { DELETE: (event) => deleteEntries(options, event) },
      '/cache/customers/{customerId}': { DELETE: (event) => deleteCustomer(options, event) },
      '/events/capillary': { POST: (event) => receiveEvent(options, event) },
    },
    clock,
    log,
    // A purge says in full who signed it.
    by: signerOf,
  });
}
