import type { CacheKey } from '../../customer/request/cache-key.ts';
import type { CallerCounts, Counts } from '../../lookup/guard/caller-counts.ts';
import { WINDOW_MS } from '../../lookup/guard/window.ts';
import { type Item, toNumber } from './stored-item.ts';
import type { Table } from './table.ts';
import type { TableWrites } from './table-writes.ts';
import { number, ttl } from './written-item.ts';

/** The instances' counts of callers: an item for each caller and window. It holds two numbers and no identifier. */
export class DynamoDbCallerCounts implements CallerCounts {
  readonly #table: Table;
  readonly #writes: TableWrites;

  constructor(table: Table, writes: TableWrites) {
    this.#table = table;
    this.#writes = writes;
  }

  async readCounts(caller: string, windowEndsAt: number): Promise<Counts> {
    return toCounts(await this.#table.get(countsKey(caller, windowEndsAt)));
  }

  async addCounts(caller: string, windowEndsAt: number, { lookups, notFound }: Counts): Promise<Counts> {
    const item = await this.#writes.addUp(countsKey(caller, windowEndsAt), {
      add: { lookups: number(lookups), notFound: number(notFound) },
      // One window longer, because clocks differ.
      set: { expiresAt: ttl(windowEndsAt + WINDOW_MS) },
    });
    return toCounts(item);
  }
}

function countsKey(caller: string, windowEndsAt: number): CacheKey {
  return { partition: caller, variant: `guard;${windowEndsAt}` };
}

function toCounts(item: Item = {}): Counts {
  return { lookups: toNumber(item.lookups) ?? 0, notFound: toNumber(item.notFound) ?? 0 };
}
