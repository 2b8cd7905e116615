import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureCacheTable } from '../../local/cache-table.ts';
import { type EmbeddedDynamoDb, startEmbeddedDynamoDb } from '../../local/embedded-dynamodb.ts';

let store: EmbeddedDynamoDb;
let client: DynamoDBClient;

beforeAll(async () => {
  store = await startEmbeddedDynamoDb(undefined);
  const credentials = { accessKeyId: 'made-up', secretAccessKey: 'made-up' };
  client = new DynamoDBClient({ endpoint: store.url, region: 'local', credentials, maxAttempts: 1 });
});

afterAll(async () => {
  client.destroy();
  await store.close();
});

const soon = () => AbortSignal.timeout(5000);

test('the first start makes the table with the keys that the store writes, paid per request', async () => {
  await ensureCacheTable(client, 'lookaside', soon());

  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'lookaside' }));
  expect(Table).toMatchObject({
    TableStatus: 'ACTIVE',
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  });
});

test('a later start does not change an existing table', async () => {
  await ensureCacheTable(client, 'twice', soon());
  await ensureCacheTable(client, 'twice', soon());
});

test('several processes that start at once make one table', async () => {
  await Promise.all(Array.from({ length: 8 }, () => ensureCacheTable(client, 'raced', soon())));

  const { Table } = await client.send(new DescribeTableCommand({ TableName: 'raced' }));
  expect(Table?.TableStatus).toBe('ACTIVE');
});
