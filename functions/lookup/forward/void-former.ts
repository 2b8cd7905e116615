import { relatedSubjects } from '../../customer/request/related-subjects.ts';
import type { Asked } from '../asked.ts';
import type { StoredItem } from '../entry.ts';
import type { Invalidation, InvalidationOptions } from '../invalidation.ts';
import type { Answered } from './fetched.ts';

/**
 * Voids all entries of a customer that was erased, or merged into another one, under every key secret. It has its own
 * time limit. If the store fails, the look-up continues without the store.
 *
 * | what names that customer | after "erased" | after a merger |
 * |---|---|---|
 * | the entry that the answer replaces | yes | yes, unless it is the survivor's |
 * | the other entries under the requested identifier: other variants and accounts, also under INSTORE and ALL | yes | yes, except the survivor's |
 * | the requested identifier, if it is an id | yes | yes, unless it is the survivor's |
 * | the id in the reply | yes | no: it is the survivor's |
 *
 * After "erased", the entries under the requested identifier are void too. If the entry that a merger replaces is the
 * survivor's, the merger is known already, and there is nothing to void.
 *
 * @returns whether all entries of the asked subject are gone, so that the look-up's own entry is gone too
 */
export async function voidFormer(
  invalidation: Invalidation | undefined,
  { request: { subject, customerId }, store }: Asked,
  item: StoredItem | undefined,
  { outcome, reply }: Answered,
  options: InvalidationOptions,
): Promise<boolean> {
  const isErased = outcome.kind === 'erased';
  const entry = item?.entry;
  const isMerged = outcome.kind === 'found' && outcome.isMerged && reply.customer !== entry?.customer;
  if (invalidation === undefined || !(isErased || isMerged)) return false;
  const former = entry?.customer === undefined ? [] : [entry.customer, ...entry.customerAliases];
  const ids = [customerId, isErased ? outcome.customerId : undefined];
  const formerIds = distinct(ids).filter((id) => isErased || id !== outcome.customerId);
  const subjects = subject === undefined ? [] : relatedSubjects(subject);
  // Without this check the store would count as one that has answered, although nothing asked it.
  if (former.length + formerIds.length + subjects.length === 0) return false;
  const isDone = await store.use(async () => {
    const survivor = isErased ? [] : distinct([reply.customer, ...reply.customerAliases]);
    const listed = await invalidation.customersOf(subjects, options);
    const customers = distinct([...former, ...listed]).filter((each) => !survivor.includes(each));
    const sparing = { ...options, survivor };
    await invalidation.customerHashes(customers, 'retire', sparing);
    await invalidation.customers(formerIds, 'retire', sparing);
    // The subjects come last, so that after a failure a repetition still finds the customer in their entries.
    if (isErased) await invalidation.subjects(subjects, 'retire', options);
    return true;
  });
  return isDone === true && isErased && subjects.length > 0;
}

function distinct(texts: readonly (string | undefined)[]): string[] {
  return [...new Set(texts)].filter((text) => text !== undefined);
}
