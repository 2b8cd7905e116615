import type { CallerCounts, Counts } from '../../functions/lookup/guard/caller-counts.ts';
import { type StoreTrouble, StoreUnavailableError } from '../../functions/lookup/store-unavailable-error.ts';

/** Counts of callers in memory, with the rules of the port. A test can make them fail. */
export class MemoryCallerCounts implements CallerCounts {
  /** By caller and the end of the window. */
  readonly sums = new Map<string, Counts>();
  readonly calls: ('readCounts' | 'addCounts')[] = [];
  /** How each call fails, before it does anything; `late`: after it did. Default: none fails. */
  trouble: StoreTrouble | undefined;

  async readCounts(caller: string, windowEndsAt: number): Promise<Counts> {
    return this.addCounts(caller, windowEndsAt, { lookups: 0, notFound: 0 }, 'readCounts');
  }

  async addCounts(
    caller: string,
    windowEndsAt: number,
    { lookups, notFound }: Counts,
    call: 'readCounts' | 'addCounts' = 'addCounts',
  ): Promise<Counts> {
    this.calls.push(call);
    const { trouble } = this;
    if (trouble !== undefined && trouble !== 'late') throw new StoreUnavailableError('made-up', { trouble });
    const name = `${caller} ${windowEndsAt}`;
    const before = this.sums.get(name) ?? { lookups: 0, notFound: 0 };
    const sums = { lookups: before.lookups + lookups, notFound: before.notFound + notFound };
    this.sums.set(name, sums);
    if (trouble !== undefined) throw new StoreUnavailableError('made-up', { trouble });
    return sums;
  }
}
