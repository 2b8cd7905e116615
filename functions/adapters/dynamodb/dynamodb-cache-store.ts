import {
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { type CacheKey, nameOf } from '../../customer/cache-key.ts';
import type { Api } from '../../customer/canonical-request.ts';
import {
  type CacheEntry,
  EMPTY_ITEM,
  type Lease,
  type LeaseOutcome,
  type RevalidationMark,
  type StoredItem,
} from '../../lookup/entry.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../lookup/fleet.ts';
import {
  type CacheStore,
  type InvalidationStore,
  type PartitionItem,
  StoreUnavailableError,
} from '../../lookup/ports.ts';
import { reconnectOnce } from '../reused-connection.ts';
import {
  fromItem,
  type Item,
  keyAttributes,
  keyOf,
  LEASE_ATTRIBUTES,
  markAttributes,
  number,
  outcomeAttributes,
  toItem,
  toNumber,
  ttl,
} from './stored-item.ts';
import { absentOrLess, exists, same, toInput, type Update } from './update.ts';

export interface DynamoDbCacheStoreOptions {
  /** The table's name or ARN. */
  readonly table: string;
  /** After which a call counts as failed. Milliseconds. */
  readonly timeoutMs: number;
}

/** How long an instance's first call may take: it opens the connection, during init (contract §4, CACHE_TIMEOUT_MS). */
export const OPENING_TIMEOUT_MS = 1000;

/** A key that no entry has: asked for to open the connection and to see whether the store answers. */
const PROBE: CacheKey = { partition: 'probe', variant: 'probe' };

/**
 * The client's attempts and time-outs, all explicit: by default the SDK makes four attempts and waits for ever.
 *
 * `requestTimeout` alone only warns, a stalled body needs `socketTimeout`, and a trickled body beats them all: these are
 * the backstop behind the deadline (an AbortSignal) that every call carries.
 */
export function clientConfig(timeoutMs: number): DynamoDBClientConfig {
  const backstopMs = Math.max(timeoutMs, OPENING_TIMEOUT_MS);
  return {
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: backstopMs,
      requestTimeout: backstopMs,
      throwOnRequestTimeout: true,
      socketTimeout: backstopMs,
    },
  };
}

/** A customer's index outlives every entry of it: the windows are 30 days together at most (contract §4). */
const INDEX_LIFETIME_MS = 31 * 86_400_000;
/** How much longer than its lease an item is kept, so that those who wait find how it ended. */
const LEASE_MARGIN_MS = 60_000;

const indexKey = (customer: string): CacheKey => ({ partition: `customer#${customer}`, variant: 'index' });
const pauseKey = (api: Api): CacheKey => ({ partition: 'upstream', variant: `pause;${api}` });

/** How many keys DynamoDB takes in one BatchGetItem. It refuses a key that stands twice. */
const MAX_BATCH_KEYS = 100;

/** Entries, leases, customers' indexes and the upstream's pauses in one DynamoDB table. Every read is consistent. */
export class DynamoDbCacheStore implements CacheStore, InvalidationStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #timeoutMs: number;

  constructor({ table, timeoutMs }: DynamoDbCacheStoreOptions, client = new DynamoDBClient(clientConfig(timeoutMs))) {
    reconnectOnce(client);
    this.#client = client;
    this.#table = table;
    this.#timeoutMs = timeoutMs;
  }

  async read(key: CacheKey): Promise<StoredItem> {
    return fromItem(await this.#get(key));
  }

  async readAll(keys: readonly CacheKey[]): Promise<readonly StoredItem[]> {
    const distinct = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
    const items = await this.#getAll(chunksOf(distinct, MAX_BATCH_KEYS));
    const stored = new Map(items.map((item) => [nameOf(keyOf(item)), fromItem(item)]));
    return keys.map((key) => stored.get(nameOf(key)) ?? EMPTY_ITEM);
  }

  async takeLease(key: CacheKey, seen: StoredItem, lease: Lease): Promise<boolean> {
    const entryExpiresAt = seen.entry?.expiresAt ?? 0;
    return this.#updateIf(key, {
      set: {
        leaseToken: { S: lease.token },
        leaseUntil: number(lease.until),
        leaseMs: number(lease.durationMs),
        expiresAt: ttl(Math.max(entryExpiresAt, lease.until + LEASE_MARGIN_MS)),
      },
      conditions: [same('version', text(seen.version)), same('leaseToken', text(seen.lease?.token))],
    });
  }

  async writeEntry(key: CacheKey, { token }: Lease, entry: CacheEntry): Promise<'written' | 'lost' | 'too-large'> {
    const item = toItem(key, entry, token);
    if (item === undefined) return 'too-large';
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: item,
      ConditionExpression: 'leaseToken = :token',
      ExpressionAttributeValues: { ':token': { S: token } },
    });
    const isWritten = await this.#conditional((deadline) => this.#client.send(command, deadline));
    return isWritten ? 'written' : 'lost';
  }

  async endLease(
    key: CacheKey,
    { token }: Lease,
    outcome: LeaseOutcome,
    revalidation: RevalidationMark | undefined,
  ): Promise<boolean> {
    return this.#updateIf(key, {
      set: { ...outcomeAttributes(outcome), ...(revalidation !== undefined && markAttributes(revalidation)) },
      remove: LEASE_ATTRIBUTES,
      conditions: [same('leaseToken', { S: token })],
    });
  }

  async markRevalidation(key: CacheKey, seen: StoredItem, mark: RevalidationMark): Promise<boolean> {
    const seenUntil = seen.revalidation?.until;
    return this.#updateIf(key, {
      set: markAttributes(mark),
      conditions: [
        same('version', text(seen.version)),
        same('leaseToken', text(seen.lease?.token)),
        same('revalidationUntil', seenUntil === undefined ? undefined : number(seenUntil)),
      ],
    });
  }

  async addToIndex(customer: string, partition: string, askedAt: number): Promise<boolean> {
    return this.#updateIf(indexKey(customer), {
      add: { partitions: { SS: [partition] } },
      set: { expiresAt: ttl(askedAt + INDEX_LIFETIME_MS) },
      conditions: [absentOrLess('invalidatedAt', askedAt - MAX_CLOCK_DIFFERENCE_MS)],
    });
  }

  async readPause(api: Api): Promise<number | undefined> {
    return toNumber((await this.#get(pauseKey(api)))?.until);
  }

  async writePause(api: Api, until: number): Promise<void> {
    await this.#updateIf(pauseKey(api), {
      set: { until: number(until), expiresAt: ttl(until + LEASE_MARGIN_MS) },
      conditions: [absentOrLess('until', until)],
    });
  }

  async fenceCustomer(customer: string, at: number): Promise<readonly string[]> {
    const key = indexKey(customer);
    await this.#updateIf(key, {
      set: { invalidatedAt: number(at), expiresAt: ttl(at + INDEX_LIFETIME_MS) },
      conditions: [absentOrLess('invalidatedAt', at)],
    });
    return (await this.#get(key))?.partitions?.SS ?? [];
  }

  async listPartition(partition: string): Promise<readonly PartitionItem[]> {
    const items: PartitionItem[] = [];
    let startKey: Item | undefined;
    do {
      const command: QueryCommand = new QueryCommand({
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :partition',
        ExpressionAttributeNames: { '#version': 'version' },
        ExpressionAttributeValues: { ':partition': { S: partition } },
        ProjectionExpression: 'sk, #version',
        ...(startKey !== undefined && { ExclusiveStartKey: startKey }),
      });
      const page = await this.#call((deadline) => this.#client.send(command, deadline));
      for (const { sk, version } of page.Items ?? []) {
        items.push({ key: { partition, variant: sk?.S ?? '' }, hasEntry: version !== undefined });
      }
      startKey = page.LastEvaluatedKey;
    } while (startKey !== undefined);
    return items;
  }

  async deleteItem(key: CacheKey): Promise<void> {
    const command = new DeleteItemCommand({ TableName: this.#table, Key: keyAttributes(key) });
    await this.#call((deadline) => this.#client.send(command, deadline));
  }

  async markStale(key: CacheKey, at: number): Promise<void> {
    await this.#updateIf(key, {
      set: { staleFrom: number(at) },
      remove: LEASE_ATTRIBUTES,
      conditions: [exists()],
    });
  }

  /**
   * Opens the connection, so that the first look-up of an instance does not pay for it. Never fails: a store that is
   * down is the look-up's to find out.
   */
  async open(): Promise<void> {
    await this.#get(PROBE, Math.max(this.#timeoutMs, OPENING_TIMEOUT_MS)).catch(() => undefined);
  }

  /** Whether the store answers. */
  async isAnswering(): Promise<boolean> {
    return this.#get(PROBE).then(
      () => true,
      () => false,
    );
  }

  async #get(key: CacheKey, timeoutMs = this.#timeoutMs): Promise<Item | undefined> {
    const command = new GetItemCommand({ TableName: this.#table, Key: keyAttributes(key), ConsistentRead: true });
    return (await this.#call((deadline) => this.#client.send(command, deadline), timeoutMs)).Item;
  }

  /** What there is under the keys of these batches, in no order. */
  async #getAll(batches: readonly CacheKey[][]): Promise<readonly Item[]> {
    // Once one request has failed the call has, and the others must not run on into whatever the instance does next.
    const ended = new AbortController();
    const items = this.#call(({ abortSignal }) => {
      const deadline = { abortSignal: AbortSignal.any([abortSignal, ended.signal]) };
      return Promise.all(batches.map((batch) => this.#getBatch(batch, deadline)));
    });
    return (await items.finally(() => ended.abort())).flat();
  }

  /** What there is under these keys, a hundred at most, in no order. */
  async #getBatch(keys: readonly CacheKey[], deadline: Deadline): Promise<readonly Item[]> {
    const asked = { Keys: keys.map(keyAttributes), ConsistentRead: true };
    const command = new BatchGetItemCommand({ RequestItems: { [this.#table]: asked } });
    const { Responses = {}, UnprocessedKeys = {} } = await this.#client.send(command, deadline);
    // Those that it left out, throttled or over the 16 MB of one reply, are unknown: they are no misses.
    if (Object.keys(UnprocessedKeys).length > 0) throw new StoreUnavailableError('UnprocessedKeys');
    return Object.values(Responses).flat();
  }

  async #updateIf(key: CacheKey, update: Update): Promise<boolean> {
    const command = new UpdateItemCommand({ TableName: this.#table, Key: keyAttributes(key), ...toInput(update) });
    return this.#conditional((deadline) => this.#client.send(command, deadline));
  }

  /** Makes a conditional write; answers whether its condition held. */
  async #conditional(write: (deadline: Deadline) => Promise<unknown>): Promise<boolean> {
    try {
      await write({ abortSignal: AbortSignal.timeout(this.#timeoutMs) });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw unavailable(error);
    }
  }

  /** Makes a call that is bound by nothing but its time. */
  async #call<T>(call: (deadline: Deadline) => Promise<T>, timeoutMs = this.#timeoutMs): Promise<T> {
    try {
      return await call({ abortSignal: AbortSignal.timeout(timeoutMs) });
    } catch (error) {
      throw unavailable(error);
    }
  }
}

/** Bounds a call of the client. */
interface Deadline {
  readonly abortSignal: AbortSignal;
}

function text(value: string | undefined) {
  return value === undefined ? undefined : { S: value };
}

function chunksOf<T>(values: readonly T[], size: number): readonly T[][] {
  return Array.from({ length: Math.ceil(values.length / size) }, (_, index) =>
    values.slice(index * size, (index + 1) * size),
  );
}

function unavailable(error: unknown): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  // The code says more than the name where there is one: the SDK calls a reset a TimeoutError, Node a refusal an Error.
  const reason = error instanceof Error ? (systemCode(error) ?? error.name) : 'unknown';
  return new StoreUnavailableError(reason, { cause: error });
}

/** The operating system's code of an error, such as `ECONNREFUSED`. */
function systemCode(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
