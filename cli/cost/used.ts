/**
 * The outcomes of a look-up that differ in cost. A miss and a look-up that finds no customer ask the upstream at once.
 */
export const OUTCOMES = ['hit', 'stale', 'miss', 'notFound'] as const;
/** A kind of look-up, by what it costs. */
export type Outcome = (typeof OUTCOMES)[number];

/** The use of DynamoDB and of the upstream by one look-up. The use of a stale hit includes its revalidation. */
export interface Used {
  /** Read request units, of strongly consistent reads. */
  readonly reads: number;
  /** Write request units. */
  readonly writes: number;
  /**
   * Upstream calls. Before each call an instance reads whether the upstream pauses, unless it has read that within the
   * last second.
   */
  readonly upstreamCalls: number;
}

/**
 * Counted, not estimated: test/acceptance/cost.test.ts asks DynamoDB (`ReturnConsumedCapacity`) for the service's use
 * with a profile of 4 KB of JSON. Its item takes one write unit. A joined look-up has a half of each API.
 */
export const USED: Readonly<Record<Outcome, { readonly alone: Used; readonly joined: Used }>> = {
  hit: {
    alone: { reads: 1, writes: 0, upstreamCalls: 0 },
    joined: { reads: 2, writes: 0, upstreamCalls: 0 },
  },
  // The mark, the lease and the new entry are written to one item, and cost 1 each. The customer's index costs 1. Two
  // halves need two revalidations.
  stale: {
    alone: { reads: 2, writes: 4, upstreamCalls: 1 },
    joined: { reads: 4, writes: 8, upstreamCalls: 2 },
  },
  // Lease 1, the customer's index 1, entry 1.
  miss: {
    alone: { reads: 1, writes: 3, upstreamCalls: 1 },
    joined: { reads: 2, writes: 6, upstreamCalls: 2 },
  },
  // Lease 1, entry 1.
  notFound: {
    alone: { reads: 1, writes: 2, upstreamCalls: 1 },
    joined: { reads: 2, writes: 4, upstreamCalls: 2 },
  },
};

/** The write units of a lease on an item that does not exist yet. */
export const UNITS_OF_LEASE = 1;
