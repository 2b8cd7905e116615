import type { StoredItem } from '../../../functions/lookup/entry.ts';
import type { StoreTrouble } from '../../../functions/lookup/store-unavailable-error.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/**
 * The look-ups of one key that run on one instance at the same time. They may share their calls of the store: each may
 * know what another was told.
 */
export class Crowd {
  readonly #now: () => number;
  readonly #members = new Set<WatchedLookup>();
  /** When it last had only one member. True time. */
  #aloneSince = Number.NEGATIVE_INFINITY;
  readonly #leases = new Set<string>();
  /** The last read. */
  #shown: { readonly item: StoredItem; readonly begunAt: number } | undefined;
  #callsUnderWay = 0;
  #asksUnderWay = 0;

  /** @param now true time */
  constructor(now: () => number) {
    this.#now = now;
  }

  enter(lookup: WatchedLookup): void {
    this.#members.add(lookup);
    for (const token of this.#leases) lookup.told.showLease(token);
    // The second look-up of a half began with its request: it may use a read from before it entered.
    const shown = this.#shown;
    if (shown !== undefined && shown.begunAt >= lookup.request.startedAt) lookup.told.show(shown.item);
    for (let call = 0; call < this.#callsUnderWay; call += 1) lookup.beginStoreWork();
    for (let ask = 0; ask < this.#asksUnderWay; ask += 1) lookup.busyWithStore.begin();
  }

  leave(lookup: WatchedLookup): void {
    this.#members.delete(lookup);
    if (this.#members.size === 1) this.#aloneSince = this.#now();
  }

  /** Whether it has had more than one member at any time since then. @param moment true time */
  hasBeenManySince(moment: number): boolean {
    return this.#members.size > 1 || this.#aloneSince >= moment;
  }

  /** One of them calls the store. */
  called(): void {
    this.#callsUnderWay += 1;
    for (const member of this.#members) member.beginStoreWork();
  }

  /** A call of one of them has ended. */
  settled(): void {
    this.#callsUnderWay -= 1;
    for (const member of this.#members) member.endStoreWork();
  }

  /** One of them asks another invocation for a fetch: the others may wait for the end of that. */
  asked(): void {
    this.#asksUnderWay += 1;
    for (const member of this.#members) member.busyWithStore.begin();
  }

  /** One of them knows whether it asked. */
  askReported(): void {
    this.#asksUnderWay -= 1;
    for (const member of this.#members) member.busyWithStore.end();
  }

  /** A call of one of them did not succeed. @param begunAt true time */
  troubled(troubled: WatchedLookup, trouble: StoreTrouble, begunAt: number): void {
    for (const member of this.#members) if (member !== troubled) member.store.crowdTroubled(trouble, begunAt);
  }

  /** @param begunAt true time */
  read(item: StoredItem, begunAt: number): void {
    this.#shown = { item, begunAt };
    for (const member of this.#members) member.told.show(item);
  }

  leaseTaken(token: string): void {
    this.#leases.add(token);
    for (const member of this.#members) member.told.showLease(token);
  }
}
