import type { CacheKey } from '../../customer/request/cache-key.ts';
import type { LeaseState } from '../../lookup/entry.ts';
import type { PartitionPage } from '../../lookup/partition-page.ts';
import type { Partitions, Voiding } from '../../lookup/ports.ts';
import { storedToken } from './stored-item.ts';
import type { TableWrites } from './table-writes.ts';
import { exists, same } from './update.ts';
import { ENTRY_ATTRIBUTES, LEASE_ATTRIBUTES, LISTED_ATTRIBUTES, number, toPartitionItem } from './written-item.ts';

/** The partitions of the table, for a purge. */
export class DynamoDbPartitions implements Partitions {
  readonly #table: TableWrites;

  constructor(table: TableWrites) {
    this.#table = table;
  }

  async listPartition(partition: string, after?: string): Promise<PartitionPage> {
    const { items, next } = await this.#table.query(partition, LISTED_ATTRIBUTES, after);
    return { items: items.map((item) => toPartitionItem(partition, item)), next };
  }

  async voidFetch(key: CacheKey, seen: LeaseState, { survivor, endsEntry }: Voiding): Promise<boolean> {
    return this.#table.update(key, {
      set: { leaseToken: { S: storedToken({ token: seen.token, isVoid: true, survivor }) } },
      remove: endsEntry ? ENTRY_ATTRIBUTES : [],
      conditions: [same('leaseToken', { S: storedToken(seen) })],
    });
  }

  async deleteItems(keys: readonly CacheKey[]): Promise<readonly CacheKey[]> {
    return this.#table.deleteAll(keys);
  }

  async markStale(key: CacheKey, at: number): Promise<void> {
    await this.#table.update(key, {
      set: { staleFrom: number(at) },
      remove: LEASE_ATTRIBUTES,
      conditions: [exists()],
    });
  }
}
