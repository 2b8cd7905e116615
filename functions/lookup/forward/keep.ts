import type { Revalidation } from '../answers.ts';
import type { Asked, KeyedAsked } from '../asked.ts';
import { type CacheEntry, type LeaseEnd, MAX_FRESHNESS_CUT, type NotStoredReason, type StoredItem } from '../entry.ts';
import { expiryOf, type FreshnessWindows, freshnessLifetimeMs } from '../freshness.ts';
import { isRevalidating, type LookupPolicy, type LookupPorts } from '../lookup-policy.ts';
import { askingMark, failureMark, invoke, isHeldBack } from '../revalidation.ts';
import type { Answered, Unanswered } from './fetched.ts';

type KeepPorts = Pick<LookupPorts, 'clock' | 'random'>;

/** The lease that a look-up holds: it writes the entry, and ends the lease. */
export interface HeldLease {
  readonly token: string;
  /** Writes the entry and ends the lease, if the lease is still ours; undefined: the store failed. */
  write(entry: CacheEntry): Promise<'written' | 'lost' | 'too-large' | undefined>;
  /** Ends the lease. @returns whether it was still ours */
  end(end: LeaseEnd): Promise<boolean>;
}

/** The result of keeping an answer. */
export interface Kept {
  readonly isStored: boolean;
  /** Whether the item says how the fetch ended. It does if the lease was still ours. */
  readonly isEnded: boolean;
  /** How long the answer is fresh; undefined: it is never stored. Milliseconds. */
  readonly lifetimeMs: number | undefined;
  /** Why the answer was not stored. Undefined: it was stored, or the store failed. */
  readonly why?: NotStoredReason | undefined;
}

/** The result for an answer of a look-up that had no right to store it. */
export function notKept(windows: FreshnessWindows, fetched: Answered): Kept {
  return { isStored: false, isEnded: false, lifetimeMs: undefined, why: whyNeverStored(windows, fetched) };
}

/**
 * Stores the answer, if it may be stored and the lease is still ours. It ends the lease in every case.
 *
 * @param wasCeded whether the look-up took over after a fetch whose answer was not stored. Default: no
 */
export async function keepAnswer(
  { random }: KeepPorts,
  { windows }: LookupPolicy,
  asked: KeyedAsked,
  lease: HeldLease,
  fetched: Answered,
  wasCeded = false,
): Promise<Kept> {
  const whyNever = whyNeverStored(windows, fetched);
  const made = whyNever === undefined ? toEntry(windows, fetched, random) : undefined;
  const ofPrefetch = asked.isForPrefetch ? { isPrefetched: true as const } : {};
  const entry = made && { ...made, ...ofPrefetch };
  const written = entry && (await write(asked, lease, entry));
  const lifetimeMs = entry && freshnessLifetimeMs(entry, windows);
  if (written === 'written') return { isStored: true, isEnded: true, lifetimeMs };
  const why = whyNever ?? (written === 'lost' ? undefined : written);
  const isEnded = await lease.end(endUnstored(lease, fetched, why, wasCeded && written === undefined));
  return { isStored: false, isEnded, lifetimeMs, why: written === 'lost' ? 'voided' : why };
}

/**
 * Ends the lease of a fetch that failed. A failed revalidation holds back the next one (contract §3). If the budget has
 * no call left for a fetch without a waiting caller, it may have one for a look-up with a waiting caller: that look-up
 * takes over. If the fetch was given up, this function asks for a revalidation.
 */
export async function keepFailure(
  ports: Pick<LookupPorts, 'clock' | 'revalidator'>,
  asked: KeyedAsked,
  lease: HeldLease,
  item: StoredItem,
  { outcome: { failure, retryAfterMs }, isGivenUp }: Unanswered,
): Promise<Revalidation> {
  const { purpose } = asked;
  const { token } = lease;
  const now = ports.clock.now();
  if (isGivenUp) {
    const mark = isHeldBack(item, now) ? undefined : askingMark(item, now);
    const isEnded = await lease.end({ outcome: { kind: 'given-up', token }, revalidation: mark });
    return isEnded && mark !== undefined ? invoke(ports, asked, mark, item.revalidation) : 'not-asked';
  }
  const isOthersTurn = failure === 'over-budget' && purpose !== 'answer';
  // A caller that does not wait must not ask for the same fetch again, so its look-up fetches for itself.
  const holdsBack = isRevalidating(purpose) && (item.entry !== undefined || isOthersTurn);
  await lease.end({
    outcome: isOthersTurn ? { kind: 'ceded', token } : { kind: 'failed', token, failure, retryAfterMs },
    revalidation: holdsBack ? failureMark(item, now) : undefined,
  });
  return 'not-asked';
}

/**
 * How a lease ends if the answer is not stored. The first row that fits counts.
 *
 * | the answer | the waiters |
 * |---|---|
 * | says that the customer is erased | answer as the holder does |
 * | is never stored, or is fenced: its customer was purged meanwhile | each fetch for themselves |
 * | is not stored because of the store, like the answer of the fetch before | each fetch for themselves |
 * | is not stored only because of the store, or because its fetch is void | one of them takes over |
 *
 * If the store refuses the writes of two fetches, it may refuse those of the next one too. In that case the waiters
 * would take over one after the other, each after a whole fetch.
 *
 * @param why the reason why the answer is never stored, or why the store did not take it. Undefined: the store failed,
 *   or the fetch is void
 * @param isAgain whether the store failed for this answer and for the answer of the fetch before. Default: no
 */
export function endUnstored(
  { token }: Pick<HeldLease, 'token'>,
  fetched: Answered,
  why: NotStoredReason | undefined,
  isAgain = false,
): LeaseEnd {
  const { outcome, call, reply } = fetched;
  const ends = { endsEntry: endsEntry(fetched) };
  if (outcome.kind === 'erased') {
    const { status } = outcome;
    return { outcome: { kind: 'erased', token, status, body: reply.body, askedAt: call.askedAt }, ...ends };
  }
  const reason = why ?? (isAgain ? 'unwritten' : undefined);
  return {
    outcome: reason === undefined ? { kind: 'ceded', token } : { kind: 'not-stored', token, why: reason },
    ...ends,
  };
}

/**
 * Whether the answer ends the old entry, if the answer itself is not stored. A refusal and "not found" are definite:
 * later look-ups must not get the old profile. A merger is definite too: the old profile is the former customer's.
 */
export function endsEntry({ outcome }: Answered): boolean {
  return outcome.kind !== 'found' || outcome.isMerged;
}

/**
 * Removes the entry that a definite answer contradicts, for a look-up whose answer does not end a lease. It acts only
 * on the item that the look-up saw: a later fetch is newer than the answer.
 *
 * | the answer | the entry | the fetch in progress |
 * |---|---|---|
 * | is never stored: a refusal, or "not found" with NOT_FOUND_FRESH_SECONDS=0 | ends | ends; an entry that it has stored ends too |
 * | another "not found", or a merger | ends | continues |
 * | any other | stays | continues |
 *
 * If a fetch in progress ends like this, one of the look-ups that wait for it takes over.
 */
export async function endContradicted(
  { windows }: Pick<LookupPolicy, 'windows'>,
  { key, store }: Asked,
  item: StoredItem | undefined,
  fetched: Answered,
): Promise<void> {
  if (key === undefined || item === undefined || !endsEntry(fetched)) return;
  const isNeverStored = fetched.outcome.kind !== 'found' && whyNeverStored(windows, fetched) !== undefined;
  const lease = isNeverStored ? item.lease : undefined;
  const isDropped = lease !== undefined && (await store.persist((each) => each.dropFetch(key, lease)));
  if (isDropped !== true && item.version !== undefined) await store.persist((each) => each.dropEntry(key, item));
}

/**
 * Writes the index before the entry. So a purge either finds the partition in the index, or has set the fence, which
 * makes the store refuse the write.
 *
 * @returns `voided` or `too-large`: the reason why the entry must not or cannot be stored; `lost`: the lease is lost,
 *   or its fetch is void; undefined: the store failed
 */
async function write(
  { key, store }: KeyedAsked,
  lease: HeldLease,
  entry: CacheEntry,
): Promise<'written' | 'lost' | 'voided' | 'too-large' | undefined> {
  const { customer, askedAt } = entry;
  if (customer !== undefined) {
    const isAdded = await store.persist((each) => each.addToIndex(customer, key.partition, askedAt));
    if (isAdded !== true) return isAdded === false ? 'voided' : undefined;
  }
  return lease.write(entry);
}

/** Why this answer is never stored; undefined: it may be stored. */
export function whyNeverStored(
  { notFoundFreshForMs }: FreshnessWindows,
  { outcome, reply: { customer, isMismatch } }: Answered,
): NotStoredReason | undefined {
  if (outcome.kind === 'erased' || outcome.kind === 'refused') return 'refused';
  if (!outcome.isComplete) return 'partial';
  if (outcome.kind === 'not-found') return notFoundFreshForMs === 0 ? 'not-found' : undefined;
  if (isMismatch) return 'another-customer';
  // Without a customer id no purge could find this entry, so it is not stored.
  return customer === undefined ? 'no-customer-id' : undefined;
}

/** The entry of an answer that may be stored; undefined for an answer of a kind that is never stored. */
function toEntry(windows: FreshnessWindows, fetched: Answered, random: () => number): CacheEntry | undefined {
  const {
    outcome: { kind, status },
    call: { askedAt },
    reply: { body, customer, customerAliases },
  } = fetched;
  const common = { status, body, askedAt, staleFrom: undefined };
  switch (kind) {
    case 'found': {
      const freshnessCut = random() * MAX_FRESHNESS_CUT;
      return { ...common, kind, customer, customerAliases, freshnessCut, expiresAt: expiryOf(kind, askedAt, windows) };
    }
    case 'not-found': {
      const expiresAt = expiryOf(kind, askedAt, windows);
      return { ...common, kind, customer: undefined, customerAliases: [], freshnessCut: 0, expiresAt };
    }
    default:
      return undefined;
  }
}
