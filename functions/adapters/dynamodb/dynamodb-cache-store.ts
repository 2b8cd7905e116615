import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { CacheKey } from '../../customer/cache-key.ts';
import type { CacheEntry } from '../../lookup/entry.ts';
import { type CacheStore, StoreUnavailableError } from '../../lookup/ports.ts';
import { fromItem, keyAttributes, toItem } from './entry-item.ts';

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

/** An entry stamped this much later than one being written comes from a broken clock and may be replaced. */
const MAX_CLOCK_LEAD_MS = 5000;

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

/**
 * The errors of requests whose kept-alive connection turned out to be closed. The SDK does not tell which request was the
 * first on its connection; Node does, on a channel of its own, with the very error that the SDK then meets.
 */
const closedConnections = new WeakSet<object>();
subscribe('http.client.request.error', (message) => {
  const { request, error } = message as { readonly request: ClientRequest; readonly error: Error };
  if (request.reusedSocket && /^(ECONNRESET|EPIPE)$/.test(systemCode(error) ?? '')) closedConnections.add(error);
});

/**
 * Sends a request once more, within the same deadline, when its kept-alive connection turns out to be closed. The store
 * closes idle connections, which an instance that was frozen for minutes finds out by its next request: without this,
 * the first look-up of every thawed instance would be a bypass. Nothing else is sent twice. The store may have carried
 * the lost request out: reads and conditional writes bear that.
 */
function reconnectOnce(client: DynamoDBClient): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (!closedConnections.has(error as object)) throw error;
        return next(args);
      }
    },
    // Next to the connection: what is sent again is the signed request itself.
    { name: 'reconnectOnce', step: 'deserialize', priority: 'low', override: true },
  );
}

/** Entries in a DynamoDB table, one item each. Every read is strongly consistent. */
export class DynamoDbCacheStore implements CacheStore {
  readonly #client: DynamoDBClient;
  readonly #table: string;
  readonly #timeoutMs: number;

  constructor({ table, timeoutMs }: DynamoDbCacheStoreOptions, client = new DynamoDBClient(clientConfig(timeoutMs))) {
    reconnectOnce(client);
    this.#client = client;
    this.#table = table;
    this.#timeoutMs = timeoutMs;
  }

  async read(key: CacheKey): Promise<CacheEntry | undefined> {
    return fromItem(await this.#get(key, this.#timeoutMs));
  }

  async write(key: CacheKey, entry: CacheEntry): Promise<boolean> {
    const item = toItem(key, entry);
    if (item === undefined) return false;
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: item,
      ConditionExpression: 'attribute_not_exists(askedAt) OR askedAt < :askedAt OR askedAt > :brokenClock',
      ExpressionAttributeValues: {
        ':askedAt': { N: String(entry.askedAt) },
        ':brokenClock': { N: String(entry.askedAt + MAX_CLOCK_LEAD_MS) },
      },
    });
    try {
      await this.#client.send(command, { abortSignal: AbortSignal.timeout(this.#timeoutMs) });
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw unavailable(error);
    }
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
    return this.#get(PROBE, this.#timeoutMs).then(
      () => true,
      () => false,
    );
  }

  async #get(key: CacheKey, timeoutMs: number) {
    const command = new GetItemCommand({ TableName: this.#table, Key: keyAttributes(key), ConsistentRead: true });
    try {
      return (await this.#client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) })).Item;
    } catch (error) {
      throw unavailable(error);
    }
  }
}

function unavailable(error: unknown): StoreUnavailableError {
  // The code says more than the name where there is one: the SDK calls a reset a TimeoutError, Node a refusal an Error.
  const reason = error instanceof Error ? (systemCode(error) ?? error.name) : 'unknown';
  return new StoreUnavailableError(reason, { cause: error });
}

/** The operating system's code of an error, such as `ECONNREFUSED`. */
function systemCode(error: Error): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
