import type { LeaseState } from './entry.ts';
import type { PartitionItem } from './partition-page.ts';
import type { Voiding } from './ports.ts';

/**
 * The change to the entries of a customer that has changed (contract §1, cache administration). Each voids a fill in
 * progress.
 *
 * - `delete`: the entries are gone
 * - `mark-stale`: the next look-up asks the upstream, and uses the entry only if that fails
 * - `retire`: the entries are gone, but the lease of a fill in progress stays, and the outcome of an ended lease stays
 *   too. The upstream says that the customer was erased, or merged into another one, and will answer the same to the
 *   holders of these leases. So the look-ups that wait for them get that answer, and need not ask the upstream again.
 *   After a merger such a fetch may store an entry of the survivor, so that look-ups with other sections, or by the other
 *   API, find the merger too.
 */
export type InvalidationMode = 'delete' | 'mark-stale' | 'retire';

/** The change that an invalidation makes to one item. `endsEntry`: whether it removes or newly marks an entry. */
export type ItemChange =
  | { readonly kind: 'none' }
  | { readonly kind: 'delete' | 'mark'; readonly endsEntry: boolean }
  | ({ readonly kind: 'void'; readonly seen: LeaseState } & Voiding);

const NO_CHANGE: ItemChange = { kind: 'none' };

/**
 * The change that an invalidation makes to one item. The first row that fits counts. An empty cell repeats the cell
 * above.
 *
 * | mode | the item | change |
 * |---|---|---|
 * | delete | any | delete |
 * | mark-stale | a lease, or an entry that is not marked | mark |
 * | | any other | none |
 * | retire | a lease, its fetch not void | void its fetch, except for the survivor |
 * | | a lease, its fetch void except for another survivor | void its fetch |
 * | | a lease, an entry that is not the survivor's | end the entry |
 * | | a lease | none |
 * | | an entry of the survivor, or no entry but the outcome of a lease | none |
 * | | any other | delete |
 *
 * Each change of a lease ends the entry beside the lease, unless it is the survivor's. A marked entry needs no second
 * mark, unless a fill of it is in progress.
 *
 * @param survivor the keyed hashes of the customer into which the customer was merged, the one of the first secret first;
 *   empty: there is none
 */
export function changeOf(mode: InvalidationMode, item: PartitionItem, survivor: readonly string[]): ItemChange {
  const { hasEntry, isMarked, lease, hasOutcome, customers } = item;
  if (mode === 'delete') return { kind: 'delete', endsEntry: hasEntry };
  if (mode === 'mark-stale') {
    const isUnmarked = hasEntry && !isMarked;
    return lease !== undefined || isUnmarked ? { kind: 'mark', endsEntry: isUnmarked } : NO_CHANGE;
  }
  const endsEntry = hasEntry && !customers.some((customer) => survivor.includes(customer));
  if (lease !== undefined) {
    const may = survivorAfter(lease, survivor);
    const isSame = lease.isVoid === true && lease.survivor === may;
    if (isSame && !endsEntry) return NO_CHANGE;
    return { kind: 'void', seen: lease, survivor: may, endsEntry };
  }
  const stays = hasEntry ? !endsEntry : hasOutcome;
  return stays ? NO_CHANGE : { kind: 'delete', endsEntry: hasEntry };
}

/** The customer whose entry the holder of a lease may still write: a keyed hash; undefined: no entry. */
function survivorAfter(lease: LeaseState, survivor: readonly string[]): string | undefined {
  return lease.isVoid ? survivor.find((hash) => hash === lease.survivor) : survivor[0];
}
