import type {
  BatchWriteItemInput,
  BatchWriteItemOutput,
  PutItemInput,
  QueryInput,
  QueryOutput,
  UpdateItemInput,
  UpdateItemOutput,
  Writes,
} from '../writes.ts';
import type { DirectReads } from './direct-reads.ts';
import { toItem, toWire, type WireItem } from './wire-item.ts';

interface UpdateItemReply {
  readonly Attributes?: WireItem;
}

interface QueryReply extends Pick<QueryOutput, 'LastEvaluatedKey'> {
  readonly Items?: readonly WireItem[];
}

/**
 * The requests that a hit does not make, without the AWS SDK. They go the same way as the reads, over the same
 * connections.
 */
export class DirectWrites implements Writes {
  readonly #requests: Pick<DirectReads, 'ask'>;

  constructor(requests: Pick<DirectReads, 'ask'>) {
    this.#requests = requests;
  }

  async putItem(input: PutItemInput, signal: AbortSignal): Promise<unknown> {
    return this.#requests.ask('PutItem', toWire(input), signal);
  }

  async updateItem(input: UpdateItemInput, signal: AbortSignal): Promise<UpdateItemOutput> {
    const { Attributes }: UpdateItemReply = await this.#requests.ask('UpdateItem', toWire(input), signal);
    return { Attributes: Attributes && toItem(Attributes) };
  }

  async query(input: QueryInput, signal: AbortSignal): Promise<QueryOutput> {
    const { Items, LastEvaluatedKey }: QueryReply = await this.#requests.ask('Query', toWire(input), signal);
    return { Items: Items?.map(toItem), LastEvaluatedKey };
  }

  async batchWriteItem(input: BatchWriteItemInput, signal: AbortSignal): Promise<BatchWriteItemOutput> {
    return this.#requests.ask('BatchWriteItem', input, signal);
  }
}
