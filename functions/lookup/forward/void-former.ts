import type { Asked } from '../asked.ts';
import type { StoredItem } from '../entry.ts';
import type { Invalidation, InvalidationOptions } from '../invalidation.ts';
import type { Answered } from './fetched.ts';

/**
 * Voids all entries of a customer that was erased, or merged into another one: under every key secret, within its own
 * time. If the store fails, the look-up goes on without the store.
 *
 * @returns whether all entries of the asked subject are gone, so that the look-up's own entry is gone too
 */
export async function voidFormer(
  invalidation: Invalidation | undefined,
  { request: { subject }, store }: Asked,
  item: StoredItem | undefined,
  { outcome, reply }: Answered,
  options: InvalidationOptions,
): Promise<boolean> {
  if (invalidation === undefined) return false;
  const isErased = outcome.kind === 'erased';
  const entry = item?.entry;
  const isMerged = outcome.kind === 'found' && outcome.isMerged && reply.customer !== entry?.customer;
  if (!isErased && !isMerged) return false;
  const former = entry?.customer === undefined ? [] : [entry.customer, ...entry.customerAliases];
  const subjects = isErased && subject !== undefined ? [subject] : [];
  // The service does not ask the store here, so the store must not count as one that has answered.
  if (former.length === 0 && subjects.length === 0) return false;
  const isDone = await store.use(async () => {
    await invalidation.subjects(subjects, 'delete', options);
    await invalidation.customerHashes(former, 'delete', options);
    return true;
  });
  return isDone === true && subjects.length > 0;
}
