import type { LeaseOutcome, StoredItem } from '../../../functions/lookup/entry.ts';

/**
 * What items that were read have told: whose leases were alive, and how these ended. Reads of a crowd overlap, so that the
 * end of a lease may be shown before the lease.
 */
export class ItemsRead {
  last: StoredItem | undefined;
  /** Whether an item said that a short wait is to be ignored: the last answer is not stored, or a revalidation failed. */
  mayIgnoreWait = false;
  /** The outcome that was there at first. */
  #firstOutcome: string | undefined;
  /** Whether the fetch of another invocation counts though its lease was not seen: it began after the look-up. */
  readonly #countsNew: boolean;
  /** The tokens of the leases that were seen alive. */
  readonly leases = new Set<string>();
  readonly #endings = new Map<string, LeaseOutcome['kind']>();
  readonly #versions = new Set<string>();

  /** @param countsNew whether the look-up waits for a fetch that was asked for in another invocation. Default: no */
  constructor(countsNew = false) {
    this.#countsNew = countsNew;
  }

  show(item: StoredItem): void {
    if (this.last === undefined) this.#firstOutcome = item.outcome?.token;
    this.last = item;
    const { lease, outcome, version } = item;
    const isNotStored = outcome?.kind === 'not-stored' || outcome?.kind === 'erased';
    this.mayIgnoreWait ||= isNotStored || (item.revalidation?.backoffMs ?? 0) > 0;
    if (version !== undefined) this.#versions.add(version);
    if (outcome !== undefined) this.#endings.set(outcome.token, outcome.kind);
    if (lease !== undefined) this.leases.add(lease.token);
  }

  showLease(token: string): void {
    this.leases.add(token);
  }

  /** Whether a lease that was seen alive ended like this. */
  hasEnded(kind: LeaseOutcome['kind']): boolean {
    for (const [token, ending] of this.#endings) if (ending === kind && this.leases.has(token)) return true;
    return false;
  }

  /** The same, or a fetch ended like this that was asked for in another invocation: its outcome was not there at first. */
  mayHaveEnded(kind: LeaseOutcome['kind']): boolean {
    if (this.hasEnded(kind)) return true;
    if (!this.#countsNew) return false;
    for (const [token, ending] of this.#endings) if (ending === kind && token !== this.#firstOutcome) return true;
    return false;
  }

  /** Whether the entry was read that a fetch gave whose lease was seen alive. */
  get hasAwaitedEntry(): boolean {
    for (const version of this.#versions) if (this.leases.has(version)) return true;
    return false;
  }
}
