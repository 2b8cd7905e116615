import type { CacheKey } from '../../customer/request/cache-key.ts';
import { INDEX_LIFETIME_MS, MAX_CLOCK_DIFFERENCE_MS, MAX_INDEXED_PARTITIONS } from '../../lookup/fleet.ts';
import type { CustomerIndex } from '../../lookup/ports.ts';
import { StoreUnavailableError } from '../../lookup/store-unavailable-error.ts';
import { toNumber } from './stored-item.ts';
import type { Table } from './table.ts';
import type { TableWrites } from './table-writes.ts';
import { absentOrLess, hasRoomFor } from './update.ts';
import { number, ttl } from './written-item.ts';

/** The customers' indexes and fences: an item for each customer. */
export class DynamoDbCustomerIndex implements CustomerIndex {
  readonly #table: Table;
  readonly #writes: TableWrites;

  constructor(table: Table, writes: TableWrites) {
    this.#table = table;
    this.#writes = writes;
  }

  async addToIndex(customer: string, partition: string, askedAt: number): Promise<boolean> {
    return this.#writes.update(indexKey(customer), {
      add: { partitions: { SS: [partition] } },
      set: { expiresAt: ttl(askedAt + INDEX_LIFETIME_MS) },
      conditions: [
        absentOrLess('invalidatedAt', askedAt - MAX_CLOCK_DIFFERENCE_MS),
        hasRoomFor('partitions', partition, MAX_INDEXED_PARTITIONS),
      ],
    });
  }

  async fenceCustomer(customer: string, at: number): Promise<readonly string[]> {
    const key = indexKey(customer);
    await this.#writes.update(key, {
      set: { invalidatedAt: number(at), expiresAt: ttl(at + INDEX_LIFETIME_MS) },
      conditions: [absentOrLess('invalidatedAt', at)],
    });
    const { partitions, invalidatedAt } = (await this.#table.get(key)) ?? {};
    // A purge must not treat an unreadable index as an empty one: it would acknowledge a part. The item exists in any
    // case, because the fence has just been written to it.
    const isFenced = (toNumber(invalidatedAt) ?? 0) >= at;
    if (!isFenced || (partitions !== undefined && partitions.SS === undefined)) {
      throw new StoreUnavailableError('UnreadableIndex');
    }
    return partitions?.SS ?? [];
  }
}

function indexKey(customer: string): CacheKey {
  return { partition: `customer#${customer}`, variant: 'index' };
}
