import { type CacheKey, customerHash } from '../customer/cache-key.ts';
import type { CanonicalRequest } from '../customer/canonical-request.ts';
import { isAboutSubject } from '../customer/identity.ts';
import { writeJson } from '../customer/json.ts';
import { REPLY_SHAPES } from '../customer/reply-shape.ts';
import type { RequestDirectives } from './directives.ts';
import {
  type CacheEntry,
  EMPTY_ITEM,
  type Lease,
  type LeaseOutcome,
  MAX_FRESHNESS_CUT,
  type RevalidationMark,
  type StoredItem,
} from './entry.ts';
import { LATEST_FETCH_MARGIN_MS, MAX_CLOCK_DIFFERENCE_MS } from './fleet.ts';
import {
  type Decision,
  decide,
  expiryOf,
  type ForwardReason,
  freshnessLifetimeMs,
  type Servable,
  standIn,
} from './freshness.ts';
import type { Invalidation } from './invalidation.ts';
import {
  type FirstRead,
  keyOf,
  type Lookup,
  type LookupPolicy,
  type LookupPorts,
  type LookupPurpose,
} from './lookup-policy.ts';
import type { CacheUse, LookupResult, ServedReply } from './lookup-result.ts';
import type { CacheStore, InvalidationStore } from './ports.ts';
import { StoreAccess } from './store-access.ts';
import type { FoundOutcome, UpstreamAnswer, UpstreamCall, UpstreamFailure, UpstreamOutcome } from './upstream.ts';

/** How often those who wait look again: from the first to the last, doubling; jittered. */
const MIN_POLL_INTERVAL_MS = 50;
const MAX_POLL_INTERVAL_MS = 200;

/** How long a revalidation that was asked for, or failed once, holds back the next; doubles at each failure. */
const MIN_REVALIDATION_INTERVAL_MS = 10_000;
const MAX_REVALIDATION_INTERVAL_MS = 60_000;

/** How often taking a lease may meet another's write before the look-up goes on without. */
const MAX_LEASE_CONFLICTS = 8;

/**
 * The look-up: from the cache when it can, else from the upstream, once for all who ask, keeping what may be kept.
 *
 * One read of the store on a hit. A miss takes the key's lease, asks, writes if the lease is still its own, and always
 * ends the lease with an outcome; the others wait for it. No lease, no write: whoever has none, or does not know whether
 * it has, goes on without and keeps nothing.
 */
export function createLookup(ports: LookupPorts, policy: LookupPolicy): Lookup {
  return (request, directives, purpose = 'answer', firstRead = undefined) =>
    new OneLookup(ports, policy, request, directives, purpose).run(firstRead);
}

class OneLookup {
  readonly #ports: LookupPorts;
  readonly #policy: LookupPolicy;
  readonly #request: CanonicalRequest;
  readonly #directives: RequestDirectives;
  readonly #purpose: LookupPurpose;
  readonly #key: CacheKey | undefined;
  readonly #store: StoreAccess<LookupStore>;
  readonly #startedAt: number;
  /** The lease that we last tried to take. */
  #attempted: Lease | undefined;
  /** Whether a revalidation was asked for; undefined until that was tried. */
  #isRevalidationAsked: boolean | undefined;
  /** When each lease was first seen, by our own clock that is never set back. */
  readonly #leasesSeen = new Map<string, number>();
  /** The lease that we waited for last. */
  #awaited: string | undefined;
  /** A lease that we waited for ended without a word: its holder died, or it was purged. */
  #hasLeaseVanished = false;
  /** Whether the cache was off, or its store down, when the look-up went forward. */
  #isBypassed = false;
  /** Why the cache could not answer at first. */
  #reason: ForwardReason = 'miss';

  constructor(
    ports: LookupPorts,
    policy: LookupPolicy,
    request: CanonicalRequest,
    directives: RequestDirectives,
    purpose: LookupPurpose,
  ) {
    this.#ports = ports;
    this.#policy = policy;
    this.#request = request;
    this.#directives = directives;
    this.#purpose = purpose;
    this.#key = keyOf(request, policy);
    this.#store = new StoreAccess(ports.store);
    this.#startedAt = ports.clock.monotonicNow();
  }

  async run(firstRead: FirstRead | undefined): Promise<LookupResult> {
    const key = this.#key;
    if (key === undefined) return this.#goWithoutKey();
    let item = (await this.#store.use((store) => firstRead?.() ?? store.read(key))) ?? EMPTY_ITEM;
    let pollIntervalMs = MIN_POLL_INTERVAL_MS;
    let conflicts = 0;
    for (;;) {
      // Judged anew each time: an entry ages while we wait, or ask for its revalidation.
      const decision = decide(item.entry, this.#directives, this.#policy.windows, this.#ports.clock.now());
      if (decision.use === 'hit') {
        const isToBeAsked = decision.detail === 'stale-while-revalidate' && this.#isRevalidationAsked === undefined;
        if (!isToBeAsked) return this.#serve(decision);
        this.#isRevalidationAsked = await this.#askForRevalidation(key, item);
        continue;
      }
      const { reason } = decision;
      if (this.#leasesSeen.size === 0) this.#reason = reason;
      if (this.#directives.onlyIfCached) return this.#notCached(reason);
      if (this.#store.isBypassed || this.#directives.noStore) return this.#goAlone(reason, item);

      const ended = this.#outcomeOfLeaseSeen(item);
      const stale = ended !== undefined && ended.kind !== 'not-stored' ? this.#standIn(item) : undefined;
      if (stale !== undefined) return this.#serveInstead(stale);
      if (ended?.kind === 'failed') return this.#failAsHolderDid(ended, reason);
      if (ended?.kind === 'not-stored') {
        return this.#isTooLateToFetch() ? this.#timeOut(reason, item) : this.#goAlone(reason, item);
      }

      if (this.#attempted !== undefined && item.lease?.token === this.#attempted.token) {
        // A write that was sent again, over a new connection, met its own first try.
        return this.#fetchAsHolder(key, this.#attempted, reason, item, await this.#readPause());
      }
      if (this.#isLeaseLive(item)) {
        // Nobody waits for a fetch that began before it said no-cache; a revalidation under way needs no second one.
        if (this.#directives.noCache) return this.#goAlone(reason, item);
        if (this.#purpose === 'revalidate') return this.#notCached(reason);
        this.#await(item);
        const patienceMs = this.#patienceMs(reason, item);
        if (patienceMs <= 0) return this.#endOfPatience(reason, item);
        const jitter = 0.5 + this.#ports.random() / 2;
        await this.#ports.clock.sleep(Math.min(pollIntervalMs * jitter, patienceMs));
        pollIntervalMs = Math.min(pollIntervalMs * 2, MAX_POLL_INTERVAL_MS);
      } else {
        // Only now: another's fetch that is under way may be waited for, however late.
        if (this.#isTooLateToFetch()) return this.#timeOut(reason, item);
        const [lease, pausedUntil] = await Promise.all([this.#takeLease(key, item), this.#readPause()]);
        if (lease === 'unknown') return this.#goAlone(reason, item);
        if (lease !== 'conflict') return this.#fetchAsHolder(key, lease, reason, item, pausedUntil);
        conflicts += 1;
        if (conflicts > MAX_LEASE_CONFLICTS) return this.#goAlone(reason, item);
      }
      item = (await this.#store.poll((store) => store.read(key))) ?? item;
    }
  }

  /**
   * How a lease that we saw ended without an entry; undefined where none did, and to who said no-cache: it joins no
   * fetch that began before it.
   */
  #outcomeOfLeaseSeen({ outcome }: StoredItem): LeaseOutcome | undefined {
    if (this.#directives.noCache) return undefined;
    return outcome !== undefined && this.#leasesSeen.has(outcome.token) ? outcome : undefined;
  }

  /**
   * Whether somebody holds the lease. It has lapsed when its end is further behind than two clocks may differ, or when
   * we have seen it for as long as it lasts.
   */
  #isLeaseLive({ lease }: StoredItem): boolean {
    if (lease === undefined) return false;
    const { clock } = this.#ports;
    const seenAt = this.#leasesSeen.get(lease.token) ?? clock.monotonicNow();
    this.#leasesSeen.set(lease.token, seenAt);
    const hasPassed = clock.now() > lease.until + MAX_CLOCK_DIFFERENCE_MS;
    return !hasPassed && clock.monotonicNow() - seenAt < lease.durationMs;
  }

  async #takeLease(key: CacheKey, item: StoredItem): Promise<Lease | 'conflict' | 'unknown'> {
    const { leaseMs } = this.#policy;
    const lease = { token: this.#ports.newToken(), until: this.#ports.clock.now() + leaseMs, durationMs: leaseMs };
    this.#attempted = lease;
    const isTaken = await this.#store.use((store) => store.takeLease(key, item, lease));
    if (isTaken === undefined) return 'unknown';
    return isTaken ? lease : 'conflict';
  }

  /** Notes whom we wait for, and whether the one before is gone without having said how its fetch went. */
  #await({ lease, version, outcome }: StoredItem): void {
    if (this.#awaited !== undefined && this.#awaited !== lease?.token) {
      this.#hasLeaseVanished ||= this.#awaited !== version && this.#awaited !== outcome?.token;
    }
    this.#awaited = lease?.token;
  }

  /**
   * How much longer to wait for another's fetch. With a stale entry: the soft time-out. Without: one lease in all, from
   * when the first was seen, so that it has lapsed by then; and one more for who took over from a holder that died, so
   * that not everybody who waited asks at once.
   */
  #patienceMs(reason: ForwardReason, item: StoredItem): number {
    const now = this.#ports.clock.monotonicNow();
    const { leaseMs } = this.#policy;
    const softMs = this.#softTimeoutMs(reason, item);
    if (softMs !== undefined) return Math.min(leaseMs, softMs) - (now - this.#startedAt);
    const [firstSeenAt = now] = this.#leasesSeen.values();
    return (this.#hasLeaseVanished ? 2 * leaseMs : leaseMs) - (now - firstSeenAt);
  }

  async #endOfPatience(reason: ForwardReason, item: StoredItem): Promise<LookupResult> {
    const isSoft = this.#softTimeoutMs(reason, item) !== undefined;
    const stale = isSoft ? this.#standIn(item) : undefined;
    if (stale !== undefined) return this.#serveInstead(stale);
    return this.#hasLeaseVanished ? this.#timeOut(reason, item) : this.#goAlone(reason, item);
  }

  /** Whether we have waited for others so long that a fetch of our own would end after the deadline (promise 8). */
  #isTooLateToFetch(): boolean {
    if (this.#awaited === undefined) return false;
    return this.#ports.clock.monotonicNow() - this.#startedAt > this.#policy.leaseMs + LATEST_FETCH_MARGIN_MS;
  }

  /** Answers that the upstream took too long, unless a stale entry may stand in for it. */
  #timeOut(reason: ForwardReason, item: StoredItem): LookupResult {
    const stale = this.#standIn(item);
    if (stale !== undefined) return this.#serveInstead(stale);
    return this.#result({ answer: { kind: 'failed', failure: 'timeout' }, cache: { status: 'collapsed', reason } });
  }

  /**
   * How long a usable stale entry waits for the upstream; undefined where there is none, where nobody waits, or where
   * the caller asked for a newer one than is still fresh.
   */
  #softTimeoutMs(reason: ForwardReason, item: StoredItem): number | undefined {
    const isUsable = reason === 'stale' && this.#purpose === 'answer' && this.#standIn(item) !== undefined;
    return isUsable ? this.#policy.staleSoftTimeoutMs : undefined;
  }

  /** The entry as it may stand in for the upstream, at this moment. */
  #standIn({ entry }: StoredItem): Servable | undefined {
    return standIn(entry, this.#directives, this.#policy.windows, this.#ports.clock.now());
  }

  /** A look-up that must not be stored: nothing of it is in the cache, nor will be. */
  async #goWithoutKey(): Promise<LookupResult> {
    const reason = this.#directives.noCache ? 'request' : 'miss';
    return this.#directives.onlyIfCached ? this.#notCached(reason) : this.#goAlone(reason, EMPTY_ITEM);
  }

  /** Asks the upstream without the right to keep anything. */
  async #goAlone(reason: ForwardReason, item: StoredItem): Promise<LookupResult> {
    const fetched = await this.#fetch(reason, item, await this.#readPause());
    await this.#voidFormer(fetched.outcome, item);
    return this.#answerWith(fetched, reason, item, NOT_KEPT);
  }

  async #fetchAsHolder(
    key: CacheKey,
    lease: Lease,
    reason: ForwardReason,
    item: StoredItem,
    pausedUntil: number | undefined,
  ): Promise<LookupResult> {
    try {
      const fetched = await this.#fetch(reason, item, pausedUntil);
      await this.#voidFormer(fetched.outcome, item);
      const kept = await this.#keep(key, lease, item, fetched);
      return this.#answerWith(fetched, reason, item, kept);
    } catch (fault) {
      // A fault of our own: those who wait must not wait for the lease to lapse.
      await this.#endUnstored(key, lease);
      throw fault;
    }
  }

  /** Asks the upstream, unless it asked not to be; gives up when a stale entry has waited long enough. */
  async #fetch(reason: ForwardReason, item: StoredItem, pausedUntil: number | undefined): Promise<Fetched> {
    const { clock, upstream } = this.#ports;
    this.#isBypassed = this.#store.isBypassed;
    const now = clock.now();
    if (pausedUntil !== undefined && pausedUntil > now) {
      const outcome: UpstreamFailure = { kind: 'failed', failure: 'throttled', retryAfterMs: pausedUntil - now };
      return { outcome, call: undefined, isGivenUp: false };
    }
    const abandoned = new AbortController();
    const fetching = upstream.fetch(this.#request, { signal: abandoned.signal });
    const softMs = this.#softTimeoutMs(reason, item);
    if (softMs !== undefined) {
      const isSlow = await this.#isSlowerThan(fetching, softMs);
      if (isSlow && this.#standIn(item) !== undefined) {
        abandoned.abort();
        // Waited for: nothing may run on after the answer, it would surface inside somebody else's request.
        const answer = await fetching;
        return { ...answer, isGivenUp: answer.outcome.kind === 'failed' };
      }
    }
    const answer = await fetching;
    await this.#sharePause(answer);
    return { ...answer, isGivenUp: false };
  }

  async #isSlowerThan(fetching: Promise<unknown>, ms: number): Promise<boolean> {
    const done = new AbortController();
    const isSlow = await Promise.race([
      fetching.then(() => false),
      this.#ports.clock.sleep(ms, done.signal).then(() => true),
    ]);
    done.abort();
    return isSlow;
  }

  async #readPause(): Promise<number | undefined> {
    return (await this.#store.use((store) => store.readPause(this.#request.api)))?.until;
  }

  /** Tells the fleet how long the upstream asked not to be called. */
  async #sharePause({ outcome, call }: UpstreamAnswer): Promise<void> {
    if (outcome.kind !== 'failed' || outcome.failure !== 'throttled' || call.attempts === 0) return;
    const { retryAfterMs = 0 } = outcome;
    const since = this.#ports.clock.now();
    const pause = { until: since + retryAfterMs, since };
    if (retryAfterMs > 0) await this.#store.use((store) => store.writePause(this.#request.api, pause));
  }

  /** Voids what is kept of a customer who, as the upstream now says, was erased or merged into another. */
  async #voidFormer(outcome: UpstreamOutcome, { entry }: StoredItem): Promise<void> {
    const { subject } = this.#request;
    const former = entry?.customer;
    const invalidate = async (begin: (invalidation: Invalidation) => Promise<number>) => {
      const { createInvalidation } = await import('./invalidation.ts');
      const { clock } = this.#ports;
      const { keySecrets } = this.#policy;
      await this.#store.use((store) => begin(createInvalidation({ store, clock, keySecrets })));
    };
    if (outcome.kind === 'erased' && subject !== undefined) {
      await invalidate((invalidation) => invalidation.subjects([subject], 'delete'));
    }
    const isMerged = outcome.kind === 'found' && outcome.isMerged && this.#customerOf(outcome) !== former;
    if (former !== undefined && (outcome.kind === 'erased' || isMerged)) {
      await invalidate((invalidation) => invalidation.customerHashes([former], 'delete'));
    }
  }

  #customerOf({ customerId }: FoundOutcome): string | undefined {
    return customerId === undefined ? undefined : customerHash(customerId, this.#policy.keySecrets[0]);
  }

  /** Writes what may be kept, if the lease is still ours, and ends the lease with an outcome whatever happens. */
  async #keep(key: CacheKey, lease: Lease, item: StoredItem, fetched: Fetched): Promise<Kept> {
    const { outcome, call } = fetched;
    const { token } = lease;
    if (outcome.kind === 'failed') {
      const { failure, retryAfterMs } = outcome;
      const ended: LeaseOutcome = fetched.isGivenUp
        ? { kind: 'given-up', token }
        : { kind: 'failed', token, failure, retryAfterMs };
      await this.#store.use((store) =>
        store.endLease(key, lease, { outcome: ended, revalidation: this.#holdBack(item) }),
      );
      return NOT_KEPT;
    }
    const isIdentityMismatch = await this.#isAboutSomebodyElse(outcome);
    const entry = isIdentityMismatch || call === undefined ? undefined : this.#toEntry(outcome, call.askedAt);
    const isStored = entry !== undefined && (await this.#write(key, lease, entry));
    if (!isStored) await this.#endUnstored(key, lease);
    return { isStored, isIdentityMismatch, lifetimeMs: entry && freshnessLifetimeMs(entry, this.#policy.windows) };
  }

  async #endUnstored(key: CacheKey, lease: Lease): Promise<void> {
    const { token } = lease;
    await this.#store.use((store) => store.endLease(key, lease, { outcome: { kind: 'not-stored', token } }));
  }

  /** Index before entry: a purge then either finds the partition in the index or has set the fence that refuses it. */
  async #write(key: CacheKey, lease: Lease, entry: CacheEntry): Promise<boolean> {
    const { customer, askedAt } = entry;
    if (customer !== undefined) {
      const isAdded = await this.#store.use((store) => store.addToIndex(customer, key.partition, askedAt));
      if (isAdded !== true) return false;
    }
    return (await this.#store.use((store) => store.writeEntry(key, lease, entry))) === 'written';
  }

  async #isAboutSomebodyElse(outcome: Answered): Promise<boolean> {
    const { api, subject } = this.#request;
    if (outcome.kind !== 'found' || subject === undefined) return false;
    return !(await isAboutSubject(api, outcome.reply, subject, this.#policy.reading));
  }

  /** The entry to keep, or undefined for what is never kept: the incomplete, the erased, the refused. */
  #toEntry(outcome: Answered, askedAt: number): CacheEntry | undefined {
    const { windows } = this.#policy;
    const { kind, status } = outcome;
    if (kind === 'found' && outcome.isComplete) {
      const customer = this.#customerOf(outcome);
      // Nothing could void it.
      if (customer === undefined) return undefined;
      return {
        ...{ kind, status, askedAt, body: this.#bodyOf(outcome), staleFrom: undefined },
        customer,
        customerAliases: [],
        freshnessCut: this.#ports.random() * MAX_FRESHNESS_CUT,
        expiresAt: expiryOf(kind, askedAt, windows),
      };
    }
    if (kind === 'not-found' && windows.notFoundFreshForMs > 0) {
      return {
        ...{ kind, status, askedAt, body: this.#bodyOf(outcome), staleFrom: undefined },
        customer: undefined,
        customerAliases: [],
        freshnessCut: 0,
        expiresAt: expiryOf(kind, askedAt, windows),
      };
    }
    return undefined;
  }

  /** What is served of the outcome, as JSON text. */
  #bodyOf(outcome: Answered): string {
    if (outcome.kind !== 'found') return outcome.errors === undefined ? '' : writeJson(outcome.errors);
    const { api, askedSections } = this.#request;
    return writeJson(REPLY_SHAPES[api].trim(outcome.reply, this.#policy.projections[api], askedSections));
  }

  /** After a failure, background revalidation of a key that has an entry waits; never a look-up that has nothing. */
  #holdBack({ entry, revalidation }: StoredItem): RevalidationMark | undefined {
    if (entry === undefined) return undefined;
    const doubledMs = (revalidation?.backoffMs ?? 0) * 2;
    const backoffMs = Math.min(Math.max(doubledMs, MIN_REVALIDATION_INTERVAL_MS), MAX_REVALIDATION_INTERVAL_MS);
    return { until: this.#ports.clock.now() + backoffMs, backoffMs };
  }

  #serve(decision: Hit): LookupResult {
    const { detail } = decision;
    const hasWaited = detail === undefined && this.#leasesSeen.size > 0;
    const cache: CacheUse = hasWaited ? { status: 'collapsed', reason: this.#reason } : { status: 'hit', detail };
    return this.#result({ answer: wordOf(decision), cache });
  }

  /** Asks for a newer entry by a separate invocation, one for each key, unless one is asked for or under way. */
  async #askForRevalidation(key: CacheKey, item: StoredItem): Promise<boolean> {
    const { clock, revalidator } = this.#ports;
    const now = clock.now();
    const { until = 0, backoffMs = 0 } = item.revalidation ?? {};
    if (until > now || this.#isLeaseLive(item)) return false;
    const mark = { until: now + MIN_REVALIDATION_INTERVAL_MS, backoffMs };
    const isMarked = (await this.#store.use((store) => store.markRevalidation(key, item, mark))) === true;
    if (isMarked) await revalidator.revalidate(this.#request);
    return isMarked;
  }

  /** Serves an entry instead of what the upstream does not give. */
  #serveInstead(stale: Servable, fetched?: Fetched): LookupResult {
    return this.#result({
      answer: wordOf(stale),
      cache: { status: 'hit', detail: 'stale-if-error' },
      upstreamCall: fetched?.call,
      maskedFailure: fetched?.outcome.kind === 'failed' ? fetched.outcome.failure : undefined,
    });
  }

  #failAsHolderDid({ failure, retryAfterMs }: FailedLease, reason: ForwardReason): LookupResult {
    const answer = { kind: 'failed', failure, ...(retryAfterMs !== undefined && { retryAfterMs }) } as const;
    return this.#result({ answer, cache: { status: 'collapsed', reason } });
  }

  #notCached(reason: ForwardReason): LookupResult {
    this.#isBypassed = this.#store.isBypassed;
    return this.#result({ answer: { kind: 'not-cached' }, cache: this.#forwarded(reason, false) });
  }

  /** Answers with what was fetched; where that failed, with what may stand in for it at this moment. */
  #answerWith(fetched: Fetched, reason: ForwardReason, item: StoredItem, kept: Kept): LookupResult {
    const { outcome, call } = fetched;
    const cache = this.#forwarded(reason, kept.isStored);
    if (outcome.kind === 'failed') {
      const stale = this.#standIn(item);
      return stale === undefined
        ? this.#result({ answer: outcome, cache, upstreamCall: call })
        : this.#serveInstead(stale, fetched);
    }
    const ageMs = Math.max(0, this.#ports.clock.now() - (call?.askedAt ?? 0));
    const ttlMs = kept.lifetimeMs === undefined ? 0 : kept.lifetimeMs - ageMs;
    const customer = outcome.kind === 'found' ? this.#customerOf(outcome) : undefined;
    const answer = { kind: outcome.kind, status: outcome.status, body: this.#bodyOf(outcome), ageMs, ttlMs, customer };
    return this.#result({ answer, cache, upstreamCall: call, isIdentityMismatch: kept.isIdentityMismatch });
  }

  #forwarded(reason: ForwardReason, isStored: boolean): CacheUse {
    return { status: 'forward', reason: this.#isBypassed ? 'bypass' : reason, isStored };
  }

  #result(parts: Pick<LookupResult, 'answer' | 'cache'> & Partial<LookupResult>): LookupResult {
    return {
      joined: undefined,
      upstreamCall: undefined,
      maskedFailure: undefined,
      isIdentityMismatch: false,
      isRevalidationAsked: this.#isRevalidationAsked ?? false,
      storeFailure: this.#store.failure,
      ...parts,
    };
  }
}

type LookupStore = CacheStore & InvalidationStore;
type Answered = Exclude<UpstreamOutcome, UpstreamFailure>;
type Hit = Extract<Decision, { use: 'hit' }>;
type FailedLease = Extract<LeaseOutcome, { kind: 'failed' }>;

/** What came of asking the upstream; `call` is undefined where it was not asked. */
interface Fetched {
  readonly outcome: UpstreamOutcome;
  readonly call: UpstreamCall | undefined;
  /** A stale entry had waited long enough. */
  readonly isGivenUp: boolean;
}

/** What became of an answer. */
interface Kept {
  readonly isStored: boolean;
  readonly isIdentityMismatch: boolean;
  /** How long it is fresh; undefined for what is never kept. */
  readonly lifetimeMs: number | undefined;
}

const NOT_KEPT: Kept = { isStored: false, isIdentityMismatch: false, lifetimeMs: undefined };

function wordOf({ entry, ageMs, ttlMs }: Servable): ServedReply {
  return { kind: entry.kind, status: entry.status, body: entry.body, ageMs, ttlMs, customer: entry.customer };
}
