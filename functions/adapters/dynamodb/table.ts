import { type CacheKey, keyText } from '../../customer/request/cache-key.ts';
import { chunksOf } from '../../lookup/chunks.ts';
import { StoreUnavailableError } from '../../lookup/store-unavailable-error.ts';
import { FreeTimeDeadline } from '../free-time-deadline.ts';
import { systemClock } from '../system-clock.ts';
import { boundedCall } from './bounded-call.ts';
import type { Reads } from './reads.ts';
import { toStoreFailure } from './store-failure.ts';
import { type Item, keyAttributes, keyOfItem } from './stored-item.ts';
import { areItems, isItem } from './well-formed-item.ts';

/** How many keys DynamoDB takes in one BatchGetItem. No key may occur twice. */
const MAX_BATCH_KEYS = 100;

/** How long to wait at most before asking DynamoDB again for the keys that it left out. Milliseconds. */
const BACKOFF_MS = 20;

/** The table, and how long a call may take. */
export interface TableOptions {
  /** The table's name or ARN. */
  readonly table: string;
  /** After this time a call counts as failed. Milliseconds of free time. */
  readonly timeoutMs: number;
}

/**
 * One DynamoDB table, and the reads of a hit. Each call is one request, with a deadline that begins when it is sent.
 * Every read is strongly consistent. Every failure is a `StoreUnavailableError`.
 */
export class Table {
  /** The table's name or ARN. */
  readonly name: string;
  /** After this time a call counts as failed. Milliseconds of free time. */
  readonly timeoutMs: number;
  readonly #reads: Reads;

  constructor({ table, timeoutMs }: TableOptions, reads: Reads) {
    this.name = table;
    this.timeoutMs = timeoutMs;
    this.#reads = reads;
  }

  /** @param timeoutMs by default the table's */
  async get(key: CacheKey, timeoutMs = this.timeoutMs): Promise<Item | undefined> {
    if (this.#reads.prepare !== undefined) await this.#reads.prepare();
    const input = { TableName: this.name, Key: keyAttributes(key), ConsistentRead: true } as const;
    const { Item: item } = await boundedCall(timeoutMs, (signal) => this.#reads.getItem(input, signal));
    if (item !== undefined && !(isItem(item) && isSameKey(keyOfItem(item), key))) throw unreadable();
    return item;
  }

  /**
   * The items under these keys, by their names. A hundred keys are one request; all requests are sent at once and have
   * one deadline. If DynamoDB leaves keys out, because it throttles or a reply is over 16 MB, the table asks for them
   * once more. If a key could not be read, its result is the failure. A failure is never thrown.
   */
  async getAll(keys: readonly CacheKey[]): Promise<ReadonlyMap<string, Item | StoreUnavailableError>> {
    const distinct = [...new Map(keys.map((key) => [keyText(key), key])).values()];
    if (this.#reads.prepare !== undefined) await this.#reads.prepare();
    const deadline = new FreeTimeDeadline(this.timeoutMs);
    try {
      const read = chunksOf(distinct, MAX_BATCH_KEYS).map((chunk) => this.#getChunk(chunk, deadline.signal));
      return new Map((await Promise.all(read)).flat());
    } finally {
      deadline.clear();
    }
  }

  async #getChunk(
    keys: readonly CacheKey[],
    signal: AbortSignal,
  ): Promise<readonly (readonly [string, Item | StoreUnavailableError])[]> {
    try {
      const first = await this.#getBatch(keys.map(keyAttributes), signal);
      if (first.leftOut.length === 0) return first.items;
      const isTimeLeft = await pause(BACKOFF_MS, signal);
      const second = isTimeLeft ? await this.#getBatch(first.leftOut, signal).catch(() => undefined) : undefined;
      const { items, leftOut: unknown } = second ?? { items: [], leftOut: first.leftOut };
      const failures = unknown.map((key) => [keyText(keyOfItem(key)), unprocessed()] as const);
      return [...first.items, ...items, ...failures];
    } catch (error) {
      const failure = toStoreFailure(error, signal);
      return keys.map((key) => [keyText(key), failure]);
    }
  }

  async #getBatch(Keys: Item[], signal: AbortSignal) {
    const input = { RequestItems: { [this.name]: { Keys, ConsistentRead: true } } } as const;
    const { Responses, UnprocessedKeys } = await this.#reads.batchGetItem(input, signal);
    const items = Object.values(Responses ?? {}).flat();
    if ((!Responses && !UnprocessedKeys) || !areItems(items)) throw unreadable();
    return {
      items: items.map((item) => [keyText(keyOfItem(item)), item] as const),
      leftOut: Object.values(UnprocessedKeys ?? {}).flatMap((asked) => asked.Keys ?? []),
    };
  }
}

/** The table has asked twice for this key, so the look-up does not read again. It bypasses the cache (contract §2). */
function unprocessed(): StoreUnavailableError {
  return new StoreUnavailableError('UnprocessedKeys', { trouble: 'down' });
}

function isSameKey(one: CacheKey, other: CacheKey): boolean {
  return one.partition === other.partition && one.variant === other.variant;
}

/**
 * The failure of a reply that cannot be DynamoDB's answer to this request: it lacks a member that the answer always
 * has, has another item, or has a value that is not an item. A proxy sends such replies, or the reply belongs to
 * another request.
 */
export function unreadable(): StoreUnavailableError {
  return new StoreUnavailableError('UnreadableReply');
}

/** Waits a random time, from half of `ms` to all of it. Returns whether there is still time before the deadline. */
async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  await systemClock.sleep(ms * (0.5 + Math.random() / 2), signal);
  return !signal.aborted;
}
