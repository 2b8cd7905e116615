import type { Item } from './stored-item.ts';

/** A condition in DynamoDB's syntax. */
interface Conditional {
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Item;
}

export interface PutItemInput extends Conditional {
  /** The table's name or ARN. */
  readonly TableName: string;
  readonly Item: Item;
}

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

export interface UpdateItemOutput {
  readonly Attributes?: Item | undefined;
}

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
