import { BatchGetItemCommand, type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { BatchGetItemInput, BatchGetItemOutput, GetItemInput, GetItemOutput, Reads } from './reads.ts';

/** The reads, by the AWS SDK. */
export class SdkReads implements Reads {
  readonly #client: DynamoDBClient;

  constructor(client: DynamoDBClient) {
    this.#client = client;
  }

  async getItem(input: GetItemInput, abortSignal: AbortSignal): Promise<GetItemOutput> {
    return this.#client.send(new GetItemCommand(input), { abortSignal });
  }

  async batchGetItem(input: BatchGetItemInput, abortSignal: AbortSignal): Promise<BatchGetItemOutput> {
    return this.#client.send(new BatchGetItemCommand({ ...input }), { abortSignal });
  }
}
