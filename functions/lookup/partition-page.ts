import type { CacheKey } from '../customer/request/cache-key.ts';
import type { LeaseState } from './entry.ts';

/** Some of a partition's items. */
export interface PartitionPage {
  readonly items: readonly PartitionItem[];
  /** Where the next page begins; undefined: this was the last one. */
  readonly next: string | undefined;
}

/** An item as `listPartition` shows it. */
export interface PartitionItem {
  readonly key: CacheKey;
  /** Whether it holds an entry. */
  readonly hasEntry: boolean;
  /** Whether its entry is marked stale. */
  readonly isMarked: boolean;
  /** Its lease, even if it has lapsed: a fill may be in progress. Undefined: there is none. */
  readonly lease: LeaseState | undefined;
  /** Whether it says how a lease ended. */
  readonly hasOutcome: boolean;
  /** The keyed hashes of its entry's customer, under each secret that the entry names. */
  readonly customers: readonly string[];
}
