import { describeCustomerIndexPort } from './customer-index-contract.ts';
import { describeEntriesPort } from './entries-contract.ts';
import { describeLeasesPort } from './leases-contract.ts';
import { describeMarksPort } from './marks-contract.ts';
import { describePartitionsPort } from './partitions-contract.ts';
import type { Store } from './store-under-test.ts';
import { describeUpstreamCallCountersPort } from './upstream-call-counters-contract.ts';
import { describeUpstreamPausesPort } from './upstream-pauses-contract.ts';

/**
 * The rules that every store must keep for the look-up and for invalidation: each operation, its condition and its
 * refusal.
 */
export function describeStorePort(getStore: () => Store): void {
  describeEntriesPort(getStore);
  describeLeasesPort(getStore);
  describeMarksPort(getStore);
  describeCustomerIndexPort(getStore);
  describePartitionsPort(getStore);
  describeUpstreamPausesPort(getStore);
  describeUpstreamCallCountersPort(getStore);
}
