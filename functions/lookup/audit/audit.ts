import type { CanonicalRequest } from '../../customer/request/canonical-request.ts';
import { NO_DIRECTIVES, type RequestDirectives } from '../directives.ts';
import type { CacheEntry, StoredItem } from '../entry.ts';
import { keyOf, type Lookup, type LookupPolicy } from '../lookup-policy.ts';
import type { LookupResult, ServedReply } from '../lookup-result.ts';
import type { Clock, Entries } from '../ports.ts';
import { isHeldBack } from '../revalidation.ts';
import { StoreUnavailableError } from '../store-unavailable-error.ts';
import { APPEARED, type AuditOutcome, type AuditRequest, GONE, type SkipReason } from './audit-words.ts';
import { differingSections } from './differing-sections.ts';

/** If an event comes later than this after its hit, the audit compares nothing. Milliseconds. */
export const MAX_LATE_MS = 10_000;

/** What an audit reaches. */
export interface AuditPorts {
  readonly lookup: Lookup;
  /** Undefined: the cache is off, and the audit compares nothing. */
  readonly store: Pick<Entries, 'read'> | undefined;
  readonly clock: Pick<Clock, 'now' | 'monotonicNow'>;
}

/** A completed audit. */
export interface Audited {
  readonly outcome: AuditOutcome;
  /** The age of the entry when it was served. Milliseconds. */
  readonly ageMs: number;
  /** The look-up that revalidated the entry. Undefined: none was made. */
  readonly result: LookupResult | undefined;
}

/** Compares a hit with the upstream's present answer, and revalidates its entry. */
export type Audit = (request: CanonicalRequest, audit: AuditRequest) => Promise<Audited>;

/**
 * Makes the audit. It revalidates the entry as any revalidation does: with one fetch for each key at a time, under the
 * lease, and within the fence. It compares only the served entry: if another entry has replaced it, it compares
 * nothing.
 */
export function createAudit({ lookup, store, clock }: AuditPorts, policy: LookupPolicy): Audit {
  return async (request, audit) => {
    const ageMs = Math.max(0, audit.servedAt - audit.askedAt);
    const purpose = audit.isExtra ? 'audit' : 'revalidate';
    const skipped = (why: SkipReason, result?: LookupResult): Audited => {
      return { outcome: { kind: 'skipped', why }, ageMs, result };
    };
    const key = keyOf(request, policy);
    const readAt = clock.monotonicNow();
    const item = key === undefined ? undefined : await readItem(store, key);
    const served = servedItem(item, audit, clock.now());
    if (typeof served === 'string') {
      return audit.isExtra ? skipped(served) : skipped(served, await lookup(request, REVALIDATING, purpose));
    }
    const directives = audit.isExtra ? olderThan(audit, clock.now()) : REVALIDATING;
    const result = await lookup(request, directives, purpose, async () => ({ value: served, beganAt: readAt }));
    const outcome = compare(request, served.entry, result);
    return { outcome, ageMs, result };
  };
}

const REVALIDATING: RequestDirectives = { ...NO_DIRECTIVES, minFreshMs: 0 };

/**
 * The look-up may use only an entry that is younger than the served one. So it fetches again even if the served entry
 * is fresh, but not if another entry has replaced it.
 */
function olderThan({ askedAt }: AuditRequest, now: number): RequestDirectives {
  return { ...REVALIDATING, maxAgeMs: Math.max(1, now - askedAt - 1) };
}

async function readItem(
  store: AuditPorts['store'],
  key: Parameters<Entries['read']>[0],
): Promise<StoredItem | undefined> {
  try {
    return await store?.read(key);
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    return undefined;
  }
}

/** The item, if it still has the served entry and the audit may compare it; otherwise why not. */
function servedItem(item: StoredItem | undefined, audit: AuditRequest, now: number): StoredItem | SkipReason {
  if (now - audit.servedAt > MAX_LATE_MS) return 'late';
  if (item === undefined) return 'store';
  if (item.entry === undefined || item.version !== audit.version) return 'replaced';
  return audit.isExtra && isHeldBack(item, now) ? 'held-back' : item;
}

/**
 * Compares the upstream's answer with the served entry. The first row that fits counts.
 *
 * | the look-up | was served | outcome |
 * |---|---|---|
 * | found the upstream failing | any | skipped: failed |
 * | did not ask the upstream itself | any | skipped: replaced |
 * | found, and not kept | any | skipped: not-kept |
 * | found | "not found" | drift: appeared |
 * | found | a profile | same, or drift: the sections that differ |
 * | not found | "not found" | same |
 * | not found, erased or refused | any | drift: gone |
 */
export function compare(
  { api }: Pick<CanonicalRequest, 'api'>,
  served: Pick<CacheEntry, 'kind' | 'body'> | undefined,
  { answer, cache, maskedFailure }: Pick<LookupResult, 'answer' | 'cache' | 'maskedFailure'>,
): AuditOutcome {
  if (maskedFailure !== undefined) return { kind: 'skipped', why: 'failed' };
  if (served === undefined || cache.status !== 'forward') return { kind: 'skipped', why: 'replaced' };
  switch (answer.kind) {
    case 'failed':
      return { kind: 'skipped', why: 'failed' };
    case 'found':
      return cache.isStored ? compareFound(api, served, answer) : { kind: 'skipped', why: 'not-kept' };
    case 'not-found':
      return served.kind === 'not-found' ? { kind: 'same' } : { kind: 'drift', sections: [GONE] };
    case 'erased':
    case 'refused':
      return { kind: 'drift', sections: [GONE] };
    default:
      return { kind: 'skipped', why: 'replaced' };
  }
}

function compareFound(
  api: CanonicalRequest['api'],
  served: Pick<CacheEntry, 'kind' | 'body'>,
  { body }: ServedReply,
): AuditOutcome {
  if (served.kind === 'not-found') return { kind: 'drift', sections: [APPEARED] };
  const sections = differingSections(api, served.body, body);
  return sections.length === 0 ? { kind: 'same' } : { kind: 'drift', sections };
}
