import { type CacheKey, keyText } from '../../customer/request/cache-key.ts';
import { chunksOf } from '../../lookup/chunks.ts';
import { StoreUnavailableError } from '../../lookup/store-unavailable-error.ts';
import { boundedCall } from './bounded-call.ts';
import { type Item, keyAttributes, keyOfItem } from './stored-item.ts';
import { type Table, unreadable } from './table.ts';
import { type Condition, toCondition, toInput, type Update } from './update.ts';
import { areItems, isItem } from './well-formed-item.ts';
import type { BatchWriteItemOutput, QueryInput, UpdateItemInput, UpdateItemOutput, Writes } from './writes.ts';

/** How many items DynamoDB takes in one BatchWriteItem. No item may occur twice. */
const MAX_BATCH_WRITES = 25;

/** A page of a query. */
export interface QueryPage {
  readonly items: readonly Item[];
  /** The sort key after which the next page begins; undefined: there is no next page. */
  readonly next: string | undefined;
}

/** The calls to a table besides the reads of a hit. The rules of `Table` hold for each call. */
export class TableWrites {
  readonly #table: Pick<Table, 'name' | 'timeoutMs'>;
  readonly #writes: Writes;

  constructor(table: Pick<Table, 'name' | 'timeoutMs'>, writes: Writes) {
    this.#table = table;
    this.#writes = writes;
  }

  /** @returns whether the condition held */
  async put(item: Item, condition: Condition): Promise<boolean> {
    const input = { TableName: this.#table.name, Item: item, ...toCondition([condition]) };
    return this.#conditional((signal) => this.#writes.putItem(input, signal));
  }

  /** @returns whether its conditions held */
  async update(key: CacheKey, update: Update): Promise<boolean> {
    return this.#conditional((signal) => this.#writes.updateItem(this.#toInput(key, update), signal));
  }

  /** @returns the item after the update; undefined: the conditions did not hold */
  async updateAndTell(key: CacheKey, update: Update): Promise<Item | undefined> {
    const input = { ...this.#toInput(key, update), ReturnValues: 'ALL_NEW' } as const;
    let told: Item = {};
    const isUpdated = await this.#conditional(async (signal) => {
      told = itemOf(await this.#writes.updateItem(input, signal));
    });
    return isUpdated ? told : undefined;
  }

  /** Updates an item in any state, or makes it. Returns the item after the update. */
  async addUp(key: CacheKey, update: Pick<Update, 'set' | 'add'>): Promise<Item> {
    const { ConditionExpression: _none, ...input } = toInput({ ...update, conditions: [] });
    const whole = { TableName: this.#table.name, Key: keyAttributes(key), ReturnValues: 'ALL_NEW', ...input } as const;
    return itemOf(await this.#call((signal) => this.#writes.updateItem(whole, signal)));
  }

  /**
   * One page of a partition.
   * @param attributes the attributes to read of each item
   * @param after the `next` of the page before; undefined: the first page
   */
  async query(partition: string, attributes: readonly string[], after: string | undefined): Promise<QueryPage> {
    const names = Object.fromEntries(attributes.map((name) => [`#${name}`, name]));
    const input: QueryInput = {
      TableName: this.#table.name,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :partition',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':partition': { S: partition } },
      ProjectionExpression: Object.keys(names).join(', '),
      ...(after !== undefined && { ExclusiveStartKey: keyAttributes({ partition, variant: after }) }),
    };
    const page = await this.#call((signal) => this.#writes.query(input, signal));
    if (!areItems(page.Items)) throw unreadable();
    return { items: page.Items, next: page.LastEvaluatedKey?.sk?.S };
  }

  /**
   * Deletes items, twenty-five in one request, one request after the other.
   *
   * @returns the keys that DynamoDB left out, because it throttles
   */
  async deleteAll(keys: readonly CacheKey[]): Promise<readonly CacheKey[]> {
    const distinct = [...new Map(keys.map((key) => [keyText(key), key])).values()];
    const left: CacheKey[] = [];
    for (const chunk of chunksOf(distinct, MAX_BATCH_WRITES)) {
      const requests = chunk.map((key) => ({ DeleteRequest: { Key: keyAttributes(key) } }));
      const input = { RequestItems: { [this.#table.name]: requests } };
      left.push(...(await this.#call(async (signal) => keysIn(await this.#writes.batchWriteItem(input, signal)))));
    }
    return left;
  }

  #toInput(key: CacheKey, update: Update): UpdateItemInput {
    return { TableName: this.#table.name, Key: keyAttributes(key), ...toInput(update) };
  }

  /** Makes a conditional write. Returns whether its condition held. */
  async #conditional(write: (signal: AbortSignal) => Promise<unknown>): Promise<boolean> {
    try {
      await this.#call(write);
      return true;
    } catch (error) {
      if (error instanceof StoreUnavailableError && isRefusal(error.cause)) return false;
      throw error;
    }
  }

  async #call<T>(send: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return boundedCall(this.#table.timeoutMs, send);
  }
}

/** The item of an update's reply. */
function itemOf({ Attributes }: UpdateItemOutput): Item {
  const item = Attributes ?? {};
  if (!isItem(item)) throw unreadable();
  return item;
}

/** The keys that a deletion left out. */
function keysIn({ UnprocessedItems }: BatchWriteItemOutput): readonly CacheKey[] {
  if (UnprocessedItems === undefined) throw unreadable();
  return Object.values(UnprocessedItems)
    .flat()
    .map(({ DeleteRequest }) => keyOfItem(DeleteRequest?.Key ?? {}));
}

/** Whether DynamoDB says that the condition did not hold. */
function isRefusal(cause: unknown): boolean {
  return cause instanceof Error && cause.name === 'ConditionalCheckFailedException';
}
