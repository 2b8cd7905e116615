import { fromItem, type Item, keyOfItem } from '../../functions/adapters/dynamodb/stored-item.ts';
import { NO_DIRECTIVES } from '../../functions/lookup/directives.ts';
import type { CacheEntry, LeaseOutcome, StoredItem } from '../../functions/lookup/entry.ts';
import { decide, type FreshnessWindows, type StaleDetail, toStandIn } from '../../functions/lookup/freshness.ts';
import { type EntryTimes, entryTimes } from './entry-times.ts';
import { shownOptions } from './shown-options.ts';

/** The decision of a look-up without directives about an entry at this moment. */
export type Verdict =
  /** It is served. */
  | { readonly use: 'hit'; readonly detail: StaleDetail | undefined }
  /** It asks the upstream, for this reason; and whether the entry may be served if the upstream fails. */
  | { readonly use: 'forward'; readonly because: NotServedReason; readonly mayStandIn: boolean };

/**
 * Why an entry is not served.
 *
 * - `no-entry`: there is no readable entry
 * - `another-projection`: another PROFILE_FIELDS made it, so no look-up of this deployment finds it
 * - `clock-ahead`: it is stamped further ahead of the clock than clocks differ
 * - `expired`: it is past every window
 * - `marked-stale`: an event marked it
 * - `not-found-over`: "not found" is never served stale
 * - `stale`: it is past STALE_WHILE_REVALIDATE_SECONDS
 */
export type NotServedReason =
  | 'no-entry'
  | 'another-projection'
  | 'clock-ahead'
  | 'expired'
  | 'marked-stale'
  | 'not-found-over'
  | 'stale';

/** A variant of a look-up in the store, without the customer. All moments are epoch milliseconds. */
export interface PeekedVariant {
  readonly api: string;
  /**
   * Sections, flags and account: `embed=points`. Free texts of the caller are keyed hashes, so only their names are
   * shown.
   */
  readonly options: readonly string[];
  /** Undefined: there is none. */
  readonly entry: PeekedEntry | undefined;
  readonly verdict: Verdict;
  /** The end of the lease of a look-up that may be fetching it; undefined: there is no lease. */
  readonly fetchedUntil: number | undefined;
  /** How the last fetch ended, if it stored nothing; undefined: it stored the entry, or nothing is known. */
  readonly lastOutcome: PeekedOutcome | undefined;
  /** The time until which no look-up asks for a revalidation, because one was asked for or failed. */
  readonly revalidationHeldUntil: number | undefined;
}

/** An entry, without what it holds. */
export interface PeekedEntry extends EntryTimes {
  readonly kind: CacheEntry['kind'];
  readonly status: number;
  readonly bodyBytes: number;
}

/** The outcome of a fetch, without its answer. */
export interface PeekedOutcome {
  readonly kind: LeaseOutcome['kind'];
  /** Why nothing was stored, or how the upstream failed. */
  readonly why?: string;
}

/** The windows and projections of the deployment that the entries belong to. */
export interface PeekOptions {
  readonly windows: FreshnessWindows;
  /** The ends of this deployment's variants, from its projections: `fields=…`. */
  readonly projections: readonly string[];
}

/** @param now epoch milliseconds */
export function peekVariant(item: Item, { windows, projections }: PeekOptions, now: number): PeekedVariant {
  const stored = fromItem(item);
  const { entry, lease, outcome, revalidation } = stored;
  const parts = keyOfItem(item).variant.split(';');
  const [api = '', ...options] = parts.slice(0, -1);
  const isOurs = projections.includes(parts.at(-1) ?? '');
  return {
    api,
    options: shownOptions(options),
    entry: entry && toPeekedEntry(entry, windows),
    verdict: isOurs
      ? verdictOf(stored, windows, now)
      : { use: 'forward', because: 'another-projection', mayStandIn: false },
    fetchedUntil: lease !== undefined && lease.until > now ? lease.until : undefined,
    lastOutcome: outcome && toPeekedOutcome(outcome),
    revalidationHeldUntil: revalidation !== undefined && revalidation.until > now ? revalidation.until : undefined,
  };
}

/**
 * Judges as the look-up itself does; the first row that fits counts.
 *
 * | the entry | verdict |
 * |---|---|
 * | none | forward: no-entry |
 * | may be served, fresh or while it is revalidated | hit |
 * | stamped ahead of the clock | forward: clock-ahead |
 * | past every window | forward: expired |
 * | marked stale | forward: marked-stale |
 * | "not found" | forward: not-found-over |
 * | anything else | forward: stale |
 */
function verdictOf({ entry }: StoredItem, windows: FreshnessWindows, now: number): Verdict {
  if (entry === undefined) return { use: 'forward', because: 'no-entry', mayStandIn: false };
  const decision = decide(entry, NO_DIRECTIVES, windows, now);
  if (decision.use === 'hit') return { use: 'hit', detail: decision.detail };
  const mayStandIn = toStandIn(entry, NO_DIRECTIVES, windows, now) !== undefined;
  const because = (reason: NotServedReason): Verdict => ({ use: 'forward', because: reason, mayStandIn });
  if (decision.reason === 'miss') return because(entry.expiresAt <= now ? 'expired' : 'clock-ahead');
  if (entry.kind === 'not-found') return because('not-found-over');
  if (entry.staleFrom !== undefined) return because('marked-stale');
  return because(mayStandIn ? 'stale' : 'expired');
}

function toPeekedEntry(entry: CacheEntry, windows: FreshnessWindows): PeekedEntry {
  const { kind, status, body } = entry;
  return { kind, status, bodyBytes: Buffer.byteLength(body), ...entryTimes(entry, windows) };
}

function toPeekedOutcome(outcome: LeaseOutcome): PeekedOutcome {
  const { kind } = outcome;
  switch (kind) {
    case 'failed':
      return { kind, why: outcome.failure };
    case 'not-stored':
      return { kind, ...(outcome.why !== undefined && { why: outcome.why }) };
    default:
      return { kind };
  }
}
