import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CacheKey } from '../../customer/cache-key.ts';
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
import { DynamoDbCustomerIndex } from './customer-index.ts';
import { DynamoDbEntries } from './entries.ts';
import { DynamoDbLeases } from './leases.ts';
import { DynamoDbPartitions } from './partitions.ts';
import { Table, type TableOptions } from './table.ts';
import { DynamoDbUpstreamPauses } from './upstream-pauses.ts';

/** A key that no entry has: asked for to open the connection and to see whether the store answers. */
const PROBE: CacheKey = { partition: 'probe', variant: 'probe' };

/**
 * The store, in one DynamoDB table: entries, leases, customers' indexes, partitions and the upstream's pauses. Each port
 * has an adapter of its own; here they are one store, and one connection.
 */
export class DynamoDbCacheStore implements CacheStore, InvalidationStore {
  readonly #table: Table;
  readonly #timeoutMs: number;
  readonly read: Entries['read'];
  readonly readAll: Entries['readAll'];
  readonly takeLease: Leases['takeLease'];
  readonly writeEntry: Leases['writeEntry'];
  readonly endLease: Leases['endLease'];
  readonly dropEntry: Leases['dropEntry'];
  readonly markRevalidation: Leases['markRevalidation'];
  readonly takeBackMark: Leases['takeBackMark'];
  readonly addToIndex: CustomerIndex['addToIndex'];
  readonly fenceCustomer: CustomerIndex['fenceCustomer'];
  readonly listPartition: Partitions['listPartition'];
  readonly deleteItems: Partitions['deleteItems'];
  readonly markStale: Partitions['markStale'];
  readonly readPause: UpstreamPauses['readPause'];
  readonly writePause: UpstreamPauses['writePause'];
  readonly takeTurn: UpstreamPauses['takeTurn'];
  readonly takeProbe: UpstreamPauses['takeProbe'];
  readonly endPause: UpstreamPauses['endPause'];

  constructor(options: TableOptions, client: DynamoDBClient = createClient(options.timeoutMs)) {
    const table = new Table(options, client);
    this.#table = table;
    this.#timeoutMs = options.timeoutMs;
    const entries = new DynamoDbEntries(table);
    this.read = entries.read.bind(entries);
    this.readAll = entries.readAll.bind(entries);
    const leases = new DynamoDbLeases(table);
    this.takeLease = leases.takeLease.bind(leases);
    this.writeEntry = leases.writeEntry.bind(leases);
    this.endLease = leases.endLease.bind(leases);
    this.dropEntry = leases.dropEntry.bind(leases);
    this.markRevalidation = leases.markRevalidation.bind(leases);
    this.takeBackMark = leases.takeBackMark.bind(leases);
    const index = new DynamoDbCustomerIndex(table);
    this.addToIndex = index.addToIndex.bind(index);
    this.fenceCustomer = index.fenceCustomer.bind(index);
    const partitions = new DynamoDbPartitions(table);
    this.listPartition = partitions.listPartition.bind(partitions);
    this.deleteItems = partitions.deleteItems.bind(partitions);
    this.markStale = partitions.markStale.bind(partitions);
    const pauses = new DynamoDbUpstreamPauses(table);
    this.readPause = pauses.readPause.bind(pauses);
    this.writePause = pauses.writePause.bind(pauses);
    this.takeTurn = pauses.takeTurn.bind(pauses);
    this.takeProbe = pauses.takeProbe.bind(pauses);
    this.endPause = pauses.endPause.bind(pauses);
  }

  /**
   * Opens the connection, so that the first look-up of an instance does not pay for it. Never fails: a store that is
   * down is the look-up's to find out.
   */
  async open(): Promise<void> {
    await this.#table.get(PROBE, Math.max(this.#timeoutMs, OPENING_TIMEOUT_MS)).catch(() => undefined);
  }

  /** Whether the store answers. */
  async isAnswering(): Promise<boolean> {
    return this.#table.get(PROBE).then(
      () => true,
      () => false,
    );
  }
}
