/** The memory of a function, unless its environment says otherwise. MB. */
export const MEMORY_MB = 512;

/**
 * How long a warm function runs at that memory, in milliseconds: the medians of docs/benchmarks/memory.md. The upstream takes
 * `upstream` in those measurements.
 */
export const MEASURED_MS = {
  upstream: 200,
  hit: 4,
  stale: 6,
  miss: 220,
  revalidation: 216,
  joinedHit: 13,
  joinedMiss: 236,
  batchOf100Hits: 84,
  batchOf100Misses: 2723,
} as const;

/** The average content of a request. The counts may be fractions. */
export interface RequestContent {
  readonly lookups: number;
  /** Misses, and look-ups that find no customer. */
  readonly fetched: number;
  readonly stale: number;
  /** The share of all look-ups that join sections of v1.1. 0 to 1. */
  readonly joined: number;
}

const { hit, stale, miss, revalidation, joinedHit, joinedMiss, batchOf100Hits, batchOf100Misses } = MEASURED_MS;

/** The time of each further look-up of a batch: a line through one look-up and a hundred. */
const FURTHER_HIT_MS = (batchOf100Hits - hit) / 99;
const FURTHER_MISS_MS = (batchOf100Misses - miss) / 99;

/** How long a request runs. The look-ups of a request wait for the upstream together. Milliseconds. */
export function requestMs({ lookups, fetched, stale: staleHits, joined }: RequestContent, upstreamMs: number): number {
  // The chance that at least one look-up of the request waits.
  const waits = lookups === 0 ? 0 : 1 - (1 - fetched / lookups) ** lookups;
  const waitMs = miss - hit - MEASURED_MS.upstream + upstreamMs;
  const joinMs = joined * ((lookups - fetched) * (joinedHit - hit) + fetched * (joinedMiss - miss));
  return (
    hit +
    (lookups - 1) * FURTHER_HIT_MS +
    waits * waitMs +
    Math.max(0, fetched - waits) * (FURTHER_MISS_MS - FURTHER_HIT_MS) +
    staleHits * (stale - hit) +
    joinMs
  );
}

/** How long a revalidation runs. Milliseconds. */
export function revalidationMs(upstreamMs: number): number {
  return revalidation - MEASURED_MS.upstream + upstreamMs;
}
