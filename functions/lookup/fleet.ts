/* The time algebra of a fleet: how the clocks, a lease and a look-up's deadline depend on each other. */

/** Two clocks of the fleet differ by this at most (contract §5, promise 2). */
export const MAX_CLOCK_DIFFERENCE_MS = 500;

/** The time limits that a deployment configures. Milliseconds. */
export interface TimeLimits {
  /** The whole budget of one fetch from the upstream. */
  readonly upstreamTimeoutMs: number;
  /** After this time a call of the store counts as failed. */
  readonly storeTimeoutMs: number;
}

/** How long a lease lasts: the upstream's whole budget and the store's. Milliseconds. */
export function leaseMs({ upstreamTimeoutMs, storeTimeoutMs }: TimeLimits): number {
  return upstreamTimeoutMs + storeTimeoutMs;
}

/**
 * A look-up that waited may begin its own fetch up to one lease and this time after its start: its first and last poll
 * take time.
 */
export const LATEST_FETCH_MARGIN_MS = 500;

/** The least time that a look-up has to void a former customer's entries, unless its deadline is near. Milliseconds. */
export const MIN_VOIDING_MS = 500;

/** The time of a look-up besides another look-up's lease and its own fetch. Milliseconds. */
const DEADLINE_SLACK_MS = 1000;

/**
 * The deadline of a look-up, counted from its start: another look-up's lease, then its own fetch (contract §5, promise
 * 8). Milliseconds.
 */
export function lookupDeadlineMs(limits: TimeLimits): number {
  return deadlineMs(leaseMs(limits));
}

function deadlineMs(leaseMs: number): number {
  return 2 * leaseMs + DEADLINE_SLACK_MS;
}

/** The time limits of a look-up's policy. Milliseconds. */
export interface LookupTimes {
  readonly leaseMs: number;
  readonly storeTimeoutMs: number;
}

/**
 * A holder's fetch ends this long before its lease lapses, so that the holder can still write how it ended.
 * Milliseconds.
 */
const ENDING_MS = 100;

/**
 * While the process is busy, the fetch of a lease's holder may take this much longer than the upstream's budget. If the
 * lease lapsed before the end of the fetch, one of the waiters would ask once more, and all would wait for a second
 * fetch. Milliseconds.
 *
 * @param heldForMs how long the look-up has held the lease when the fetch begins
 */
export function holderOverrunMs(heldForMs: number, { storeTimeoutMs }: LookupTimes): number {
  return Math.max(0, storeTimeoutMs - heldForMs - ENDING_MS);
}

/**
 * The latest time after its start at which a look-up repeats a throttled write. The write and the release of the lease
 * then end by the deadline. Milliseconds.
 */
export function lastRetryMs({ leaseMs, storeTimeoutMs }: LookupTimes): number {
  return deadlineMs(leaseMs) - 2 * storeTimeoutMs;
}

/**
 * The time after its start at which a look-up begins its last operation to void a former customer's entries: two
 * leases, or MIN_VOIDING_MS from now if that is later. It is at most one lease from now, and early enough that the last
 * operation ends by the deadline. Milliseconds.
 *
 * @param elapsedMs the time since the look-up's start
 */
export function lastVoidingMs(elapsedMs: number, { leaseMs, storeTimeoutMs }: LookupTimes): number {
  const wantedMs = Math.max(2 * leaseMs, elapsedMs + MIN_VOIDING_MS);
  return Math.min(wantedMs, elapsedMs + leaseMs, deadlineMs(leaseMs) - storeTimeoutMs);
}

/**
 * An item is kept for this long after its lease, so that waiters find how the lease ended. A pause of the upstream is
 * kept for this long after its end. Milliseconds.
 */
export const LEASE_MARGIN_MS = 60_000;

/**
 * How long a customer's index is kept after its last fill or purge. It outlives every entry of the customer: the windows
 * are 30 days together at most (contract §4). Milliseconds.
 */
export const INDEX_LIFETIME_MS = 31 * 86_400_000;

/**
 * How many partitions a customer's index holds at most. Usually a customer has a few identifiers, and a few partitions.
 * The index is one item of 400 KB at most, and each fill costs writes for the whole item. The service does not store an
 * answer that would make the index longer.
 */
export const MAX_INDEXED_PARTITIONS = 5000;

/**
 * How old a read may be when an entry is served from it: a purge may have happened meanwhile. If the read is older, in
 * a batch or before a stale entry is served, the look-up reads again (contract §2). Milliseconds.
 */
export const MAX_READ_AGE_MS = 1000;
