import type { Clock } from '../../functions/lookup/ports.ts';
import { type StoreTrouble, StoreUnavailableError } from '../../functions/lookup/store-unavailable-error.ts';
import { DEFAULT_POLICY } from './fleet.ts';
import type { StoreOperation } from './gated-cache-store.ts';

/**
 * Lets the first calls of a store's operation fail. All later ones are made.
 *
 * @param store is changed in place
 * @param troubles the trouble of each of these calls, in their order; a late one fails after the store's timeout
 */
export function failFirst(
  store: object,
  clock: Pick<Clock, 'sleep'>,
  operation: StoreOperation,
  troubles: readonly StoreTrouble[],
): void {
  const operations = store as Record<StoreOperation, (...parameters: unknown[]) => Promise<unknown>>;
  const apply = operations[operation].bind(store);
  const left = [...troubles];
  operations[operation] = async (...parameters) => {
    const trouble = left.shift();
    if (trouble === undefined) return apply(...parameters);
    if (trouble === 'late') await clock.sleep(DEFAULT_POLICY.storeTimeoutMs);
    throw new StoreUnavailableError('TimeoutError', { trouble });
  };
}
