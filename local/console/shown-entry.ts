import { fromItem, type Item, keyOfItem } from '../../functions/adapters/dynamodb/stored-item.ts';
import { type FreshnessWindows, freshnessLifetimeMs } from '../../functions/lookup/freshness.ts';
import type { LearnedSubject, LearnedSubjects } from './learned-subjects.ts';

/** An entry, for the page. It does not show the customer. All moments are epoch milliseconds. */
export interface ShownEntry extends Partial<LearnedSubject> {
  readonly partition: string;
  readonly variant: string;
  readonly api: string;
  /** The sections, flags and account of the variant: `embed=points`. */
  readonly options: readonly string[];
  readonly kind: 'found' | 'not-found';
  readonly status: number;
  readonly askedAt: number;
  /** When freshness ends. */
  readonly freshUntil: number;
  /** The end of the time in which it may be served while it is revalidated. */
  readonly staleWhileRevalidateUntil: number;
  /** The end of the time in which it may be served if the upstream fails. */
  readonly staleIfErrorUntil: number;
  /** The moment from which it is marked stale. */
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
    // The account is a keyed hash, so the page can only show that there is one.
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
