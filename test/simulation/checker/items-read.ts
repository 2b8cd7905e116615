import type { LeaseOutcome, StoredItem } from '../../../functions/lookup/entry.ts';

/**
 * The facts of items that were read: the live leases, and how these ended. Reads of a crowd overlap, so a read may show
 * the end of a lease before the lease.
 */
export class ItemsRead {
  last: StoredItem | undefined;
  /** The tokens of the leases that were seen live. */
  readonly leases = new Set<string>();
  readonly #endings = new Map<string, LeaseOutcome['kind']>();
  readonly #versions = new Set<string>();
  readonly #isAskedFor: (item: StoredItem) => boolean;
  /** The outcome and the entry that the first item showed. */
  #first: { readonly token: string | undefined; readonly version: string | undefined } | undefined;
  #expectsFetch = false;
  /** An item showed an entry that was found. */
  hasFound = false;
  /** An item said that the last answer is not stored, or that the customer was erased. */
  hasUnstored = false;
  /** The ends of all marks of a revalidation that an item showed. Epoch milliseconds. */
  readonly marks = new Set<number>();
  /** An item said that a revalidation failed. */
  hasHoldBack = false;

  /** @param isAskedFor whether an item tells that a fetch was requested: its end counts. Default: none does */
  constructor(isAskedFor: (item: StoredItem) => boolean = () => false) {
    this.#isAskedFor = isAskedFor;
  }

  show(item: StoredItem): void {
    this.last = item;
    this.#note(item);
    const { lease, outcome, version } = item;
    if (version !== undefined) this.#versions.add(version);
    if (outcome !== undefined) this.#endings.set(outcome.token, outcome.kind);
    if (lease !== undefined) this.leases.add(lease.token);
  }

  #note(item: StoredItem): void {
    const { entry, outcome, revalidation, version } = item;
    this.#first ??= { token: outcome?.token, version };
    this.hasFound ||= entry?.kind === 'found';
    this.hasUnstored ||= outcome?.kind === 'not-stored' || outcome?.kind === 'erased';
    if (revalidation !== undefined) this.marks.add(revalidation.until);
    this.hasHoldBack ||= (revalidation?.backoffMs ?? 0) > 0;
    this.#expectsFetch ||= this.#isAskedFor(item);
    // The lease of that fetch may come and go between two reads.
    if (this.#expectsFetch && outcome !== undefined && outcome.token !== this.#first.token) {
      this.leases.add(outcome.token);
    }
  }

  showLease(token: string): void {
    this.leases.add(token);
  }

  /** Whether a lease that was seen live ended like this. */
  hasEnded(kind: LeaseOutcome['kind']): boolean {
    for (const [token, ending] of this.#endings) if (ending === kind && this.leases.has(token)) return true;
    return false;
  }

  /** Whether an item showed this entry, or the lease of its fetch. */
  hasShownFetch(token: string): boolean {
    return this.#versions.has(token) || this.leases.has(token);
  }

  /** Whether the last item showed another entry than the first, or none any longer. */
  get hasOtherEntry(): boolean {
    return this.last?.version !== this.#first?.version;
  }

  /** Whether the look-up read the entry of a fetch with a lease that was seen live. */
  get hasAwaitedEntry(): boolean {
    for (const version of this.#versions) if (this.leases.has(version)) return true;
    return false;
  }
}
