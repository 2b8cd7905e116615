import type { Revalidation } from './answers.ts';
import type { KeyedAsked } from './asked.ts';
import type { AuditRequest } from './audit/audit-words.ts';
import type { RevalidationMark, StoredItem } from './entry.ts';
import type { Clock, Revalidator } from './ports.ts';

/** How long a requested revalidation holds back the next one. The first failure holds it back for the same time. */
const MIN_INTERVAL_MS = 10_000;
/** The hold-back doubles at each failure, up to this. */
const MAX_INTERVAL_MS = 60_000;

/** The mark that says: a revalidation is asked for now. It keeps the hold-back that earlier failures set. */
export function askingMark({ revalidation }: StoredItem, now: number): RevalidationMark {
  return { until: now + MIN_INTERVAL_MS, backoffMs: revalidation?.backoffMs ?? 0 };
}

/** How long a handed-over fetch may take to begin. Meanwhile other look-ups do not ask for it. Milliseconds. */
const HAND_OVER_MS = 2000;

/**
 * The mark that says: a fetch is asked for in another invocation now. It keeps the hold-back that earlier failures set.
 * @param random from 0 (included) to 1 (excluded): a part of a millisecond, so that no two look-ups write the same mark
 */
export function handOverMark({ revalidation }: StoredItem, now: number, random: number): RevalidationMark {
  return { until: now + HAND_OVER_MS + random, backoffMs: revalidation?.backoffMs ?? 0 };
}

/** The mark that says: the requested fetch has ended, and nothing holds the next one back. */
export function endedMark(now: number): RevalidationMark {
  return { until: now, backoffMs: 0 };
}

/** The mark that says: a revalidation failed now. It holds back for 10 s, and doubles to 60 s (contract §3). */
export function failureMark({ revalidation }: StoredItem, now: number): RevalidationMark {
  const backoffMs = Math.min(Math.max((revalidation?.backoffMs ?? 0) * 2, MIN_INTERVAL_MS), MAX_INTERVAL_MS);
  return { until: now + backoffMs, backoffMs };
}

/**
 * Whether a look-up asked for a revalidation a short time ago, or a revalidation failed.
 * @param now epoch milliseconds
 */
export function isHeldBack({ revalidation }: StoredItem, now: number): boolean {
  return revalidation !== undefined && revalidation.until > now;
}

interface RevalidationPorts {
  readonly clock: Clock;
  readonly revalidator: Revalidator;
}

/**
 * Marks the item and asks for a newer entry by a separate invocation. There is one such invocation for each key at a
 * time.
 */
export async function askForRevalidation(
  ports: RevalidationPorts,
  asked: KeyedAsked,
  item: StoredItem,
): Promise<Revalidation> {
  const { key, store } = asked;
  const mark = askingMark(item, ports.clock.now());
  const isMarked = await store.use((each) => each.markRevalidation(key, item, mark));
  // The store does not say whether the mark is set. Perhaps no look-up asks.
  if (isMarked === undefined) return 'lost';
  return isMarked ? invoke(ports, asked, mark, item.revalidation, asked.audits?.drawDue(item)) : 'not-asked';
}

/**
 * Asks for the revalidation that the item is marked for. If that fails, it takes the mark back. Otherwise other
 * look-ups would not ask.
 * @param audit the hit to compare with the revalidation's answer. Default: none
 */
export async function invoke(
  { revalidator }: RevalidationPorts,
  { key, request, purpose, store }: KeyedAsked,
  mark: RevalidationMark,
  previous: RevalidationMark | undefined,
  audit?: AuditRequest,
): Promise<Revalidation> {
  if (await revalidator.revalidate(request, { isForPrefetch: purpose === 'prefetch', audit })) return 'asked';
  await store.poll((each) => each.takeBackMark(key, mark, previous));
  return 'lost';
}
