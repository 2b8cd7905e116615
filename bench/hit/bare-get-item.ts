import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

/*
 * The base of the comparison for Lookaside's hits: a Lambda function that only does one strongly consistent GetItem
 * with the SDK, in the usual way. Bundled as the functions are.
 */

const client = new DynamoDBClient({});

/** The event of this function. */
export interface BareEvent {
  readonly table: string;
  /** The item's key, as `GetItem` takes it. */
  readonly key: Readonly<Record<'pk' | 'sk', { readonly S: string }>>;
}

/** Reads the item. Answers 200 if it is there. */
export async function handler({ table, key }: BareEvent): Promise<{ readonly statusCode: number }> {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: key, ConsistentRead: true }));
  return { statusCode: Item === undefined ? 404 : 200 };
}
