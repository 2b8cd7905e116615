import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
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
  type LeaseEnd,
  type RevalidationMark,
  type StoredItem,
} from '../../lookup/entry.ts';
import { INDEX_LIFETIME_MS, LEASE_MARGIN_MS, MAX_CLOCK_DIFFERENCE_MS } from '../../lookup/fleet.ts';
import {
  type CacheStore,
  type InvalidationStore,
  type PartitionPage,
  type StoreTrouble,
  StoreUnavailableError,
  type UpstreamPause,
} from '../../lookup/ports.ts';
import { reconnectOnce } from '../reused-connection.ts';
import {
  ENTRY_ATTRIBUTES,
  fromItem,
  type Item,
  keyAttributes,
  keyOf,
  LEASE_ATTRIBUTES,
  LISTED_ATTRIBUTES,
  MARK_ATTRIBUTES,
  markAttributes,
  number,
  OUTCOME_DETAILS,
  outcomeAttributes,
  toItem,
  toNumber,
  toPartitionItem,
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

const indexKey = (customer: string): CacheKey => ({ partition: `customer#${customer}`, variant: 'index' });
const pauseKey = (api: Api): CacheKey => ({ partition: 'upstream', variant: `pause;${api}` });

/** How many keys DynamoDB takes in one BatchGetItem. It refuses a key that stands twice. */
const MAX_BATCH_KEYS = 100;
/** How many items DynamoDB takes in one BatchWriteItem. */
const MAX_BATCH_WRITES = 25;

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

  async readAll(keys: readonly CacheKey[]): Promise<readonly (StoredItem | StoreUnavailableError)[]> {
    const distinct = [...new Map(keys.map((key) => [nameOf(key), key])).values()];
    const batches = await this.#getAll(chunksOf(distinct, MAX_BATCH_KEYS));
    const read = new Map<string, StoredItem | StoreUnavailableError>();
    for (const { items, unprocessed } of batches) {
      for (const item of items) read.set(nameOf(keyOf(item)), fromItem(item));
      for (const key of unprocessed) read.set(nameOf(keyOf(key)), unprocessedKeys());
    }
    return keys.map((key) => read.get(nameOf(key)) ?? EMPTY_ITEM);
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
    { token, until }: Lease,
    { outcome, revalidation, endsEntry = false }: LeaseEnd,
  ): Promise<boolean> {
    const set = {
      ...outcomeAttributes(outcome),
      ...(revalidation !== undefined && markAttributes(revalidation)),
      // What is left is of use to those who wait, and no longer for as long as the entry was.
      ...(endsEntry && { expiresAt: ttl(until + LEASE_MARGIN_MS) }),
    };
    const former = OUTCOME_DETAILS.filter((name) => !(name in set));
    return this.#updateIf(key, {
      set,
      remove: [...LEASE_ATTRIBUTES, ...former, ...(endsEntry ? ENTRY_ATTRIBUTES : [])],
      conditions: [same('leaseToken', { S: token })],
    });
  }

  async dropEntry(key: CacheKey, { version }: StoredItem): Promise<boolean> {
    if (version === undefined) return false;
    return this.#updateIf(key, { remove: ENTRY_ATTRIBUTES, conditions: [same('version', { S: version })] });
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

  async takeBackMark(
    key: CacheKey,
    { until, backoffMs }: RevalidationMark,
    previous: RevalidationMark | undefined,
  ): Promise<boolean> {
    return this.#updateIf(key, {
      ...(previous === undefined ? { remove: MARK_ATTRIBUTES } : { set: markAttributes(previous) }),
      conditions: [same('revalidationUntil', number(until)), same('revalidationBackoffMs', number(backoffMs))],
    });
  }

  async addToIndex(customer: string, partition: string, askedAt: number): Promise<boolean> {
    return this.#updateIf(indexKey(customer), {
      add: { partitions: { SS: [partition] } },
      set: { expiresAt: ttl(askedAt + INDEX_LIFETIME_MS) },
      conditions: [absentOrLess('invalidatedAt', askedAt - MAX_CLOCK_DIFFERENCE_MS)],
    });
  }

  async readPause(api: Api): Promise<UpstreamPause | undefined> {
    return toPause(await this.#get(pauseKey(api)));
  }

  async writePause(api: Api, { until, since }: Pick<UpstreamPause, 'until' | 'since'>): Promise<void> {
    await this.#updateIf(pauseKey(api), {
      set: {
        ...{ until: number(until), since: number(since), turns: number(0), probedAt: number(since) },
        expiresAt: ttl(until + LEASE_MARGIN_MS),
      },
      conditions: [absentOrLess('until', until)],
    });
  }

  async takeTurn(api: Api, until: number, atMost: number): Promise<boolean> {
    return this.#updateIf(pauseKey(api), {
      add: { turns: number(1) },
      conditions: [same('until', number(until)), absentOrLess('turns', atMost)],
    });
  }

  async takeProbe(api: Api, until: number, probedAt: number, now: number): Promise<boolean> {
    return this.#updateIf(pauseKey(api), {
      set: { probedAt: number(now) },
      conditions: [same('until', number(until)), same('probedAt', number(probedAt))],
    });
  }

  async endPause(api: Api, until: number, now: number): Promise<void> {
    await this.#updateIf(pauseKey(api), {
      set: { until: number(now) },
      conditions: [same('until', number(until))],
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

  async listPartition(partition: string, after?: string): Promise<PartitionPage> {
    const names = Object.fromEntries(LISTED_ATTRIBUTES.map((name) => [`#${name}`, name]));
    const command = new QueryCommand({
      TableName: this.#table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :partition',
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: { ':partition': { S: partition } },
      ProjectionExpression: Object.keys(names).join(', '),
      ...(after !== undefined && { ExclusiveStartKey: keyAttributes({ partition, variant: after }) }),
    });
    const page = await this.#call((deadline) => this.#client.send(command, deadline));
    return {
      items: (page.Items ?? []).map((item) => toPartitionItem(partition, item)),
      next: page.LastEvaluatedKey?.sk?.S,
    };
  }

  async deleteItems(keys: readonly CacheKey[]): Promise<void> {
    for (const batch of chunksOf(keys, MAX_BATCH_WRITES)) {
      const requests = batch.map((key) => ({ DeleteRequest: { Key: keyAttributes(key) } }));
      const command = new BatchWriteItemCommand({ RequestItems: { [this.#table]: requests } });
      const { UnprocessedItems = {} } = await this.#call((deadline) => this.#client.send(command, deadline));
      if (Object.keys(UnprocessedItems).length > 0) {
        throw new StoreUnavailableError('UnprocessedItems', { trouble: 'throttled' });
      }
    }
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

  /** What there is under the keys of these batches. */
  async #getAll(batches: readonly CacheKey[][]): Promise<readonly ReadBatch[]> {
    // Once one request has failed the call has, and the others must not run on into whatever the instance does next.
    const ended = new AbortController();
    const read = this.#call(({ abortSignal }) => {
      const deadline = { abortSignal: AbortSignal.any([abortSignal, ended.signal]) };
      return Promise.all(batches.map((batch) => this.#getBatch(batch, deadline)));
    });
    return read.finally(() => ended.abort());
  }

  /** What there is under these keys, a hundred at most, in no order. */
  async #getBatch(keys: readonly CacheKey[], deadline: Deadline): Promise<ReadBatch> {
    const asked = { Keys: keys.map(keyAttributes), ConsistentRead: true };
    const command = new BatchGetItemCommand({ RequestItems: { [this.#table]: asked } });
    const { Responses = {}, UnprocessedKeys = {} } = await this.#client.send(command, deadline);
    return {
      items: Object.values(Responses).flat(),
      unprocessed: Object.values(UnprocessedKeys).flatMap(({ Keys = [] }) => Keys),
    };
  }

  async #updateIf(key: CacheKey, update: Update): Promise<boolean> {
    const command = new UpdateItemCommand({ TableName: this.#table, Key: keyAttributes(key), ...toInput(update) });
    return this.#conditional((deadline) => this.#client.send(command, deadline));
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
    const abortSignal = AbortSignal.timeout(timeoutMs);
    try {
      return await call({ abortSignal });
    } catch (error) {
      throw unavailable(error, abortSignal);
    }
  }
}

/** What one BatchGetItem gave. */
interface ReadBatch {
  readonly items: readonly Item[];
  /** The keys that it left out, throttled or over the 16 MB of one reply: what is under them is unknown. */
  readonly unprocessed: readonly Item[];
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

function toPause(item: Item = {}): UpstreamPause | undefined {
  const until = toNumber(item.until);
  if (until === undefined) return undefined;
  const since = toNumber(item.since) ?? until;
  return { until, since, turns: toNumber(item.turns) ?? 0, probedAt: toNumber(item.probedAt) ?? since };
}

function unprocessedKeys(): StoreUnavailableError {
  return new StoreUnavailableError('UnprocessedKeys', { trouble: 'throttled' });
}

/** The names of errors with which DynamoDB says that it throttles: the table, the account or this request. */
const THROTTLING = /Throttl|^ProvisionedThroughputExceeded|^RequestLimitExceeded|^TooManyRequests/;

function unavailable(error: unknown, deadline: AbortSignal): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  // The code says more than the name where there is one: the SDK calls a reset a TimeoutError, Node a refusal an Error.
  const reason = error instanceof Error ? (systemCode(error) ?? error.name) : 'unknown';
  return new StoreUnavailableError(reason, { cause: error, trouble: troubleOf(error, reason, deadline) });
}

function troubleOf(error: unknown, reason: string, deadline: AbortSignal): StoreTrouble {
  const { $metadata } = (error ?? {}) as { $metadata?: { httpStatusCode?: number } };
  if (THROTTLING.test(reason) || $metadata?.httpStatusCode === 429) return 'throttled';
  return deadline.aborted || reason === 'TimeoutError' || reason === 'ETIMEDOUT' ? 'late' : 'down';
}

/** The operating system's code of an error, such as `ECONNREFUSED`. */
function systemCode(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
