import { fromItem, type Item, keyOfItem } from '../../functions/adapters/dynamodb/stored-item.ts';
import { type FreshnessWindows, freshnessLifetimeMs } from '../../functions/lookup/freshness.ts';
import type { LearnedSubject, LearnedSubjects } from './learned-subjects.ts';

/** An entry, as the page shows it: about which customer cannot be read from it. All moments are epoch milliseconds. */
export interface ShownEntry extends Partial<LearnedSubject> {
  readonly partition: string;
  readonly variant: string;
  readonly api: string;
  /** What the variant says of sections, flags and account: `embed=points`. */
  readonly options: readonly string[];
  readonly kind: 'found' | 'not-found';
  readonly status: number;
  readonly askedAt: number;
  /** When freshness ends. */
  readonly freshUntil: number;
  /** Until when it may be served while it is revalidated. */
  readonly staleWhileRevalidateUntil: number;
  /** Until when it may stand in for a failing upstream. */
  readonly staleIfErrorUntil: number;
  /** Since when it is marked stale. */
  readonly markedAt: number | undefined;
  /** Bytes of the reply as stored, and as served. */
  readonly storedBytes: number;
  readonly bodyBytes: number;
  readonly isBeingFetched: boolean;
}

/** The entry of an item; undefined if it holds none. */
export function showEntry(
  item: Item,
  windows: FreshnessWindows,
  subjects: Pick<LearnedSubjects, 'of'>,
): ShownEntry | undefined {
  const { entry, lease } = fromItem(item);
  if (entry === undefined) return undefined;
  const { partition, variant } = keyOfItem(item);
  const [api = '', ...options] = variant.split(';').filter((part) => !part.startsWith('fields='));
  const freshUntil = entry.askedAt + freshnessLifetimeMs(entry, windows);
  const isStaleEver = entry.kind === 'found';
  const until = (windowMs: number) => Math.min(isStaleEver ? freshUntil + windowMs : freshUntil, entry.expiresAt);
  return {
    ...subjects.of(partition),
    partition,
    variant,
    api,
    // The account is a keyed hash: that there is one is all that can be said.
    options: options.map((option) => option.replace(/^(account|filters)=.*/, '$1')),
    kind: entry.kind,
    status: entry.status,
    askedAt: entry.askedAt,
    freshUntil: Math.min(freshUntil, entry.expiresAt),
    staleWhileRevalidateUntil: until(windows.staleWhileRevalidateMs),
    staleIfErrorUntil: until(windows.staleIfErrorMs),
    markedAt: entry.staleFrom,
    storedBytes: item.body?.B?.length ?? 0,
    bodyBytes: Buffer.byteLength(entry.body),
    isBeingFetched: lease !== undefined && lease.until > Date.now(),
  };
}
