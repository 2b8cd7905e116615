import type { Item } from './stored-item.ts';

/** What GetItem is asked. */
export interface GetItemInput {
  /** The table's name or ARN. */
  readonly TableName: string;
  readonly Key: Item;
  readonly ConsistentRead: true;
}

export interface GetItemOutput {
  readonly Item?: Item | undefined;
}

/** What BatchGetItem is asked: keys, by the table's name or ARN. */
export interface BatchGetItemInput {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: Item[]; readonly ConsistentRead: true }>>;
}

export interface BatchGetItemOutput {
  readonly Responses?: Readonly<Record<string, readonly Item[]>> | undefined;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys?: Item[] | undefined }>> | undefined;
}

/**
 * The two requests of DynamoDB that a hit makes. Each is sent once. It is sent once more, and no more, if its kept-alive
 * connection turns out to be dead. Each ends when the signal is aborted. What it throws, `toStoreFailure` reads.
 */
export interface Reads {
  /** Loads what a request needs: it is awaited before the time of a call begins to run. Default: nothing is to load. */
  readonly prepare?: () => Promise<unknown>;
  getItem(input: GetItemInput, signal: AbortSignal): Promise<GetItemOutput>;
  batchGetItem(input: BatchGetItemInput, signal: AbortSignal): Promise<BatchGetItemOutput>;
}
