import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { localAwsConfig } from '../../local/settings.ts';

/** Makes a table of another program: it has the one key `id`. */
export async function makeTableOfOtherKeys(storeUrl: string, table: string): Promise<void> {
  const client = new DynamoDBClient({ endpoint: storeUrl, ...localAwsConfig({}, storeUrl) });
  try {
    await client.send(
      new CreateTableCommand({
        TableName: table,
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
  } finally {
    client.destroy();
  }
}
