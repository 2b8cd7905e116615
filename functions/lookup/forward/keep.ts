import type { KeyedAsked } from '../asked.ts';
import { type CacheEntry, type LeaseEnd, MAX_FRESHNESS_CUT, type NotStoredReason, type StoredItem } from '../entry.ts';
import { expiryOf, freshnessLifetimeMs } from '../freshness.ts';
import { isRevalidating, type LookupPolicy, type LookupPorts } from '../lookup-policy.ts';
import { failureMark } from '../revalidation.ts';
import type { Answered, Fetched, Unanswered } from './fetched.ts';

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
  /** Whether the item says how the fetch ended: the lease was still ours. */
  readonly isEnded: boolean;
  /** How long the answer is fresh; undefined: it is never stored. Milliseconds. */
  readonly lifetimeMs: number | undefined;
}

/** An answer that must not be stored. */
export const NOT_KEPT: Kept = { isStored: false, isEnded: false, lifetimeMs: undefined };

/** Stores the answer, if it may be stored and the lease is still ours. Ends the lease in every case. */
export async function keepAnswer(
  { random }: KeepPorts,
  { windows }: LookupPolicy,
  asked: KeyedAsked,
  lease: HeldLease,
  fetched: Answered,
): Promise<Kept> {
  const { token } = lease;
  if (fetched.outcome.kind === 'erased') return { ...NOT_KEPT, isEnded: await lease.end(endUnstored(lease, fetched)) };
  const made = toEntry(windows, fetched, random);
  const ofPrefetch = asked.isForPrefetch ? { isPrefetched: true as const } : {};
  const entry = typeof made === 'string' ? undefined : { ...made, ...ofPrefetch };
  const written = entry && (await write(asked, lease, entry));
  const lifetimeMs = entry && freshnessLifetimeMs(entry, windows);
  if (written === 'written') return { isStored: true, isEnded: true, lifetimeMs };
  // If the answer is not stored only because of the store, one of the waiters takes over. Otherwise each fetches for
  // itself.
  const why = typeof made === 'string' ? made : written;
  const outcome =
    why === undefined ? ({ kind: 'given-up', token } as const) : ({ kind: 'not-stored', token, why } as const);
  const isEnded = await lease.end({ outcome, endsEntry: endsEntry(fetched) });
  return { isStored: false, isEnded, lifetimeMs };
}

/**
 * Ends the lease of a fetch that failed. A failed revalidation holds back the next one (contract §3). If the budget has
 * no call left for a fetch without a waiting caller, it may have one for a look-up with a waiting caller: that look-up
 * takes over.
 */
export async function keepFailure(
  { clock }: KeepPorts,
  { purpose }: KeyedAsked,
  lease: HeldLease,
  item: StoredItem,
  { outcome: { failure, retryAfterMs } }: Unanswered,
): Promise<void> {
  const { token } = lease;
  const isOthersTurn = failure === 'over-budget' && purpose !== 'answer';
  // A caller that does not wait must not ask for the same fetch again, so its look-up fetches for itself.
  const holdsBack = isRevalidating(purpose) && (item.entry !== undefined || isOthersTurn);
  await lease.end({
    outcome: isOthersTurn ? { kind: 'given-up', token } : { kind: 'failed', token, failure, retryAfterMs },
    revalidation: holdsBack ? failureMark(item, clock.now()) : undefined,
  });
}

/**
 * How a lease ends if the answer is not stored: it tells the waiters about an erased customer; otherwise they fetch for
 * themselves.
 */
export function endUnstored({ token }: Pick<HeldLease, 'token'>, fetched: Fetched): LeaseEnd {
  if (!('reply' in fetched) || fetched.outcome.kind !== 'erased') return { outcome: { kind: 'not-stored', token } };
  const { outcome, call, reply } = fetched;
  const erased = { kind: 'erased', token, status: outcome.status, body: reply.body, askedAt: call.askedAt } as const;
  return { outcome: erased, endsEntry: true };
}

/**
 * Whether the answer ends the old entry, if the answer itself is not stored. A refusal and "not found" are definite:
 * later look-ups must not get the old profile. A merger is definite too: the old profile is that of the former
 * customer.
 */
export function endsEntry({ outcome }: Answered): boolean {
  return outcome.kind !== 'found' || outcome.isMerged;
}

/**
 * Index before entry: a purge then either finds the partition in the index, or has set the fence that refuses it.
 *
 * @returns why the entry must not, or can never, be stored; undefined: the store failed
 */
async function write(
  { key, store }: KeyedAsked,
  lease: HeldLease,
  entry: CacheEntry,
): Promise<'written' | 'voided' | 'too-large' | undefined> {
  const { customer, askedAt } = entry;
  if (customer !== undefined) {
    const isAdded = await store.persist((each) => each.addToIndex(customer, key.partition, askedAt));
    if (isAdded !== true) return isAdded === false ? 'voided' : undefined;
  }
  const written = await lease.write(entry);
  return written === 'lost' ? 'voided' : written;
}

/** The entry to store; or why this answer is never stored. */
function toEntry(
  windows: LookupPolicy['windows'],
  { outcome, call: { askedAt }, reply }: Answered,
  random: () => number,
): CacheEntry | NotStoredReason {
  const { kind, status } = outcome;
  const { body, customer, customerAliases } = reply;
  const common = { status, body, askedAt, staleFrom: undefined };
  switch (kind) {
    case 'found': {
      if (!outcome.isComplete) return 'partial';
      if (reply.isMismatch) return 'another-customer';
      // Without a customer id no purge could find this entry, so it is not stored.
      if (customer === undefined) return 'no-customer-id';
      const freshnessCut = random() * MAX_FRESHNESS_CUT;
      const expiresAt = expiryOf(kind, askedAt, windows);
      return { ...common, kind, customer, customerAliases, freshnessCut, expiresAt };
    }
    case 'not-found': {
      if (windows.notFoundFreshForMs === 0) return 'not-found';
      const expiresAt = expiryOf(kind, askedAt, windows);
      return { ...common, kind, customer: undefined, customerAliases: [], freshnessCut: 0, expiresAt };
    }
    default:
      return 'refused';
  }
}
