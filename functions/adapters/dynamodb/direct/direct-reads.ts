import type { BatchGetItemInput, BatchGetItemOutput, GetItemInput, GetItemOutput, Reads } from '../reads.ts';
import { ClockOffset } from './clock-offset.ts';
import type { Connection } from './connection.ts';
import { KeepAliveClient } from './keep-alive-client.ts';
import { readReply } from './reply.ts';
import { Signer } from './signature.ts';
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
 * The reads, without the AWS SDK: a signed request each, over connections that are kept open. A hit needs no more of
 * DynamoDB, and the SDK is most of what a cold instance would load for it (docs/design.md, The read path).
 */
export class DirectReads implements Reads {
  readonly #client: KeepAliveClient;
  readonly #signer: Signer;
  readonly #clockOffset = new ClockOffset();
  readonly #path: string;
  readonly #host: string;
  readonly #now: () => number;

  /** @param now epoch milliseconds, by this machine's clock */
  constructor(connection: Connection, now: () => number = Date.now) {
    const { pathname, host } = connection.url;
    this.#client = new KeepAliveClient(connection.url);
    this.#signer = new Signer(connection);
    this.#path = pathname.endsWith('/') ? pathname : `${pathname}/`;
    this.#host = host;
    this.#now = now;
  }

  async getItem(input: GetItemInput, signal: AbortSignal): Promise<GetItemOutput> {
    const { Item }: GetItemReply = await this.ask('GetItem', input, signal);
    return { Item: Item && toItem(Item) };
  }

  async batchGetItem(input: BatchGetItemInput, signal: AbortSignal): Promise<BatchGetItemOutput> {
    const { Responses = {}, UnprocessedKeys }: BatchGetItemReply = await this.ask('BatchGetItem', input, signal);
    const items = Object.entries(Responses).map(([table, found]) => [table, found.map(toItem)] as const);
    return { Responses: Object.fromEntries(items), UnprocessedKeys };
  }

  /**
   * Sends one request.
   *
   * @param input as JSON carries it: bytes are base64
   * @throws {DynamoDbError} when DynamoDB answers with an error; the connection's error; the signal's reason
   */
  async ask(operation: string, input: object, signal: AbortSignal): Promise<object> {
    const body = JSON.stringify(input);
    const headers = {
      'content-type': 'application/x-amz-json-1.0',
      host: this.#host,
      'x-amz-target': `${API}.${operation}`,
    };
    const sentAt = this.#now();
    const signed = this.#signer.sign({ path: this.#path, headers, body }, sentAt + this.#clockOffset.ms);
    const reply = await this.#client.post(this.#path, signed, body, signal);
    this.#clockOffset.learn(reply.headers.date, sentAt, this.#now());
    return readReply(reply);
  }
}
