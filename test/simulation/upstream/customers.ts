import type { Api } from '../../../functions/customer/request/canonical-request.ts';

/** The knowledge of the upstream's two APIs about the requested customer. */
export interface Known {
  readonly customer: string;
  readonly isErased: boolean;
  /** The requested customer was merged into this one. */
  readonly isMerged: boolean;
}

/**
 * The truth: customers come, are erased and merged, and their identifiers move. v1.1 may have another customer by an
 * identifier than v2 has, and may learn of an erasure alone.
 */
export class Customers {
  readonly #byWho = { v2: new Map<string, string>(), 'v1.1': new Map<string, string>() };
  readonly #erased = { v2: new Set<string>(), 'v1.1': new Set<string>() };
  /** Identifiers that find another customer than before, because their own was merged into it. */
  readonly #merged = new Set<string>();

  /** The customer that v2 finds by this. */
  of(who: string): string | undefined {
    return this.#byWho.v2.get(who);
  }

  look(api: Api, who: string): Known | undefined {
    const customer = this.#byWho[api].get(who);
    if (customer === undefined) return undefined;
    return { customer, isErased: this.#erased[api].has(customer), isMerged: this.#merged.has(who) };
  }

  /** It finds this customer from now on; undefined: none. @param apis by which of the two; default: both */
  assign(who: string, customer: string | undefined, apis: readonly Api[] = ['v2', 'v1.1']): void {
    this.#merged.delete(who);
    for (const api of apis) {
      if (customer === undefined) this.#byWho[api].delete(who);
      else this.#byWho[api].set(who, customer);
    }
  }

  erase(customer: string, apis: readonly Api[] = ['v2', 'v1.1']): void {
    for (const api of apis) this.#erased[api].add(customer);
  }

  /** From now on every identifier of the one customer finds the other. */
  merge(customer: string, survivor: string): void {
    for (const api of ['v2', 'v1.1'] as const) {
      for (const [who, found] of this.#byWho[api]) {
        if (found !== customer) continue;
        this.#byWho[api].set(who, survivor);
        this.#merged.add(who);
      }
    }
  }
}
