import type { Item } from './stored-item.ts';

/** The input of GetItem. */
export interface GetItemInput {
  /** The table's name or ARN. */
  readonly TableName: string;
  readonly Key: Item;
  readonly ConsistentRead: true;
}

/** The output of GetItem. `Item` is absent if the table has no such item. */
export interface GetItemOutput {
  readonly Item?: Item | undefined;
}

/** The input of BatchGetItem: keys, by the table's name or ARN. */
export interface BatchGetItemInput {
  readonly RequestItems: Readonly<Record<string, { readonly Keys: Item[]; readonly ConsistentRead: true }>>;
}

/** The output of BatchGetItem: the found items, and the keys to ask for again. */
export interface BatchGetItemOutput {
  readonly Responses?: Readonly<Record<string, readonly Item[]>> | undefined;
  readonly UnprocessedKeys?: Readonly<Record<string, { readonly Keys?: Item[] | undefined }>> | undefined;
}

/**
 * The two requests of DynamoDB that a hit makes. Each is sent once, and only once more if its kept-alive connection is
 * dead. Each ends when the signal is aborted. `toStoreFailure` reads its errors.
 */
export interface Reads {
  /**
   * Loads the code of a request. A call waits for it before its time begins to run. Default: there is nothing to load.
   */
  readonly prepare?: () => Promise<unknown>;
  getItem(input: GetItemInput, signal: AbortSignal): Promise<GetItemOutput>;
  batchGetItem(input: BatchGetItemInput, signal: AbortSignal): Promise<BatchGetItemOutput>;
}
