import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { CacheKey } from '../../customer/request/cache-key.ts';
import type { StoredItem } from '../../lookup/entry.ts';
import type { CallerCounts } from '../../lookup/guard/caller-counts.ts';
import { lazily } from '../../lookup/lazily.ts';
import type {
  CacheStore,
  CustomerIndex,
  Entries,
  InvalidationStore,
  Leases,
  Partitions,
  UpstreamCallCounters,
  UpstreamPauses,
} from '../../lookup/ports.ts';
import { StoreUnavailableError } from '../../lookup/store-unavailable-error.ts';
import type { AwsCredentials, AwsEnvironment } from '../../settings/aws-environment.ts';
import { toConnection } from '../aws/connection.ts';
import { OPENING_TIMEOUT_MS } from './bounded-call.ts';
import { DirectReads } from './direct/direct-reads.ts';
import { DynamoDbEntries } from './entries.ts';
import type { MissPorts } from './miss-ports.ts';
import type { Reads } from './reads.ts';
import { rehearsedItem } from './rehearsed-item.ts';
import { fromItem } from './stored-item.ts';
import { Table, type TableOptions } from './table.ts';
import type { Writes } from './writes.ts';

/** A key that no entry has. A read of it opens the connection and shows whether the store answers. */
const PROBE: CacheKey = { partition: 'probe', variant: 'probe' };

/** The starting program's values for DynamoDB. A missing value comes from the environment. */
export interface StoreConfig {
  /** http or https. */
  readonly endpoint?: string;
  readonly region?: string;
  readonly credentials?: AwsCredentials;
}

/** How the store reaches its table. */
export interface CacheStoreOptions extends TableOptions {
  /**
   * How the adapter reaches DynamoDB: `direct`, with requests that it signs and sends itself, or `sdk`, with the AWS
   * SDK. It also uses the SDK if only the SDK knows DynamoDB's address or the credentials.
   */
  readonly reader: 'direct' | 'sdk';
  /** The environment's values for DynamoDB. */
  readonly aws: Pick<AwsEnvironment, 'region' | 'dynamoDbUrl' | 'credentials'>;
}

/**
 * The store, in one DynamoDB table: entries, leases, customers' indexes, partitions, the upstream's pauses and calls,
 * and the counts of callers. Each port has its own adapter; here they are one store. The code that a hit does not use
 * is loaded by the first call that needs it.
 */
export class DynamoDbCacheStore implements CacheStore, InvalidationStore, CallerCounts {
  readonly #table: Table;
  readonly #entries: Entries;
  readonly #writes: () => Promise<Writes>;
  /** Set while the store opens. */
  #rehearsal: { hasRead: boolean } | undefined;
  readonly #ports = lazily(async () => {
    const [{ createMissPorts }, writes] = await Promise.all([import('./miss-ports.ts'), this.#writes()]);
    return createMissPorts(this.#table, writes);
  });

  /** @param config the program's values for DynamoDB. Default: the environment's */
  constructor({ reader, aws, ...options }: CacheStoreOptions, config: StoreConfig = {}) {
    const direct = reader === 'direct' ? createDirectReads(aws, config) : undefined;
    const client = lazily(async () => (await import('./client.ts')).createClient(options.timeoutMs, config));
    this.#writes = direct ? () => loadDirectWrites(direct) : () => loadSdkWrites(client);
    this.#table = new Table(options, direct ?? lazySdkReads(client));
    this.#entries = new DynamoDbEntries(this.#table);
  }

  /**
   * Opens the connection by one read, so that an instance's first look-up need not open it. It never fails: if the
   * store is down, the first look-up notices it.
   * @param rehearse uses the store, before any look-up does. Each of its reads asks DynamoDB for a key that no entry
   *   has, may take as long as the opening, and returns an entry of no customer. Default: reads once
   */
  async open(rehearse: () => Promise<unknown> = async () => undefined): Promise<void> {
    const rehearsal = { hasRead: false };
    this.#rehearsal = rehearsal;
    try {
      await rehearse();
      // The rehearsal may not have read: not every look-up reads.
      if (!rehearsal.hasRead) await this.#rehearseRead(rehearsal);
    } catch {
      // The first look-up notices the failure too.
    } finally {
      this.#rehearsal = undefined;
    }
  }

  async #rehearseRead(rehearsal: { hasRead: boolean }): Promise<StoredItem> {
    rehearsal.hasRead = true;
    try {
      await this.#table.get(PROBE, Math.max(this.#table.timeoutMs, OPENING_TIMEOUT_MS));
    } catch (error) {
      // Every failure must end the rehearsed look-up. If it knew that the store throttles, it would read again, for
      // longer than the start waits, and would still run during the first request.
      throw error instanceof StoreUnavailableError ? new StoreUnavailableError(error.reason, { cause: error }) : error;
    }
    const item = fromItem(rehearsedItem(Date.now()));
    // A look-up passes the packed body on. This unpacks it too, as for callers that do not accept gzip.
    void item.entry?.body;
    return item;
  }

  /** Loads the code that a hit does not use: for a function without hits, while it starts. */
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

  /** An operation of a port that a hit does not use. The first call of any of them loads the code of all. */
  #later<Port extends keyof MissPorts, Name extends keyof MissPorts[Port]>(
    port: Port,
    name: Name,
  ): MissPorts[Port][Name] {
    const call = async (...given: unknown[]): Promise<unknown> => {
      const adapter = (await this.#ports())[port];
      return (adapter[name] as (...given: unknown[]) => unknown).apply(adapter, given);
    };
    return call as MissPorts[Port][Name];
  }

  readonly read: Entries['read'] = (key) =>
    this.#rehearsal === undefined ? this.#entries.read(key) : this.#rehearseRead(this.#rehearsal);
  readonly readAll: Entries['readAll'] = (keys) => this.#entries.readAll(keys);

  readonly takeLease: Leases['takeLease'] = this.#later('leases', 'takeLease');
  readonly writeEntry: Leases['writeEntry'] = this.#later('leases', 'writeEntry');
  readonly endLease: Leases['endLease'] = this.#later('leases', 'endLease');
  readonly dropEntry: Leases['dropEntry'] = this.#later('leases', 'dropEntry');
  readonly dropFetch: Leases['dropFetch'] = this.#later('leases', 'dropFetch');
  readonly markRevalidation: Leases['markRevalidation'] = this.#later('leases', 'markRevalidation');
  readonly takeBackMark: Leases['takeBackMark'] = this.#later('leases', 'takeBackMark');

  readonly addToIndex: CustomerIndex['addToIndex'] = this.#later('index', 'addToIndex');
  readonly fenceCustomer: CustomerIndex['fenceCustomer'] = this.#later('index', 'fenceCustomer');

  readonly listPartition: Partitions['listPartition'] = this.#later('partitions', 'listPartition');
  readonly voidFetch: Partitions['voidFetch'] = this.#later('partitions', 'voidFetch');
  readonly deleteItems: Partitions['deleteItems'] = this.#later('partitions', 'deleteItems');
  readonly markStale: Partitions['markStale'] = this.#later('partitions', 'markStale');

  readonly readPause: UpstreamPauses['readPause'] = this.#later('pauses', 'readPause');
  readonly writePause: UpstreamPauses['writePause'] = this.#later('pauses', 'writePause');
  readonly takeTurn: UpstreamPauses['takeTurn'] = this.#later('pauses', 'takeTurn');
  readonly takeProbe: UpstreamPauses['takeProbe'] = this.#later('pauses', 'takeProbe');
  readonly endPause: UpstreamPauses['endPause'] = this.#later('pauses', 'endPause');

  readonly readCounts: CallerCounts['readCounts'] = this.#later('counts', 'readCounts');
  readonly addCounts: CallerCounts['addCounts'] = this.#later('counts', 'addCounts');

  readonly takeCalls: UpstreamCallCounters['takeCalls'] = this.#later('counters', 'takeCalls');
}

/** The reads without the AWS SDK; undefined if only the SDK knows DynamoDB's address or the credentials. */
function createDirectReads(aws: CacheStoreOptions['aws'], config: StoreConfig): DirectReads | undefined {
  const connection = toConnection({
    service: 'dynamodb',
    url: config.endpoint ?? aws.dynamoDbUrl,
    region: config.region ?? aws.region,
    credentials: config.credentials ?? aws.credentials,
  });
  return connection && new DirectReads(connection);
}

async function loadDirectWrites(direct: DirectReads): Promise<Writes> {
  const { DirectWrites } = await import('./direct/direct-writes.ts');
  return new DirectWrites(direct);
}

async function loadSdkWrites(client: () => Promise<DynamoDBClient>): Promise<Writes> {
  const [{ SdkWrites }, each] = await Promise.all([import('./sdk-writes.ts'), client()]);
  return new SdkWrites(each);
}

/** The reads by the AWS SDK. The first of them loads it. */
function lazySdkReads(client: () => Promise<DynamoDBClient>): Reads {
  const loaded = lazily(async () => {
    const [{ SdkReads }, each] = await Promise.all([import('./sdk-reads.ts'), client()]);
    return new SdkReads(each);
  });
  return {
    prepare: loaded,
    getItem: async (...given) => (await loaded()).getItem(...given),
    batchGetItem: async (...given) => (await loaded()).batchGetItem(...given),
  };
}
