import { fromItem, type Item, keyOfItem } from '../../functions/adapters/dynamodb/stored-item.ts';
import type { FreshnessWindows } from '../../functions/lookup/freshness.ts';
import { type EntryTimes, entryTimes } from '../peek/entry-times.ts';
import { shownOptions } from '../peek/shown-options.ts';
import type { LearnedSubject, LearnedSubjects } from './learned-subjects.ts';

/** An entry, for the page. It does not show the customer. */
export interface ShownEntry extends Partial<LearnedSubject>, EntryTimes {
  readonly partition: string;
  readonly variant: string;
  readonly api: string;
  /** The sections, flags and account of the variant: `embed=points`. */
  readonly options: readonly string[];
  readonly kind: 'found' | 'not-found';
  readonly status: number;
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
  return {
    ...subjects.of(partition),
    partition,
    variant,
    api,
    options: shownOptions(options),
    kind: entry.kind,
    status: entry.status,
    ...entryTimes(entry, windows),
    storedBytes: item.body?.B?.length ?? 0,
    bodyBytes: Buffer.byteLength(entry.body),
    isBeingFetched: lease !== undefined && lease.until > Date.now(),
  };
}
