import type { CacheEntry } from '../../functions/lookup/entry.ts';
import { type FreshnessWindows, freshnessLifetimeMs } from '../../functions/lookup/freshness.ts';

/** The times of an entry for a person. All moments are epoch milliseconds. */
export interface EntryTimes {
  readonly askedAt: number;
  /** When freshness ends. */
  readonly freshUntil: number;
  /** The end of the time in which it may be served while it is revalidated. */
  readonly staleWhileRevalidateUntil: number;
  /** The end of the time in which it may be served if the upstream fails. */
  readonly staleIfErrorUntil: number;
  /** The moment from which it is marked stale. */
  readonly markedAt: number | undefined;
}

/** The times of an entry by these windows. "Not found" is never stale, and with FRESH_SECONDS=0 every look-up asks. */
export function entryTimes(entry: CacheEntry, windows: FreshnessWindows): EntryTimes {
  const { kind, askedAt, expiresAt, staleFrom } = entry;
  const freshUntil = askedAt + freshnessLifetimeMs(entry, windows);
  const until = (windowMs: number) => Math.min(kind === 'found' ? freshUntil + windowMs : freshUntil, expiresAt);
  return {
    askedAt,
    markedAt: staleFrom,
    freshUntil: until(0),
    staleWhileRevalidateUntil: until(windows.freshForMs === 0 ? 0 : windows.staleWhileRevalidateMs),
    staleIfErrorUntil: until(windows.staleIfErrorMs),
  };
}
