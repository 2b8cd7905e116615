import type { RequestDirectives } from './directives.ts';
import { type CacheEntry, MAX_FRESHNESS_CUT } from './entry.ts';

/** How long answers may be used. Milliseconds. */
export interface FreshnessWindows {
  /** A reply's freshness lifetime, counted from when the upstream was asked. 0: never fresh. */
  readonly freshForMs: number;
  /** How long after freshness an entry may be served while it is revalidated. */
  readonly staleWhileRevalidateMs: number;
  /** How long after freshness an entry may stand in for a failing upstream. */
  readonly staleIfErrorMs: number;
  /** The freshness lifetime of "not found". 0: it is never kept. */
  readonly notFoundFreshForMs: number;
}

/** An entry stamped further ahead of the clock than this comes from a broken clock, and is a miss (contract §3). */
const MAX_CLOCK_LEAD_MS = 5000;

/** What a look-up does with the entry it found. */
export type Decision =
  /** Serve it. Age and remaining freshness at this moment. */
  | { readonly use: 'hit'; readonly entry: CacheEntry; readonly ageMs: number; readonly ttlMs: number }
  /** Go forward, for this reason (RFC 9211 §2.2). */
  | { readonly use: 'forward'; readonly reason: 'miss' | 'stale' | 'request' };

/**
 * Decides by entry, directives, windows and clock; the first row that fits counts.
 *
 * | the caller says | the entry | decision |
 * |---|---|---|
 * | no-cache | any or none | forward: request |
 * | anything else | none | forward: miss |
 * | | stamped more than 5 s ahead of the clock | forward: miss |
 * | | past its own expiry | forward: miss |
 * | | not fresh | forward: stale |
 * | max-age=N | fresh, older than N | forward: request |
 * | min-fresh=N | fresh for less than N | forward: request |
 * | anything else | fresh | hit |
 *
 * @param now epoch milliseconds, at the moment of serving
 */
export function decide(
  entry: CacheEntry | undefined,
  directives: RequestDirectives,
  windows: FreshnessWindows,
  now: number,
): Decision {
  if (directives.noCache) return { use: 'forward', reason: 'request' };
  if (entry === undefined || entry.askedAt > now + MAX_CLOCK_LEAD_MS || entry.expiresAt <= now) {
    return { use: 'forward', reason: 'miss' };
  }
  const ageMs = Math.max(0, now - entry.askedAt);
  const ttlMs = freshnessLifetimeMs(entry, windows) - ageMs;
  if (ttlMs <= 0) return { use: 'forward', reason: 'stale' };
  const { maxAgeMs = Number.POSITIVE_INFINITY, minFreshMs = 0 } = directives;
  if (ageMs > maxAgeMs || ttlMs < minFreshMs) return { use: 'forward', reason: 'request' };
  return { use: 'hit', entry, ageMs, ttlMs };
}

/** How long the entry is fresh, by today's windows. */
export function freshnessLifetimeMs(
  { kind, freshnessCut }: Pick<CacheEntry, 'kind' | 'freshnessCut'>,
  windows: FreshnessWindows,
): number {
  if (kind === 'not-found') return windows.notFoundFreshForMs;
  return windows.freshForMs * (1 - Math.min(freshnessCut, MAX_FRESHNESS_CUT));
}

/** From when on an entry asked for at `askedAt` is of no use to anybody. Epoch milliseconds. */
export function expiryOf(kind: CacheEntry['kind'], askedAt: number, windows: FreshnessWindows): number {
  if (kind === 'not-found') return askedAt + windows.notFoundFreshForMs;
  return askedAt + windows.freshForMs + Math.max(windows.staleWhileRevalidateMs, windows.staleIfErrorMs);
}
