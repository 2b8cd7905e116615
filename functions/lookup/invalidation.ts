import type { InvalidationStore } from './ports.ts';

/**
 * What is done to entries whose truth has changed (contract §1, cache administration). Either way a fill under way is
 * voided, because its lease goes.
 *
 * - `delete`: they are gone
 * - `mark-stale`: asked for afresh at the next look-up, and used only if that fails
 */
export type InvalidationMode = 'delete' | 'mark-stale';

/**
 * Invalidates every entry of a customer, found under whatever identifier, and every fill of one that is under way: the
 * fence first, then every partition of the index. A fill adds its partition to the index before it writes its entry, so
 * that either the fence refuses it or the list holds it.
 *
 * @param customer the customer's keyed hash
 * @param at epoch milliseconds
 * @returns how many entries there were
 * @throws {StoreUnavailableError} when it could not be completed; it may be repeated
 */
export async function invalidateCustomer(
  store: InvalidationStore,
  customer: string,
  at: number,
  mode: InvalidationMode,
): Promise<number> {
  const partitions = await store.fenceCustomer(customer, at);
  return invalidatePartitions(store, partitions, at, mode);
}

/**
 * Invalidates every variant of these look-ups, and every fill of one that is under way.
 *
 * @returns how many entries there were
 * @throws {StoreUnavailableError} when it could not be completed; it may be repeated
 */
export async function invalidatePartitions(
  store: InvalidationStore,
  partitions: readonly string[],
  at: number,
  mode: InvalidationMode,
): Promise<number> {
  const counts = await Promise.all(partitions.map((partition) => invalidatePartition(store, partition, at, mode)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function invalidatePartition(
  store: InvalidationStore,
  partition: string,
  at: number,
  mode: InvalidationMode,
): Promise<number> {
  const items = await store.listPartition(partition);
  await Promise.all(items.map(({ key }) => (mode === 'delete' ? store.deleteItem(key) : store.markStale(key, at))));
  return items.filter(({ hasEntry }) => hasEntry).length;
}
