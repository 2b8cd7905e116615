import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';

/*
 * What Lookaside's hits are compared with: a Lambda function that does nothing but one strongly consistent GetItem of the
 * SDK, as anybody writes it. Bundled as the functions are.
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
