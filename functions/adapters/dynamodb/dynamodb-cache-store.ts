import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CacheKey } from '../../customer/request/cache-key.ts';
import { lazily } from '../../lookup/lazily.ts';
import type {
  CacheStore,
  CustomerIndex,
  Entries,
  InvalidationStore,
  Leases,
  Partitions,
  UpstreamPauses,
} from '../../lookup/ports.ts';
import { createClient, OPENING_TIMEOUT_MS } from './client.ts';
import { DynamoDbEntries } from './entries.ts';
import { Table, type TableOptions } from './table.ts';

/** A key that no entry has: asked for to open the connection and to see whether the store answers. */
const PROBE: CacheKey = { partition: 'probe', variant: 'probe' };

/**
 * The store, in one DynamoDB table: entries, leases, customers' indexes, partitions and the upstream's pauses. Each port
 * has an adapter of its own; here they are one store, and one connection. What a hit does not use is loaded by the first
 * call that does.
 */
export class DynamoDbCacheStore implements CacheStore, InvalidationStore {
  readonly #table: Table;
  readonly #timeoutMs: number;
  readonly #entries: Entries;
  readonly #ports = lazily(async () => {
    const { createMissPorts } = await import('./miss-ports.ts');
    return createMissPorts(this.#table);
  });

  constructor(options: TableOptions, client: DynamoDBClient = createClient(options.timeoutMs)) {
    this.#table = new Table(options, client);
    this.#timeoutMs = options.timeoutMs;
    this.#entries = new DynamoDbEntries(this.#table);
  }

  /**
   * Opens the connection, so that the first look-up of an instance does not pay for it. Never fails: a store that is
   * down is the look-up's to find out.
   */
  async open(): Promise<void> {
    await this.#table.get(PROBE, Math.max(this.#timeoutMs, OPENING_TIMEOUT_MS)).catch(() => undefined);
  }

  /** Loads what a hit does not use: for a function that has no hits, while it starts. */
  async load(): Promise<void> {
    await this.#ports();
  }

  /** Whether the store answers. */
  async isAnswering(): Promise<boolean> {
    return this.#table.get(PROBE).then(
      () => true,
      () => false,
    );
  }

  readonly read: Entries['read'] = (key) => this.#entries.read(key);
  readonly readAll: Entries['readAll'] = (keys) => this.#entries.readAll(keys);

  readonly takeLease: Leases['takeLease'] = async (...given) => (await this.#ports()).leases.takeLease(...given);
  readonly writeEntry: Leases['writeEntry'] = async (...given) => (await this.#ports()).leases.writeEntry(...given);
  readonly endLease: Leases['endLease'] = async (...given) => (await this.#ports()).leases.endLease(...given);
  readonly dropEntry: Leases['dropEntry'] = async (...given) => (await this.#ports()).leases.dropEntry(...given);
  readonly markRevalidation: Leases['markRevalidation'] = async (...given) =>
    (await this.#ports()).leases.markRevalidation(...given);
  readonly takeBackMark: Leases['takeBackMark'] = async (...given) =>
    (await this.#ports()).leases.takeBackMark(...given);

  readonly addToIndex: CustomerIndex['addToIndex'] = async (...given) =>
    (await this.#ports()).index.addToIndex(...given);
  readonly fenceCustomer: CustomerIndex['fenceCustomer'] = async (...given) =>
    (await this.#ports()).index.fenceCustomer(...given);

  readonly listPartition: Partitions['listPartition'] = async (...given) =>
    (await this.#ports()).partitions.listPartition(...given);
  readonly deleteItems: Partitions['deleteItems'] = async (...given) =>
    (await this.#ports()).partitions.deleteItems(...given);
  readonly markStale: Partitions['markStale'] = async (...given) =>
    (await this.#ports()).partitions.markStale(...given);

  readonly readPause: UpstreamPauses['readPause'] = async (...given) =>
    (await this.#ports()).pauses.readPause(...given);
  readonly writePause: UpstreamPauses['writePause'] = async (...given) =>
    (await this.#ports()).pauses.writePause(...given);
  readonly takeTurn: UpstreamPauses['takeTurn'] = async (...given) => (await this.#ports()).pauses.takeTurn(...given);
  readonly takeProbe: UpstreamPauses['takeProbe'] = async (...given) =>
    (await this.#ports()).pauses.takeProbe(...given);
  readonly endPause: UpstreamPauses['endPause'] = async (...given) => (await this.#ports()).pauses.endPause(...given);
}
