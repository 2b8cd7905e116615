import type { RequestDirectives } from './directives.ts';
import { type CacheEntry, MAX_FRESHNESS_CUT } from './entry.ts';

/** How long answers are usable. Milliseconds. */
export interface FreshnessWindows {
  /** A reply's freshness lifetime, counted from the request to the upstream. 0: never fresh. */
  readonly freshForMs: number;
  /** How long after freshness an entry may be served while it is revalidated. 0: never. */
  readonly staleWhileRevalidateMs: number;
  /** How long after freshness an entry may be served if the upstream fails. 0: never. */
  readonly staleIfErrorMs: number;
  /** The freshness lifetime of "not found". 0: it is never stored. */
  readonly notFoundFreshForMs: number;
}

/** An entry stamped further ahead of the clock than this comes from a broken clock, and is a miss (contract §3). */
export const MAX_CLOCK_LEAD_MS = 5000;

/** An entry that may be served, as it is at this moment. */
export interface Servable {
  readonly entry: CacheEntry;
  /** The time since the service asked the upstream. */
  readonly ageMs: number;
  /** The remaining freshness lifetime; negative if the answer is stale. */
  readonly ttlMs: number;
}

/** Why a stale entry is served (contract §1, Cache-Status). */
export type StaleDetail = 'stale-while-revalidate' | 'stale-if-error' | 'max-stale';

/** Why a look-up goes forward (RFC 9211 §2.2). */
export type ForwardReason = 'miss' | 'stale' | 'request';

/** The decision about the entry that a look-up found. */
export type Decision =
  /** Serve it; stale, for this reason. */
  | ({ readonly use: 'hit'; readonly detail: StaleDetail | undefined } & Servable)
  /** Go forward, for this reason. */
  | { readonly use: 'forward'; readonly reason: ForwardReason };

/**
 * Decides by the entry, the directives, the windows and the clock. The first row that fits counts. `FRESH_SECONDS=0`
 * means that every look-up asks. So stale-while-revalidate is then off: an entry would be stale at birth.
 *
 * | the caller says | the entry | decision |
 * |---|---|---|
 * | no-cache | any or none | forward: request |
 * | anything else | none | forward: miss |
 * | | stamped more than 5 s ahead of the clock | forward: miss |
 * | | past its own expiry | forward: miss |
 * | max-age=N | fresh, older than N | forward: request |
 * | min-fresh=N | fresh for less than N | forward: request |
 * | anything else | fresh | hit |
 * | | marked stale | forward: stale |
 * | | "not found" | forward: stale |
 * | no-store, min-fresh, or max-age without max-stale | stale | forward: stale |
 * | max-age=N, max-stale | stale, older than N | forward: stale |
 * | max-stale=N | stale for more than N | forward: stale |
 * | anything else | within STALE_WHILE_REVALIDATE_SECONDS, and FRESH_SECONDS is not 0 | hit: stale-while-revalidate |
 * | max-stale | stale, within STALE_IF_ERROR_SECONDS | hit: max-stale |
 * | anything else | stale | forward: stale |
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
  const servable = toServable(entry, windows, now);
  if (servable === undefined) return { use: 'forward', reason: 'miss' };
  const { ageMs, ttlMs } = servable;
  const { maxAgeMs = Number.POSITIVE_INFINITY, minFreshMs = 0 } = directives;
  if (ttlMs > 0) {
    if (ageMs > maxAgeMs || ttlMs < minFreshMs) return { use: 'forward', reason: 'request' };
    return { use: 'hit', detail: undefined, ...servable };
  }
  const detail = mayBeStale(servable, directives) ? staleDetail(-ttlMs, directives, windows) : undefined;
  return detail === undefined ? { use: 'forward', reason: 'stale' } : { use: 'hit', detail, ...servable };
}

/** Whether the caller accepts a stale answer while the upstream works. */
function mayBeStale({ entry, ageMs, ttlMs }: Servable, directives: RequestDirectives): boolean {
  if (entry.kind === 'not-found' || entry.staleFrom !== undefined) return false;
  if (directives.noStore || directives.minFreshMs !== undefined) return false;
  const { maxAgeMs, maxStaleMs } = directives;
  // RFC 9111 §5.2.1.2: a caller that sets max-stale=N wants no answer that has been stale for longer.
  if (maxStaleMs !== undefined && -ttlMs > maxStaleMs) return false;
  // RFC 9111 §5.2.1.1: a caller that sets max-age without max-stale wants no stale answer.
  return maxAgeMs === undefined || (maxStaleMs !== undefined && ageMs <= maxAgeMs);
}

function staleDetail(
  staleForMs: number,
  { maxStaleMs }: RequestDirectives,
  windows: FreshnessWindows,
): StaleDetail | undefined {
  // If FRESH_SECONDS is 0, every look-up asks the upstream.
  const isEverFresh = windows.freshForMs > 0;
  if (isEverFresh && staleForMs < windows.staleWhileRevalidateMs) return 'stale-while-revalidate';
  return maxStaleMs !== undefined && staleForMs < windows.staleIfErrorMs ? 'max-stale' : undefined;
}

/**
 * Whether a fetch that began before this look-up can give the answer. No-cache forbids it. A directive that excludes
 * every such answer forbids it too: the answer's age is more than 0 when it is read, and a part of its freshness is
 * over.
 */
export function canJoin({ noCache, maxAgeMs, minFreshMs = 0 }: RequestDirectives, windows: FreshnessWindows): boolean {
  return !noCache && maxAgeMs !== 0 && minFreshMs < windows.freshForMs;
}

/**
 * The entry, if it may be served at this moment because the upstream fails or is too slow. It must hold a customer, and
 * must be within STALE_IF_ERROR_SECONDS (or the caller's stale-if-error, if that is shorter). Otherwise undefined. A
 * fresh entry that the caller's max-age or min-fresh excludes counts as stale for 0 seconds. A caller that said
 * no-cache or no-store never gets an entry in this way.
 */
export function toStandIn(
  entry: CacheEntry | undefined,
  directives: RequestDirectives,
  windows: FreshnessWindows,
  now: number,
): Servable | undefined {
  if (directives.noCache || directives.noStore) return undefined;
  const servable = toServable(entry, windows, now);
  if (servable === undefined || servable.entry.kind !== 'found') return undefined;
  const limitMs = Math.min(windows.staleIfErrorMs, directives.staleIfErrorMs ?? Number.POSITIVE_INFINITY);
  return Math.max(0, -servable.ttlMs) < limitMs ? servable : undefined;
}

/** The entry with its age and remaining freshness, unless it may not be used at all. */
function toServable(entry: CacheEntry | undefined, windows: FreshnessWindows, now: number): Servable | undefined {
  if (entry === undefined || entry.askedAt > now + MAX_CLOCK_LEAD_MS || entry.expiresAt <= now) return undefined;
  const ageMs = Math.max(0, now - entry.askedAt);
  const lifetimeTtlMs = freshnessLifetimeMs(entry, windows) - ageMs;
  // A marked entry is stale, even if the moment of the mark is in the future by our clock.
  const ttlMs = entry.staleFrom === undefined ? lifetimeTtlMs : Math.min(lifetimeTtlMs, entry.staleFrom - now, 0);
  // At the moment when its freshness ends, the entry is already stale. A stale answer has a negative ttl.
  return { entry, ageMs, ttlMs: ttlMs > 0 ? ttlMs : Math.min(ttlMs, -1) };
}

/** How long the entry is fresh, by the present windows. */
export function freshnessLifetimeMs(
  { kind, freshnessCut }: Pick<CacheEntry, 'kind' | 'freshnessCut'>,
  windows: FreshnessWindows,
): number {
  if (kind === 'not-found') return windows.notFoundFreshForMs;
  return windows.freshForMs * (1 - Math.min(freshnessCut, MAX_FRESHNESS_CUT));
}

/** The moment from which an entry is never used, if the upstream was asked for it at `askedAt`. Epoch milliseconds. */
export function expiryOf(kind: CacheEntry['kind'], askedAt: number, windows: FreshnessWindows): number {
  if (kind === 'not-found') return askedAt + windows.notFoundFreshForMs;
  return askedAt + windows.freshForMs + Math.max(windows.staleWhileRevalidateMs, windows.staleIfErrorMs);
}
