import type { Item } from './stored-item.ts';

/** A condition in DynamoDB's syntax. */
interface Conditional {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Item;
}

/** The input of PutItem. */
export interface PutItemInput extends Conditional {
  /** The table's name or ARN. */
  readonly TableName: string;
  readonly Item: Item;
}

/** The input of UpdateItem. */
export interface UpdateItemInput extends Omit<Conditional, 'ConditionExpression'> {
  /** The table's name or ARN. */
  readonly TableName: string;
  readonly Key: Item;
  readonly UpdateExpression: string;
  /** Default: it is updated in any case. */
  readonly ConditionExpression?: string;
  /** The part of the item in the output. Default: nothing. */
  readonly ReturnValues?: 'ALL_NEW';
}

/** The output of UpdateItem: the part of the item that the input asks for. */
export interface UpdateItemOutput {
  readonly Attributes?: Item | undefined;
}

/** The input of Query: one page of a partition. */
export interface QueryInput {
  /** The table's name or ARN. */
  readonly TableName: string;
  readonly ConsistentRead: true;
  readonly KeyConditionExpression: string;
  readonly ProjectionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Item;
  readonly ExclusiveStartKey?: Item;
}

/** The output of Query. `LastEvaluatedKey` is absent on the last page. */
export interface QueryOutput {
  readonly Items?: readonly Item[] | undefined;
  readonly LastEvaluatedKey?: Item | undefined;
}

/** One deletion of a request. */
interface Deletion {
  readonly DeleteRequest: { readonly Key: Item };
}

/** The input of BatchWriteItem: deletions, by the table's name or ARN. */
export interface BatchWriteItemInput {
  readonly RequestItems: Record<string, Deletion[]>;
}

/** The output of BatchWriteItem: the deletions to ask for again. */
export interface BatchWriteItemOutput {
  readonly UnprocessedItems?: Readonly<Record<string, readonly Partial<DeletionOutput>[]>> | undefined;
}

interface DeletionOutput {
  readonly DeleteRequest: { readonly Key: Item | undefined } | undefined;
}

/**
 * The requests of DynamoDB that a hit does not make. The rules of `Reads` hold for sending them. `toStoreFailure` reads
 * their errors.
 */
export interface Writes {
  putItem(input: PutItemInput, signal: AbortSignal): Promise<unknown>;
  updateItem(input: UpdateItemInput, signal: AbortSignal): Promise<UpdateItemOutput>;
  query(input: QueryInput, signal: AbortSignal): Promise<QueryOutput>;
  batchWriteItem(input: BatchWriteItemInput, signal: AbortSignal): Promise<BatchWriteItemOutput>;
}
