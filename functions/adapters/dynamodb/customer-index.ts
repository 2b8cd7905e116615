import type { CacheKey } from '../../customer/cache-key.ts';
import { INDEX_LIFETIME_MS, MAX_CLOCK_DIFFERENCE_MS, MAX_INDEXED_PARTITIONS } from '../../lookup/fleet.ts';
import type { CustomerIndex } from '../../lookup/ports.ts';
import { number, ttl } from './stored-item.ts';
import type { Table } from './table.ts';
import { absentOrLess, hasRoomFor } from './update.ts';

/** The customers' indexes and fences: an item for each customer. */
export class DynamoDbCustomerIndex implements CustomerIndex {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async addToIndex(customer: string, partition: string, askedAt: number): Promise<boolean> {
    return this.#table.update(indexKey(customer), {
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
    await this.#table.update(key, {
      set: { invalidatedAt: number(at), expiresAt: ttl(at + INDEX_LIFETIME_MS) },
      conditions: [absentOrLess('invalidatedAt', at)],
    });
    return (await this.#table.get(key))?.partitions?.SS ?? [];
  }
}

function indexKey(customer: string): CacheKey {
  return { partition: `customer#${customer}`, variant: 'index' };
}
