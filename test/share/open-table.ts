import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { fromItem } from '../../functions/adapters/dynamodb/stored-item.ts';
import type { CacheEntry } from '../../functions/lookup/entry.ts';
import { ensureCacheTable } from '../../local/cache-table.ts';

/** A table of the cache, seen from outside. */
export interface OpenTable {
  /** For CACHE_TABLE. */
  readonly name: string;
  /** How many items hold a lease. */
  countLeases(): Promise<number>;
  /** The entries, in no order. */
  entries(): Promise<readonly CacheEntry[]>;
}

export async function openTable(client: DynamoDBClient, name: string): Promise<OpenTable> {
  await ensureCacheTable(client, name, AbortSignal.timeout(10_000));
  const scan = async () => {
    const items: Record<string, AttributeValue>[] = [];
    let startKey: Record<string, AttributeValue> | undefined;
    do {
      const page: Page = await client.send(
        new ScanCommand({ TableName: name, ConsistentRead: true, ...(startKey && { ExclusiveStartKey: startKey }) }),
      );
      items.push(...(page.Items ?? []));
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
    return items.map(fromItem);
  };
  return {
    name,
    countLeases: async () => (await scan()).filter(({ lease }) => lease !== undefined).length,
    entries: async () => (await scan()).map(({ entry }) => entry).filter((entry) => entry !== undefined),
  };
}

interface Page {
  readonly Items?: Record<string, AttributeValue>[] | undefined;
  readonly LastEvaluatedKey?: Record<string, AttributeValue> | undefined;
}
