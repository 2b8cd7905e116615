import type { Connection } from '../../aws/connection.ts';
import { readReply } from '../../aws/reply.ts';
import { SignedRequests } from '../../aws/signed-requests.ts';
import type { BatchGetItemInput, BatchGetItemOutput, GetItemInput, GetItemOutput, Reads } from '../reads.ts';
import { toItem, type WireItem } from './wire-item.ts';

/** The version of DynamoDB's API, as its requests name it. */
const API = 'DynamoDB_20120810';

interface GetItemReply {
  readonly Item?: WireItem;
}

interface BatchGetItemReply extends Pick<BatchGetItemOutput, 'UnprocessedKeys'> {
  readonly Responses?: Readonly<Record<string, readonly WireItem[]>>;
}

/**
 * The reads, without the AWS SDK: each is a signed request, over connections that stay open. A hit makes no other
 * request to DynamoDB, and the SDK is most of the code that a cold instance would load for it (docs/design.md, The read
 * path).
 */
export class DirectReads implements Reads {
  readonly #requests: SignedRequests;

  /** @param now epoch milliseconds, by this machine's clock */
  constructor(connection: Connection, now?: () => number) {
    this.#requests = new SignedRequests(connection, now);
  }

  async getItem(input: GetItemInput, signal: AbortSignal): Promise<GetItemOutput> {
    const { Item }: GetItemReply = await this.ask('GetItem', input, signal);
    return { Item: Item && toItem(Item) };
  }

  async batchGetItem(input: BatchGetItemInput, signal: AbortSignal): Promise<BatchGetItemOutput> {
    const { Responses, UnprocessedKeys }: BatchGetItemReply = await this.ask('BatchGetItem', input, signal);
    const items = Responses && Object.entries(Responses).map(([table, found]) => [table, found.map(toItem)] as const);
    return { Responses: items && Object.fromEntries(items), UnprocessedKeys };
  }

  /**
   * Sends one request.
   * @param input in JSON form: bytes are base64
   * @throws {ServiceError} if DynamoDB answers with an error; the connection's error; the signal's reason
   */
  async ask(operation: string, input: object, signal: AbortSignal): Promise<object> {
    const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `${API}.${operation}` };
    const request = { headers, body: JSON.stringify(input) };
    return readReply(await this.#requests.post(request, signal), 'DynamoDB');
  }
}
