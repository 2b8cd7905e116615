import type { LeaseOutcome, StoredItem } from '../../../functions/lookup/entry.ts';

/**
 * What items that were read have told: whose leases were alive, and how these ended. Reads of a crowd overlap, so that the
 * end of a lease may be shown before the lease.
 */
export class ItemsRead {
  last: StoredItem | undefined;
  /** The tokens of the leases that were seen alive. */
  readonly leases = new Set<string>();
  readonly #endings = new Map<string, LeaseOutcome['kind']>();
  readonly #versions = new Set<string>();

  show(item: StoredItem): void {
    this.last = item;
    const { lease, outcome, version } = item;
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

  /** Whether the entry was read that a fetch gave whose lease was seen alive. */
  get hasAwaitedEntry(): boolean {
    for (const version of this.#versions) if (this.leases.has(version)) return true;
    return false;
  }
}
