import type { LeaseOutcome, StoredItem } from '../entry.ts';
import { LATEST_FETCH_MARGIN_MS, MAX_CLOCK_DIFFERENCE_MS } from '../fleet.ts';
import type { Clock } from '../ports.ts';

/** The limits of the wait for other look-ups' fetches. */
export interface WaitLimits {
  /** When the look-up began. Monotonic milliseconds. */
  readonly startedAt: number;
  /** How much longer a usable stale entry waits for the upstream; undefined: there is no such entry. */
  readonly softMsLeft: number | undefined;
  /** Whether a store call of this look-up did not succeed. */
  readonly hasStoreTrouble: boolean;
}

/**
 * If this many leases vanished, purges voided them: this many holders do not die at once. A purge may void the next
 * fetch too, so the look-up waits only while there is time for a fetch of its own.
 */
const MANY_VANISHED = 3;

/**
 * What one look-up has seen of other look-ups' leases. `observe` takes note of an item. All other methods only answer
 * questions.
 */
export class LeaseWatch {
  readonly #clock: Clock;
  readonly #leaseMs: number;
  /** When each lease was first seen. Monotonic milliseconds. */
  readonly #seenAt = new Map<string, number>();
  /** The live lease that the look-up saw last. */
  #awaited: string | undefined;
  /** The leases that ended without an outcome. */
  readonly #vanished = new Set<string>();
  #wasUnmet = false;
  /** The outcome on the item when the look-up asked for a fetch; undefined: it has asked for none. */
  #before: { readonly token: string | undefined } | undefined;

  /** @param leaseMs how long a lease of this instance lasts */
  constructor(clock: Clock, leaseMs: number) {
    this.#clock = clock;
    this.#leaseMs = leaseMs;
  }

  /**
   * Takes note of the lease on an item that does not answer the look-up, and of the end of the lease that it saw
   * before.
   *
   * @param isFetchAsked whether the look-up asked for a fetch, which begins soon. If the lease of that fetch comes and
   * goes between two reads, its outcome still counts: the fetch began after this look-up
   */
  observe(item: StoredItem, isFetchAsked = false): void {
    const { lease, version, outcome } = item;
    if (isFetchAsked) this.#before ??= { token: outcome?.token };
    if (lease !== undefined && !this.#seenAt.has(lease.token)) {
      this.#seenAt.set(lease.token, this.#clock.monotonicNow());
    }
    const isNew = this.#before !== undefined && outcome !== undefined && outcome.token !== this.#before.token;
    if (isNew && !this.#seenAt.has(outcome.token)) this.#seenAt.set(outcome.token, this.#clock.monotonicNow());
    const awaited = this.#awaited;
    if (awaited !== undefined && awaited !== lease?.token) {
      this.#wasUnmet ||= awaited === version;
      if (awaited !== version && awaited !== outcome?.token) this.#vanished.add(awaited);
    }
    if (this.isLive(item)) this.#awaited = lease?.token;
  }

  /** Whether the look-up saw a lease. */
  get hasSeenLease(): boolean {
    return this.#seenAt.size > 0;
  }

  /** Whether the look-up has seen a live lease of another look-up. */
  get hasWaited(): boolean {
    return this.#awaited !== undefined;
  }

  /** Whether a lease that the look-up waited for ended with an entry that does not answer it. */
  get wasUnmet(): boolean {
    return this.#wasUnmet;
  }

  /**
   * Whether the holder of a lease that the look-up waited for may be dead: the lease ended without an outcome. If many
   * leases ended like this, purges voided them, and no holder is dead.
   */
  get mayHolderBeDead(): boolean {
    return this.#vanished.size > 0 && this.#vanished.size < MANY_VANISHED;
  }

  /**
   * Whether a look-up holds the lease. The lease has lapsed if its end is further in the past than two clocks may
   * differ, or if the look-up has seen it for its whole length.
   */
  isLive({ lease }: StoredItem): boolean {
    if (lease === undefined) return false;
    const now = this.#clock.monotonicNow();
    const hasPassed = this.#clock.now() > lease.until + MAX_CLOCK_DIFFERENCE_MS;
    return !hasPassed && now - (this.#seenAt.get(lease.token) ?? now) < lease.durationMs;
  }

  /**
   * The time until the lease should end, as its holder expects; 0: it should have ended, or its end is not known.
   * Milliseconds. The result may be wrong by the difference between the holder's clock and ours.
   *
   * @param usualMs how long this instance expects a lease to last, if the holder does not know it. Default: not known
   */
  untilExpectedEndMs({ lease }: StoredItem, usualMs?: number): number {
    const expectedMs = lease?.expectedMs ?? usualMs;
    if (lease === undefined || expectedMs === undefined) return 0;
    const now = this.#clock.monotonicNow();
    const seenForMs = now - (this.#seenAt.get(lease.token) ?? now);
    const takenForMs = this.#clock.now() - (lease.until - lease.durationMs);
    return Math.max(0, expectedMs - Math.max(seenForMs, takenForMs));
  }

  /** The outcome of a lease that the look-up saw, if it ended without an entry; undefined if there is none. */
  endedAs({ outcome }: StoredItem): LeaseOutcome | undefined {
    return outcome !== undefined && this.#seenAt.has(outcome.token) ? outcome : undefined;
  }

  /** Whether a lease that the look-up saw ended `ceded`, so that another look-up takes over. */
  wasCeded(item: StoredItem): boolean {
    return this.endedAs(item)?.kind === 'ceded';
  }

  /**
   * How much longer to wait for the fetch of another look-up; 0 or less: no longer. Milliseconds.
   *
   * - With a usable stale entry: the soft timeout.
   * - Without one: the length of a lease, counted from the first lease that the look-up saw, so that this lease has
   *   lapsed by then.
   * - If a holder vanished: one lease more, so that the waiters do not all ask at once. But if the store is in trouble,
   *   the holder may still live. And if many holders vanished, the next one may vanish too. In these two cases the wait
   *   ends while there is time for a fetch of our own (promise 8).
   */
  patienceMs({ startedAt, softMsLeft, hasStoreTrouble }: WaitLimits): number {
    const now = this.#clock.monotonicNow();
    const waitedMs = now - startedAt;
    if (softMsLeft !== undefined) return Math.min(this.#leaseMs - waitedMs, softMsLeft);
    const [firstSeenAt = now] = this.#seenAt.values();
    const untilLatestFetchMs = latestFetchMs(this.#leaseMs) - LAST_READ_MS - waitedMs;
    if (this.#vanished.size === 0) return Math.min(this.#leaseMs - (now - firstSeenAt), untilLatestFetchMs);
    return hasStoreTrouble || !this.mayHolderBeDead ? untilLatestFetchMs : 2 * this.#leaseMs - (now - firstSeenAt);
  }

  /** Whether the look-up has waited so long that a fetch of its own would end after the deadline (promise 8). */
  isTooLateToFetch(startedAt: number): boolean {
    return this.hasWaited && this.#clock.monotonicNow() - startedAt > latestFetchMs(this.#leaseMs);
  }
}

/** How long the last sleep and read of a wait may take beyond its end. Milliseconds. */
const LAST_READ_MS = 250;

/** How long after its start a look-up may begin a fetch of its own. Milliseconds. */
function latestFetchMs(leaseMs: number): number {
  return leaseMs + LATEST_FETCH_MARGIN_MS;
}
