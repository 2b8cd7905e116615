import { hit } from './answers.ts';
import type { Asked } from './asked.ts';
import type { AuditDraw } from './audit/draw-audits.ts';
import { Crowds } from './crowd.ts';
import { EMPTY_ITEM, type StoredItem } from './entry.ts';
import { lastRetryMs } from './fleet.ts';
import { decide } from './freshness.ts';
import { lazily } from './lazily.ts';
import {
  type FirstRead,
  keyOf,
  type Lookup,
  type LookupPolicy,
  type LookupPorts,
  type LookupPurpose,
  type LookupWishes,
} from './lookup-policy.ts';
import { PrefetchesUsed } from './prefetches-used.ts';
import type { Shown } from './shared-read.ts';
import { StoreAccess } from './store-access.ts';
import { StoreVitality } from './store-vitality.ts';

/**
 * The look-up. If the cache can answer, it answers. Otherwise the upstream is asked, once for all look-ups of the same
 * key.
 *
 * This file has only the code that a hit runs: the key, one read of the store, the decision, the answer. The rest of
 * the code is in `forward/`, which the first look-up that goes forward loads.
 */
export function createLookup(ports: LookupPorts, policy: LookupPolicy): Lookup {
  const { clock, random, store } = ports;
  const vitality = new StoreVitality();
  const crowds = new Crowds(clock);
  const prefetchesUsed = new PrefetchesUsed();
  const loadAudits = auditsOf(ports, policy);
  const forward = lazily(async () => (await import('./forward/forward.ts')).createForward(ports, policy));

  return async (request, directives, wanted = 'answer', firstRead = undefined, wishes = {}) => {
    const key = keyOf(request, policy);
    // Only-if-cached forbids the fetch that a prefetch is for, so the cache answers.
    const purpose = wanted === 'prefetch' && directives.onlyIfCached ? 'answer' : wanted;
    const { startedAt = clock.monotonicNow() } = wishes;
    // A caller with a short wait must not wait while we ask for an audit.
    const mayAudit = loadAudits !== undefined && purpose === 'answer' && wishes.waitMs === undefined;
    const audits = mayAudit ? await loadAudits() : undefined;
    const asked: Asked = {
      request,
      directives,
      purpose,
      ...WAITS[purpose](wishes),
      key,
      startedAt,
      store: new StoreAccess({ store, clock, random, vitality, retryUntil: startedAt + lastRetryMs(policy) }),
      crowd: crowds.enter(key),
      audits,
    };
    try {
      const shown = await readFirst(asked, firstRead);
      const item = shown?.value;
      const judge = () => decide(item?.entry, directives, policy.windows, clock.now());
      let decision = judge();
      // Asking takes time, so the entry is judged again at the moment of serving.
      if (audits && item && decision.use === 'hit' && (await audits.askFor(request, item, decision)))
        decision = judge();
      // A stale entry that is revalidated needs more code than a hit.
      if (decision.use === 'hit' && decision.detail !== 'stale-while-revalidate') {
        const isFirstUse = key !== undefined && purpose === 'answer' && prefetchesUsed.noteUse(key, decision.entry);
        return isFirstUse ? { ...hit(asked, decision), isPrefetchUsed: true } : hit(asked, decision);
      }
      return await (await forward()).run(asked, shown);
    } finally {
      asked.crowd.leave();
    }
  };
}

type Wait = (wishes: LookupWishes) => Pick<Asked, 'waitMs' | 'isForPrefetch'>;

const withoutCaller: Wait = ({ isForPrefetch = false }) => ({ waitMs: undefined, isForPrefetch });

/** How long the caller of each purpose waits. The caller of a prefetch does not wait. A revalidation has no caller. */
const WAITS: Readonly<Record<LookupPurpose, Wait>> = {
  answer: ({ waitMs }) => ({ waitMs, isForPrefetch: false }),
  prefetch: () => ({ waitMs: 0, isForPrefetch: false }),
  revalidate: withoutCaller,
  audit: withoutCaller,
};

/**
 * Loads the code that draws hits to audit; undefined: no hit is audited, and nothing is loaded. If loading fails, no
 * hit is drawn.
 */
function auditsOf(
  ports: LookupPorts,
  { auditShare = 0 }: LookupPolicy,
): (() => Promise<AuditDraw | undefined>) | undefined {
  if (auditShare === 0) return undefined;
  const load = lazily(async () => new (await import('./audit/draw-audits.ts')).AuditDraw(ports, auditShare));
  return () => load().catch(() => undefined);
}

/** The item under the key; undefined: the store did not answer. */
async function readFirst(
  { key, store, crowd, startedAt }: Asked,
  firstRead: FirstRead | undefined,
): Promise<Shown<StoredItem> | undefined> {
  if (key === undefined) return { value: EMPTY_ITEM, beganAt: startedAt };
  return store.attempt((each) => firstRead?.() ?? crowd.readAnew(() => each.read(key)));
}
