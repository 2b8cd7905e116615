import type { KeyedAsked } from '../asked.ts';
import {
  type CacheEntry,
  EMPTY_ITEM,
  type Lease,
  type LeaseEnd,
  type RevalidationMark,
  type StoredItem,
} from '../entry.ts';
import type { Clock } from '../ports.ts';
import { endedMark } from '../revalidation.ts';
import type { UpstreamBudget } from './budget/upstream-budget.ts';

/** How many times an instance checks whether the store answers, in the time that a write of the lease may take. */
const ASKS_PER_TIMEOUT = 5;

/** How many tries may fail because other writes were first. Then the look-up continues without the lease. */
const MAX_CONFLICTS = 8;
/** How many times the store may be late. After that the look-up does not try again. */
const MAX_LATE = 1;

/** What taking and ending a lease needs. */
export interface OwnLeaseOptions {
  readonly clock: Clock;
  /** A text that no other call in the fleet returns. */
  readonly newToken: () => string;
  /** How long a lease lasts. Milliseconds. */
  readonly leaseMs: number;
  /** After this time without an answer the store counts as down. Milliseconds. */
  readonly storeTimeoutMs: number;
  /** How long the holder expects to hold the lease; undefined: it is not known. Milliseconds. */
  readonly expectedMs: () => number | undefined;
  /**
   * Gets the token of a lease that has ended. Reads that began after `readAfter` (monotonic milliseconds) show the end.
   */
  readonly ends: { tell(token: string, readAfter: number): void };
}

/** The result of taking the lease. */
export type Taken =
  | 'held'
  /** Another write was first. */
  | 'conflict'
  /** Another look-up of this instance was first, with this lease. */
  | Lease
  /** The store throttled the write, and did not make it. */
  | 'throttled'
  /** The store was late, but is not down: the next read shows the result. */
  | 'late'
  /** The store failed. It may have made the write. */
  | 'unknown'
  /** The look-up did not try: the fleet's budget has no call for it. */
  | 'refused';

/** The lease of one look-up: taking it, writing under it, ending it. */
export class OwnLease {
  readonly #asked: KeyedAsked;
  readonly #options: OwnLeaseOptions;
  /** The lease of the last try that was sent, or our lease that the store has shown. */
  #attempted: Lease | undefined;
  /** The leases of our late tries. The store may have made one of these writes, or may still make it. */
  #late: readonly Lease[] = [];
  /** The item at the time of our try. */
  #seen: StoredItem | undefined;
  /** Whether the store may hold a lease of ours. */
  #mayBeHeld = false;
  /** Whether the store said that another write was first. */
  #isRefused = false;
  #conflictCount = 0;
  #lateCount = 0;

  constructor(asked: KeyedAsked, options: OwnLeaseOptions) {
    this.#asked = asked;
    this.#options = options;
  }

  /** Whether the item has a lease that we tried to take: then the store made a write of ours that seemed lost. */
  isOurs(item: StoredItem): boolean {
    return this.#oursOn(item) !== undefined;
  }

  #oursOn({ lease }: StoredItem): Lease | undefined {
    return lease && this.#tries.find(({ token }) => token === lease.token);
  }

  /** The leases of ours that the store may hold, the last one first. */
  get #tries(): readonly Lease[] {
    const attempted = this.#attempted;
    if (attempted === undefined) return this.#late;
    return [attempted, ...this.#late.filter(({ token }) => token !== attempted.token)];
  }

  /**
   * Takes note of an item that was read after the try. If the try was sent twice, the store may have made the first
   * write and so refused the second.
   */
  observe(item: StoredItem): void {
    if (this.#isRefused && !this.isOurs(item)) this.#mayBeHeld = false;
  }

  /** Takes note that the store holds a lease that we tried to take, although the try was late or seemed a conflict. */
  confirm(item: StoredItem): void {
    this.#attempted = this.#oursOn(item) ?? this.#attempted;
    this.#mayBeHeld = true;
  }

  /** The token of our lease, or of the lease that we tried to take last. */
  get token(): string {
    return this.#attempted?.token ?? '';
  }

  /** Whether other writes were first too many times. */
  get isContested(): boolean {
    return this.#conflictCount > MAX_CONFLICTS;
  }

  /** Whether the store was late too many times. */
  get wasOftenLate(): boolean {
    return this.#lateCount > MAX_LATE;
  }

  /**
   * Tries to take the lease of an item. It succeeds only if the item has not changed since it was read.
   *
   * @param budget gives calls to the upstream at the same moment, or refuses them. Default: there is no budget
   */
  async take(seen: StoredItem, budget?: UpstreamBudget): Promise<Taken> {
    const taken = await (budget === undefined ? this.#take(seen) : budget.beside(this.#asked, () => this.#take(seen)));
    if (taken === 'conflict') this.#conflictCount += 1;
    if (taken === 'late') this.#lateCount += 1;
    return taken;
  }

  async #take(seen: StoredItem): Promise<Taken> {
    const { clock, newToken, leaseMs, storeTimeoutMs, expectedMs } = this.#options;
    const { key, store, crowd } = this.#asked;
    const times = { until: clock.now() + leaseMs, durationMs: leaseMs, expectedMs: expectedMs() };
    const lease: Lease = { token: newToken(), ...times };
    this.#seen = seen;
    let isSent = false;
    let isThrottled = false;
    const tried = await store.attempt(
      (each) =>
        crowd.tryForLease(
          lease,
          () => {
            isSent = true;
            this.#attempted = lease;
            return each.takeLease(key, seen, lease);
          },
          {
            isAnswered: async () => (await store.aside((other) => other.read(key))) !== undefined,
            everyMs: storeTimeoutMs / ASKS_PER_TIMEOUT,
          },
        ),
      (trouble) => {
        isThrottled = trouble === 'throttled';
      },
    );
    this.#isRefused = isSent && tried !== undefined && tried.taken === undefined;
    this.#mayBeHeld ||= isSent;
    // A throttled write is never made. A late write may be made.
    if (tried === undefined && isSent && !isThrottled) this.#late = [...this.#late, lease];
    if (tried === undefined && store.isBypassed) return 'unknown';
    if (tried === undefined) return isThrottled ? 'throttled' : 'late';
    if (tried.taken === undefined) return 'conflict';
    return tried.isOurs ? 'held' : tried.taken;
  }

  /** Writes the entry and ends the lease, if the lease is still ours; undefined: the store failed. */
  async write(entry: CacheEntry): Promise<'written' | 'lost' | 'too-large' | undefined> {
    const lease = this.#attempted;
    if (lease === undefined) return 'lost';
    const written = await this.#asked.store.persist((each) => each.writeEntry(this.#asked.key, lease, entry));
    if (written === 'written') this.#mayBeHeld = false;
    // A lost lease may still be on the item, with a void fetch. Its holder still ends it.
    if (written === 'written' || written === 'lost') this.#tellEnd(lease);
    return written;
  }

  /**
   * Ends the lease, if it is still ours. It tries even if the store has failed. If this fails too, there is no error.
   */
  async end(end: LeaseEnd): Promise<boolean> {
    const [lease, ...others] = this.#tries;
    if (!this.#mayBeHeld || lease === undefined) return false;
    const outcome = { ...end.outcome, token: lease.token };
    const told = { ...end, outcome, revalidation: end.revalidation ?? this.#endOfMark() };
    const { key, store } = this.#asked;
    // After a failure of the store there is one write only, so it names all leases of ours.
    const isEnded = await store.release((each) => each.endLease(key, lease, told, others));
    if (isEnded === undefined) return false;
    this.#mayBeHeld = false;
    for (const each of this.#tries) this.#tellEnd(each);
    return isEnded;
  }

  /**
   * Does what follows a try for this lease. If that throws, which is a fault of our own, the lease ends: the waiters must
   * not wait until it lapses.
   */
  async endingAtFault<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (fault) {
      await this.end({ outcome: { kind: 'not-stored', token: this.token, why: 'fault' } });
      throw fault;
    }
  }

  /**
   * For a look-up that does not fetch. Ends a lease of ours that the store may hold although it did not confirm it, so
   * that one of the waiting look-ups takes over. The store may hold such a lease after a late try, or after a refused
   * try that was sent twice.
   *
   * @returns whether it tried to end one; false: there was nothing to end, or it has tried before
   */
  async letGo(): Promise<boolean> {
    if (!this.#mayBeHeld || !(this.#late.length > 0 || this.#isRefused)) return false;
    await this.end({ outcome: { kind: 'ceded', token: this.token } });
    this.#late = [];
    this.#isRefused = false;
    return true;
  }

  /** Tells the other look-ups of this instance to read the item again. */
  #tellEnd({ token }: Lease): void {
    const { clock, ends } = this.#options;
    ends.tell(token, clock.monotonicNow());
  }

  /**
   * The mark of a revalidation that the item gets at the end of the lease. If there is no entry, the requested fetch
   * has ended, so the mark ends too: the next look-up need not wait for it. Undefined: the mark stays.
   */
  #endOfMark(): RevalidationMark | undefined {
    const { entry, revalidation } = this.#seen ?? EMPTY_ITEM;
    return entry === undefined && revalidation !== undefined ? endedMark(this.#options.clock.now()) : undefined;
  }
}
