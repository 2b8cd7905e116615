import { setTimeout as sleep } from 'node:timers/promises';
import {
  CreateTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  ResourceNotFoundException,
} from '@aws-sdk/client-dynamodb';
import { StartError } from './start-error.ts';
import { describeWrongKeys, TABLE_KEYS } from './table-keys.ts';

const POLL_MS = 20;

/**
 * Makes the cache's table if it is missing, and waits until it can be used. It has no TTL, because the embedded
 * DynamoDB has none: the functions check every entry's expiry themselves.
 *
 * @param signal ends the wait
 * @throws {StartError} if there is a table of this name with other keys: every look-up would bypass it
 */
export async function ensureCacheTable(client: DynamoDBClient, table: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    const status = await statusOf(client, table, signal);
    if (status === 'ACTIVE' || status === 'UPDATING') return;
    if (status === undefined) await createTable(client, table, signal);
    await sleep(POLL_MS, undefined, { signal });
  }
}

/** The table's status; undefined if there is no such table. */
async function statusOf(client: DynamoDBClient, table: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: table }), { abortSignal: signal });
    const wrongKeys = Table && describeWrongKeys(Table);
    if (wrongKeys !== undefined)
      throw new StartError(`The table ${table} ${wrongKeys}. Set CACHE_TABLE to another name.`);
    return Table?.TableStatus ?? 'unknown';
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

async function createTable(client: DynamoDBClient, table: string, signal: AbortSignal): Promise<void> {
  const command = new CreateTableCommand({ TableName: table, ...TABLE_KEYS, BillingMode: 'PAY_PER_REQUEST' });
  try {
    await client.send(command, { abortSignal: signal });
  } catch (error) {
    // Another process was first.
    if (!(error instanceof ResourceInUseException)) throw error;
  }
}
