import type { CallerCounts } from '../../lookup/guard/caller-counts.ts';
import type { CustomerIndex, Leases, Partitions, UpstreamCallCounters, UpstreamPauses } from '../../lookup/ports.ts';
import { DynamoDbCallerCounts } from './caller-counts.ts';
import { DynamoDbCustomerIndex } from './customer-index.ts';
import { DynamoDbLeases } from './leases.ts';
import { DynamoDbPartitions } from './partitions.ts';
import type { Table } from './table.ts';
import { TableWrites } from './table-writes.ts';
import { DynamoDbUpstreamCallCounters } from './upstream-call-counters.ts';
import { DynamoDbUpstreamPauses } from './upstream-pauses.ts';
import type { Writes } from './writes.ts';

/** The ports that a hit does not use. */
export interface MissPorts {
  readonly leases: Leases;
  readonly index: CustomerIndex;
  readonly partitions: Partitions;
  readonly pauses: UpstreamPauses;
  readonly counts: CallerCounts;
  readonly counters: UpstreamCallCounters;
}

/** Makes these ports over one table. @param requests the requests that a hit does not make */
export function createMissPorts(table: Table, requests: Writes): MissPorts {
  const writes = new TableWrites(table, requests);
  return {
    leases: new DynamoDbLeases(writes),
    index: new DynamoDbCustomerIndex(table, writes),
    partitions: new DynamoDbPartitions(writes),
    pauses: new DynamoDbUpstreamPauses(table, writes),
    counts: new DynamoDbCallerCounts(table, writes),
    counters: new DynamoDbUpstreamCallCounters(writes),
  };
}
