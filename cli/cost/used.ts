/** How a look-up ends, as far as it costs something else. A miss and a look-up that finds no customer ask the upstream at once. */
export const OUTCOMES = ['hit', 'stale', 'miss', 'notFound'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a look-up uses of DynamoDB and of the upstream. A stale hit's includes its revalidation. */
export interface Used {
  /** Read request units, of strongly consistent reads. */
  readonly reads: number;
  /** Write request units. */
  readonly writes: number;
  /** Before each of them an instance reads once whether the upstream pauses, unless it has within the last second. */
  readonly upstreamCalls: number;
}

/**
 * Counted, not estimated: test/acceptance/cost.test.ts asks DynamoDB (`ReturnConsumedCapacity`) what the service uses for a
 * profile of 4 KB of JSON. Its item takes two write units. A joined look-up has a half of each API.
 */
export const USED: Readonly<Record<Outcome, { readonly alone: Used; readonly joined: Used }>> = {
  hit: {
    alone: { reads: 1, writes: 0, upstreamCalls: 0 },
    joined: { reads: 2, writes: 0, upstreamCalls: 0 },
  },
  // The mark and the lease are written to the item of the entry, and cost as much as the entry. Two halves, two revalidations.
  stale: {
    alone: { reads: 2, writes: 7, upstreamCalls: 1 },
    joined: { reads: 4, writes: 14, upstreamCalls: 2 },
  },
  // Lease 1, the customer's index 1, entry 2.
  miss: {
    alone: { reads: 1, writes: 4, upstreamCalls: 1 },
    joined: { reads: 2, writes: 8, upstreamCalls: 2 },
  },
  // Lease 1, entry 1.
  notFound: {
    alone: { reads: 1, writes: 2, upstreamCalls: 1 },
    joined: { reads: 2, writes: 4, upstreamCalls: 2 },
  },
};

/** The write units of a lease for which there is no item yet. */
export const UNITS_OF_LEASE = 1;
