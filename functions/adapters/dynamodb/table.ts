import { setTimeout as sleep } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type CacheKey, nameOf } from '../../customer/cache-key.ts';
import { StoreUnavailableError } from '../../lookup/ports.ts';
import { FreeTimeDeadline } from '../free-time-deadline.ts';
import { toStoreFailure } from './store-failure.ts';
import { type Item, keyAttributes, keyOf } from './stored-item.ts';
import { type Condition, toCondition, toInput, type Update } from './update.ts';

/** How many keys DynamoDB takes in one BatchGetItem, and how many items in one BatchWriteItem. Each stands there once. */
const MAX_BATCH_KEYS = 100;
const MAX_BATCH_WRITES = 25;

/** How long to wait at most before DynamoDB is asked again for what it left out. Milliseconds. */
const BACKOFF_MS = 20;

export interface TableOptions {
  /** The table's name or ARN. */
  readonly table: string;
  /** After which a call counts as failed. Milliseconds of free time. */
  readonly timeoutMs: number;
}

/** A page of a query. */
export interface QueryPage {
  readonly items: readonly Item[];
  /** The sort key after which the next page begins; undefined: there is none. */
  readonly next: string | undefined;
}

/**
 * One DynamoDB table. Each call is one request, bound by a deadline that begins when it is sent. Every read is strongly
 * consistent. Every failure is a `StoreUnavailableError`.
 */
export class Table {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #timeoutMs: number;

  constructor({ table, timeoutMs }: TableOptions, client: DynamoDBClient) {
    this.#client = client;
    this.#name = table;
    this.#timeoutMs = timeoutMs;
  }

  /** @param timeoutMs by default the table's */
  async get(key: CacheKey, timeoutMs = this.#timeoutMs): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#name, Key: keyAttributes(key), ConsistentRead: true });
    return (await this.#call((deadline) => this.#client.send(command, deadline), timeoutMs)).Item;
  }

  /**
   * What there is under these keys, by their names. A hundred keys are one request; all requests are sent at once and have
   * one deadline. What DynamoDB leaves out, because it throttles or a reply is over 16 MB, is asked for once more. A key
   * that could not be read has the failure. Never throws one.
   */
  async getAll(keys: readonly CacheKey[]): Promise<ReadonlyMap<string, Item | StoreUnavailableError>> {
    const distinct = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
    const deadline = new FreeTimeDeadline(this.#timeoutMs);
    try {
      const read = chunksOf(distinct, MAX_BATCH_KEYS).map((chunk) => this.#getChunk(chunk, deadline.signal));
      return new Map((await Promise.all(read)).flat());
    } finally {
      deadline.clear();
    }
  }

  /** @returns whether the condition held */
  async put(item: Item, condition: Condition): Promise<boolean> {
    const command = new PutItemCommand({ TableName: this.#name, Item: item, ...toCondition([condition]) });
    return this.#conditional((deadline) => this.#client.send(command, deadline));
  }

  /** @returns whether its conditions held */
  async update(key: CacheKey, update: Update): Promise<boolean> {
    const command = new UpdateItemCommand({ TableName: this.#name, Key: keyAttributes(key), ...toInput(update) });
    return this.#conditional((deadline) => this.#client.send(command, deadline));
  }

  /**
   * One page of a partition.
   *
   * @param attributes what is asked of each item
   * @param after the `next` of the page before; undefined: the first page
   */
  async query(partition: string, attributes: readonly string[], after: string | undefined): Promise<QueryPage> {
    const names = Object.fromEntries(attributes.map((name) => [`#${name}`, name]));
    const command = new QueryCommand({
      TableName: this.#name,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :partition',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':partition': { S: partition } },
      ProjectionExpression: Object.keys(names).join(', '),
      ...(after !== undefined && { ExclusiveStartKey: keyAttributes({ partition, variant: after }) }),
    });
    const page = await this.#call((deadline) => this.#client.send(command, deadline));
    return { items: page.Items ?? [], next: page.LastEvaluatedKey?.sk?.S };
  }

  /**
   * Deletes items, twenty-five in one request, one request after the other.
   *
   * @returns the keys that DynamoDB left out, because it throttles
   */
  async deleteAll(keys: readonly CacheKey[]): Promise<readonly CacheKey[]> {
    const distinct = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
    const left: CacheKey[] = [];
    for (const chunk of chunksOf(distinct, MAX_BATCH_WRITES)) {
      const requests = chunk.map((key) => ({ DeleteRequest: { Key: keyAttributes(key) } }));
      const command = new BatchWriteItemCommand({ RequestItems: { [this.#name]: requests } });
      const { UnprocessedItems = {} } = await this.#call((deadline) => this.#client.send(command, deadline));
      left.push(
        ...Object.values(UnprocessedItems)
          .flat()
          .map(({ DeleteRequest }) => keyOf(DeleteRequest?.Key ?? {})),
      );
    }
    return left;
  }

  async #getChunk(
    keys: readonly CacheKey[],
    abortSignal: AbortSignal,
  ): Promise<readonly (readonly [string, Item | StoreUnavailableError])[]> {
    const deadline = { abortSignal };
    try {
      const first = await this.#getBatch(keys.map(keyAttributes), deadline);
      if (first.leftOut.length === 0) return first.items;
      const isTimeLeft = await pause(BACKOFF_MS, deadline);
      const second = isTimeLeft ? await this.#getBatch(first.leftOut, deadline).catch(() => undefined) : undefined;
      const { items, leftOut: unknown } = second ?? { items: [], leftOut: first.leftOut };
      const failures = unknown.map((key) => [nameOf(keyOf(key)), unprocessed()] as const);
      return [...first.items, ...items, ...failures];
    } catch (error) {
      const failure = toStoreFailure(error, abortSignal);
      return keys.map((key) => [nameOf(key), failure]);
    }
  }

  async #getBatch(Keys: Item[], deadline: Deadline) {
    const command = new BatchGetItemCommand({ RequestItems: { [this.#name]: { Keys, ConsistentRead: true } } });
    const { Responses = {}, UnprocessedKeys = {} } = await this.#client.send(command, deadline);
    const items = Object.values(Responses).flat();
    return {
      items: items.map((item) => [nameOf(keyOf(item)), item] as const),
      leftOut: Object.values(UnprocessedKeys).flatMap((asked) => asked.Keys ?? []),
    };
  }

  /** Makes a conditional write; answers whether its condition held. */
  async #conditional(write: (deadline: Deadline) => Promise<unknown>): Promise<boolean> {
    try {
      await this.#call(write);
      return true;
    } catch (error) {
      if (error instanceof StoreUnavailableError && error.cause instanceof ConditionalCheckFailedException)
        return false;
      throw error;
    }
  }

  /** Makes a call, bound by its time. */
  async #call<T>(call: (deadline: Deadline) => Promise<T>, timeoutMs = this.#timeoutMs): Promise<T> {
    const deadline = new FreeTimeDeadline(timeoutMs);
    try {
      return await call({ abortSignal: deadline.signal });
    } catch (error) {
      throw toStoreFailure(error, deadline.signal);
    } finally {
      deadline.clear();
    }
  }
}

/** Bounds a request of the client. */
interface Deadline {
  readonly abortSignal: AbortSignal;
}

function unprocessed(): StoreUnavailableError {
  return new StoreUnavailableError('UnprocessedKeys', { trouble: 'throttled' });
}

/** Waits a while, jittered: half of this time to all of it. Returns whether the deadline has not passed. */
async function pause(ms: number, { abortSignal }: Deadline): Promise<boolean> {
  return sleep(ms * (0.5 + Math.random() / 2), true, { signal: abortSignal }).catch(() => false);
}

function chunksOf<T>(values: readonly T[], size: number): readonly T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}
