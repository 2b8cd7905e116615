import {
  BatchWriteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type {
  BatchWriteItemInput,
  BatchWriteItemOutput,
  PutItemInput,
  QueryInput,
  QueryOutput,
  UpdateItemInput,
  UpdateItemOutput,
  Writes,
} from './writes.ts';

/** The requests that a hit does not make, by the AWS SDK. */
export class SdkWrites implements Writes {
  readonly #client: DynamoDBClient;

  constructor(client: DynamoDBClient) {
    this.#client = client;
  }

  async putItem(input: PutItemInput, abortSignal: AbortSignal): Promise<unknown> {
    return this.#client.send(new PutItemCommand(input), { abortSignal });
  }

  async updateItem(input: UpdateItemInput, abortSignal: AbortSignal): Promise<UpdateItemOutput> {
    return this.#client.send(new UpdateItemCommand(input), { abortSignal });
  }

  async query(input: QueryInput, abortSignal: AbortSignal): Promise<QueryOutput> {
    return this.#client.send(new QueryCommand(input), { abortSignal });
  }

  async batchWriteItem(input: BatchWriteItemInput, abortSignal: AbortSignal): Promise<BatchWriteItemOutput> {
    return this.#client.send(new BatchWriteItemCommand(input), { abortSignal });
  }
}
