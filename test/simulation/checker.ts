import type { CacheKey } from '../../functions/customer/request/cache-key.ts';
import type { RequestDirectives } from '../../functions/lookup/directives.ts';
import type { CacheEntry, Lease, StoredItem } from '../../functions/lookup/entry.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../functions/lookup/fleet.ts';
import { canJoin } from '../../functions/lookup/freshness.ts';
import type { InvalidationMode } from '../../functions/lookup/invalidation.ts';
import type { LookupResult } from '../../functions/lookup/lookup-result.ts';
import type { Asked } from './asked.ts';
import { EPOCH_MS, type Instance } from './instance.ts';
import type { Scheduler } from './scheduler.ts';
import type { StoreUser } from './simulated-store.ts';
import type { StoreObserver } from './simulated-table.ts';
import type { Fetched, SimulatedUpstream, UpstreamUser } from './simulated-upstream.ts';

/** A promise of contract §5 that did not hold; `fault`: the code threw. */
export interface Violation {
  readonly promise: 1 | 2 | 3 | 4 | 5 | 8 | 9 | 'fault';
  readonly what: string;
}

/** An invalidation that was acknowledged: what is older is gone. */
export interface Acknowledged {
  readonly mode: InvalidationMode;
  /** True time: what the upstream said before is invalid, … */
  readonly startedAt: number;
  /** … for whoever asks after this. */
  readonly acknowledgedAt: number;
  /** Whose entries, or those of which subject. */
  readonly customer?: string;
  readonly subject?: string;
}

const DEADLINE_MARGIN_MS = 1000;

export interface CheckerOptions {
  readonly scheduler: Scheduler;
  readonly upstream: SimulatedUpstream;
  readonly upstreamTimeoutMs: number;
  readonly cacheTimeoutMs: number;
  /** All instances write under one key secret: a customer's hash is the same to all of them. */
  readonly isOneSecret: boolean;
  /** Whether the store still holds this lease. */
  readonly isLeaseHeld: (token: string) => boolean;
  readonly onViolation: (violation: Violation) => void;
}

/** Knows the truth, sees every step, and judges by the contract. */
export class Checker implements StoreObserver {
  lookupCount = 0;
  upstreamCallCount = 0;
  readonly #options: CheckerOptions;
  readonly #acknowledged: Acknowledged[] = [];
  readonly #pauses: { readonly from: number; readonly until: number }[] = [];
  readonly #underWay = new Set<WatchedLookup>();
  readonly #meaningOfKey = new Map<string, string>();
  /** From when it was asked for until its own expiry, by the settings of the instance that stored it. */
  readonly #keptForMs = new Map<Fetched, number>();

  constructor(options: CheckerOptions) {
    this.#options = options;
  }

  get now(): number {
    return this.#options.scheduler.now;
  }

  /** Watches a look-up from now on. */
  watch(options: WatchedLookupOptions): WatchedLookup {
    this.lookupCount += 1;
    const name = `${options.instance.name}/L${this.lookupCount}`;
    const lookup = new WatchedLookup(this, name, this.#options.cacheTimeoutMs, options);
    this.#underWay.add(lookup);
    return lookup;
  }

  acknowledge(invalidation: Acknowledged): void {
    this.#acknowledged.push(invalidation);
  }

  onVoided(partition: string): void {
    for (const lookup of this.#underWay) if (lookup.partition === partition) lookup.isVoided = true;
  }

  onPaused(until: number): void {
    this.#pauses.push({ from: this.now, until });
  }

  /** Promises 5 and 9, when the upstream is called. */
  upstreamCalled(lookup: WatchedLookup, asked: Asked): void {
    this.upstreamCallCount += 1;
    if (asked.identity !== lookup.asked.identity) this.#fail(1, lookup, 'asks the upstream for something else');
    if (lookup.calls > 1) this.#fail(9, lookup, 'calls the upstream twice');
    if (lookup.directives.onlyIfCached) this.#fail(9, lookup, 'calls the upstream for only-if-cached');
    const isPaused = this.#pauses.some(
      ({ from, until }) => from < lookup.startedAt && until - MAX_CLOCK_DIFFERENCE_MS > EPOCH_MS + this.now,
    );
    if (isPaused && !lookup.hasTrouble) this.#fail(9, lookup, 'calls the upstream inside its Retry-After');
    if (lookup.hasReadFailure && this.#isBound(lookup)) {
      this.#fail(5, lookup, 'asks again though the fetch that it waited for failed');
    }
    if (!this.#isBound(lookup)) return;
    for (const other of this.#underWay) {
      const isSame = other !== lookup && other.isCalling && other.flight === lookup.flight;
      if (isSame && this.#isBound(other)) this.#fail(5, lookup, `calls the upstream while ${other.name} does`);
    }
  }

  /** Whether the promise of one call at a time speaks of this look-up: none of its exceptions fits. */
  #isBound(lookup: WatchedLookup): boolean {
    const { directives, instance } = lookup;
    return !(
      directives.noStore ||
      // No fetch under way can meet these directives, or the one that it waited for did not.
      !canJoin(directives, instance.policy.windows) ||
      (lookup.isChoosy && lookup.hasReadEntry) ||
      lookup.hasTrouble ||
      lookup.hasStoodStill ||
      lookup.isVoided ||
      lookup.hasReadNotStored ||
      // It waited for another's whole lease; its own deadline (promise 8) lets it wait no longer.
      lookup.runningMs >= instance.policy.leaseMs
    );
  }

  /** Promise 5, when a lease is taken: nobody fetches what is there. */
  leaseTaken(lookup: WatchedLookup, { entry }: StoredItem): void {
    const { directives, instance } = lookup;
    const { noCache, maxAgeMs, minFreshMs } = directives;
    if (entry === undefined || noCache || maxAgeMs !== undefined || minFreshMs !== undefined) return;
    const { freshForMs, notFoundFreshForMs } = instance.policy.windows;
    const lifetimeMs = entry.kind === 'found' ? freshForMs * (1 - entry.freshnessCut) : notFoundFreshForMs;
    const now = instance.clock.now();
    const ageMs = Math.max(0, now - entry.askedAt);
    const isFresh = ageMs < lifetimeMs && entry.expiresAt > now && entry.staleFrom === undefined;
    if (isFresh) this.#fail(5, lookup, 'takes the lease to fetch what is fresh in the store');
  }

  /** Promises 1 and 4, when an entry is written. */
  entryWritten(lookup: WatchedLookup, key: CacheKey, before: StoredItem, entry: CacheEntry): void {
    const meaning = `${lookup.asked.identity} ${lookup.instance.policy.projections.v2.fields}`;
    const keyText = `${key.partition} ${key.variant}`;
    const known = this.#meaningOfKey.get(keyText) ?? meaning;
    this.#meaningOfKey.set(keyText, known);
    if (known !== meaning) this.#fail(1, lookup, `writes ${meaning} where ${known} lies`);
    const fetched = this.#options.upstream.readBack(entry.body);
    if (fetched === undefined || fetched.asked.identity !== lookup.asked.identity) {
      this.#fail(1, lookup, 'stores what is no answer to what it asked');
      return;
    }
    const { outcome } = fetched;
    const { freshForMs, notFoundFreshForMs, staleWhileRevalidateMs, staleIfErrorMs } = lookup.instance.policy.windows;
    const longestMs = freshForMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs);
    this.#keptForMs.set(fetched, outcome.kind === 'found' ? longestMs : notFoundFreshForMs);
    if (outcome.kind !== 'found' && outcome.kind !== 'not-found') this.#fail(4, lookup, `stores "${outcome.kind}"`);
    if (outcome.kind === 'found' && !outcome.isComplete) this.#fail(4, lookup, 'stores an incomplete reply');
    // A merged customer's reply lists the survivor's identifiers: it is about the one asked for all the same.
    const isMerged = outcome.kind === 'found' && outcome.isMerged;
    if (fetched.isAboutSomebodyElse && !isMerged) this.#fail(4, lookup, 'stores a reply about somebody else');
    if (lookup.directives.noStore) this.#fail(4, lookup, 'stores for no-store');
    const former = before.entry === undefined ? undefined : this.#options.upstream.readBack(before.entry.body);
    if (former !== undefined && former.askedAt > fetched.askedAt && former.truthAt > fetched.truthAt) {
      this.#fail(4, lookup, `replaces s${former.serial} by the older s${fetched.serial}`);
    }
  }

  /** Promises 1 to 5 and 8, when a look-up is answered. */
  answered(lookup: WatchedLookup, { answer, cache }: LookupResult): void {
    this.#underWay.delete(lookup);
    const { upstreamTimeoutMs, cacheTimeoutMs } = this.#options;
    const deadlineMs = 2 * (upstreamTimeoutMs + cacheTimeoutMs) + DEADLINE_MARGIN_MS;
    if (lookup.runningMs > deadlineMs) this.#fail(8, lookup, `is answered after ${lookup.runningMs} ms`);
    if (cache.status === 'forward' && cache.isStored && !lookup.hasWritten) {
      this.#fail(4, lookup, 'says "stored", which it is not');
    }
    if (lookup.directives.noCache && cache.status !== 'forward')
      this.#fail(2, lookup, 'said no-cache and is collapsed');
    const mayLeaveLease = lookup.hasTrouble || lookup.isVoided || lookup.hasStoodStill;
    const isLeaseLeft = lookup.leaseToken !== undefined && this.#options.isLeaseHeld(lookup.leaseToken);
    if (isLeaseLeft && !mayLeaveLease) this.#fail(5, lookup, 'leaves its lease behind: others wait for nobody');
    this.#noteVoided(lookup);
    if (answer.kind === 'failed' || answer.kind === 'not-cached') return;
    const fetched = this.#options.upstream.readBack(answer.body);
    if (fetched === undefined || fetched.asked.identity !== lookup.asked.identity) {
      this.#fail(1, lookup, `gets the answer to ${fetched?.asked.identity}`);
      return;
    }
    if (fetched.outcome.kind !== answer.kind) this.#fail(1, lookup, 'gets an answer of another kind');
    const isWide = answer.body.includes('lastName');
    if (answer.kind === 'found' && isWide !== lookup.instance.policy.projections.v2.fields.includes('lastName')) {
      this.#fail(1, lookup, "gets what another deployment's projection keeps");
    }
    const ageMs = this.now - fetched.askedAt;
    if (Math.abs(ageMs - answer.ageMs) > MAX_CLOCK_DIFFERENCE_MS) {
      this.#fail(2, lookup, `is told an age of ${answer.ageMs} ms of what is ${ageMs} ms old`);
    }
    if (cache.status === 'forward') {
      if (fetched !== lookup.ownAnswer) this.#fail(1, lookup, 'gets an answer that it did not fetch');
      return;
    }
    // The erased is nowhere in the store but in the outcome of a lease.
    if (answer.kind === 'erased' && cache.status === 'collapsed') return;
    this.#checkStored(lookup, fetched, cache.status === 'hit' ? cache.detail : undefined, ageMs);
  }

  /** Says that a history is over: whoever has no answer and did not crash never gets one. */
  end(): void {
    for (const lookup of this.#underWay) if (!lookup.instance.isCrashed) this.#fail(8, lookup, 'is never answered');
  }

  #checkStored(
    lookup: WatchedLookup,
    fetched: Fetched,
    detail: 'stale-while-revalidate' | 'stale-if-error' | 'max-stale' | undefined,
    ageMs: number,
  ): void {
    const { directives, instance, ownAnswer } = lookup;
    const { windows } = instance.policy;
    const what = `${detail ?? 'fresh'} s${fetched.serial}, ${ageMs} ms old`;
    const isFound = fetched.outcome.kind === 'found';
    const lifetimeMs = isFound ? windows.freshForMs : windows.notFoundFreshForMs;
    const sieMs = Math.min(windows.staleIfErrorMs, directives.staleIfErrorMs ?? Number.POSITIVE_INFINITY);
    const staleMs = {
      fresh: 0,
      'stale-while-revalidate': windows.staleWhileRevalidateMs,
      'stale-if-error': sieMs,
      'max-stale': Math.min(windows.staleIfErrorMs, directives.maxStaleMs ?? 0),
    }[detail ?? 'fresh'];
    if (ageMs > lifetimeMs + staleMs + MAX_CLOCK_DIFFERENCE_MS) {
      this.#fail(2, lookup, `gets ${what}: past its window`);
    }
    const keptForMs = this.#keptForMs.get(fetched);
    if (keptForMs !== undefined && ageMs > keptForMs + MAX_CLOCK_DIFFERENCE_MS) {
      this.#fail(2, lookup, `gets ${what}: past its own expiry`);
    }
    this.#checkDirectives(lookup, fetched, detail, ageMs, what);
    if (ownAnswer !== undefined && ownAnswer.outcome.kind !== 'failed') {
      this.#fail(2, lookup, `gets ${what}, which masks "${ownAnswer.outcome.kind}"`);
    }
    for (const each of this.#acknowledged) {
      const isLater = lookup.startedAt > each.acknowledgedAt && fetched.truthAt < each.startedAt;
      const isItsOwn =
        each.customer === undefined ? each.subject === fetched.asked.subject : each.customer === fetched.customer;
      const mayStandIn = each.mode === 'mark-stale' && detail === 'stale-if-error';
      if (isLater && isItsOwn && !mayStandIn) {
        const whose = each.customer === undefined ? each.subject : `customer ${each.customer}`;
        this.#fail(
          3,
          lookup,
          `gets ${what}, after ${each.mode} of ${whose} at ${each.startedAt}–${each.acknowledgedAt}`,
        );
      }
    }
  }

  #checkDirectives(
    lookup: WatchedLookup,
    fetched: Fetched,
    detail: 'stale-while-revalidate' | 'stale-if-error' | 'max-stale' | undefined,
    ageMs: number,
    what: string,
  ): void {
    const { directives, instance } = lookup;
    const { noCache, noStore, maxAgeMs, minFreshMs, maxStaleMs } = directives;
    if (noCache) this.#fail(2, lookup, `said no-cache and gets ${what}`);
    if (detail === undefined) {
      const leftMs = instance.policy.windows.freshForMs - ageMs;
      if (maxAgeMs !== undefined && ageMs > maxAgeMs + MAX_CLOCK_DIFFERENCE_MS) {
        this.#fail(2, lookup, `said max-age=${maxAgeMs / 1000} and gets ${what}`);
      }
      if (minFreshMs !== undefined && fetched.customer !== undefined && leftMs < minFreshMs - MAX_CLOCK_DIFFERENCE_MS) {
        this.#fail(2, lookup, `said min-fresh=${minFreshMs / 1000} and gets ${what}`);
      }
      return;
    }
    if (fetched.outcome.kind !== 'found') this.#fail(2, lookup, `gets a stale "${fetched.outcome.kind}": ${what}`);
    if (noStore) this.#fail(2, lookup, `said no-store and gets ${what}`);
    if (detail === 'stale-if-error') {
      if (!lookup.hasMetTrouble) this.#fail(2, lookup, `gets ${what}, though the upstream neither failed nor was slow`);
      return;
    }
    if (minFreshMs !== undefined || (maxAgeMs !== undefined && maxStaleMs === undefined)) {
      this.#fail(2, lookup, `wanted nothing stale and gets ${what}`);
    }
  }

  /** Promise 3 for what the upstream says itself: the erased, and those merged into others, are void once answered. */
  #noteVoided(lookup: WatchedLookup): void {
    const { ownAnswer, lastItem, asked, hasTrouble, hasStoodStill } = lookup;
    // A look-up that stood still may have had no time left to void anything.
    if (ownAnswer === undefined || hasTrouble || hasStoodStill) return;
    const { outcome, truthAt, customer } = ownAnswer;
    const isMerged = outcome.kind === 'found' && outcome.isMerged;
    if (outcome.kind !== 'erased' && !isMerged) return;
    const acknowledged = { mode: 'delete', startedAt: truthAt, acknowledgedAt: this.now } as const;
    if (outcome.kind === 'erased') this.acknowledge({ ...acknowledged, subject: asked.subject });
    const former = lastItem?.entry === undefined ? undefined : this.#options.upstream.readBack(lastItem.entry.body);
    const isKnown = former?.customer !== undefined && former.customer !== customer;
    // A hash under another secret names nobody to this instance: between two deploys of a rotation only the event helps.
    if (isKnown && this.#options.isOneSecret) this.acknowledge({ ...acknowledged, customer: former.customer });
  }

  #fail(promise: Violation['promise'], { name, asked }: WatchedLookup, what: string): void {
    this.#options.onViolation({ promise, what: `${name} (${asked.identity}) ${what}` });
  }
}

interface WatchedLookupOptions {
  readonly instance: Instance;
  readonly asked: Asked;
  /** Where its entries lie. */
  readonly partition: string;
  readonly directives: RequestDirectives;
}

/** A look-up as the checker sees it: what it asked for, and everything that passed through its ports. */
export class WatchedLookup implements StoreUser, UpstreamUser {
  readonly instance: Instance;
  readonly name: string;
  readonly timeoutMs: number;
  readonly asked: Asked;
  readonly directives: RequestDirectives;
  /** True time: when its caller asked. */
  readonly startedAt: number;
  /** True time: when it was begun, after others of its batch. */
  #begunAt: number;
  /** What must not be fetched twice at a time. */
  readonly flight: string;
  readonly partition: string;
  calls = 0;
  isCalling = false;
  ownAnswer: Fetched | undefined;
  lastItem: StoredItem | undefined;
  /** An operation of the store failed or was too slow. */
  hasTrouble = false;
  /** What it had under way was voided by an invalidation. */
  isVoided = false;
  leaseToken: string | undefined;
  hasWritten = false;
  hasReadFailure = false;
  hasReadNotStored = false;
  /** It has read the entry that a fetch gave it had waited for. */
  hasReadEntry = false;
  #hasReadEnd = false;
  #pausedUntil: number | undefined;
  readonly #checker: Checker;
  readonly #frozenMsBefore: number;
  #frozenMsAtBeginning: number;
  readonly #tokensRead = new Set<string>();

  constructor(checker: Checker, name: string, timeoutMs: number, options: WatchedLookupOptions) {
    const { instance, asked, directives } = options;
    this.#checker = checker;
    this.name = name;
    this.timeoutMs = timeoutMs;
    this.instance = instance;
    this.asked = asked;
    this.partition = options.partition;
    this.directives = directives;
    this.startedAt = checker.now;
    this.#begunAt = checker.now;
    this.#frozenMsBefore = instance.frozenMs;
    this.#frozenMsAtBeginning = instance.frozenMs;
    const { projections, keySecrets } = instance.policy;
    this.flight = `${asked.identity} ${projections.v2.fields} ${keySecrets[0]}`;
  }

  get hasStoodStill(): boolean {
    return this.instance.isCrashed || this.instance.frozenMs > this.#frozenMsBefore;
  }

  /** Says that it begins only now: it was held up by others of its batch. */
  begin(): void {
    this.#begunAt = this.#checker.now;
    this.#frozenMsAtBeginning = this.instance.frozenMs;
  }

  /** How long it has taken since it was begun, freezes not counted. */
  get runningMs(): number {
    return this.#checker.now - this.#begunAt - (this.instance.frozenMs - this.#frozenMsAtBeginning);
  }

  /** The upstream failed, as far as this look-up could see, or kept it waiting, or asked not to be called. */
  get hasMetTrouble(): boolean {
    return (
      this.ownAnswer?.outcome.kind === 'failed' ||
      this.#hasReadEnd ||
      this.#pausedUntil !== undefined ||
      this.#checker.now - this.#begunAt >= this.instance.policy.staleSoftTimeoutMs
    );
  }

  onTrouble(): void {
    this.hasTrouble = true;
  }

  /** Whether its caller wants an answer of a certain age or freshness. */
  get isChoosy(): boolean {
    return this.directives.maxAgeMs !== undefined || this.directives.minFreshMs !== undefined;
  }

  onRead(item: StoredItem): void {
    this.lastItem = item;
    const { lease, outcome, version } = item;
    if (version !== undefined && this.#tokensRead.has(version)) this.hasReadEntry = true;
    if (outcome !== undefined && this.#tokensRead.has(outcome.token)) {
      if (outcome.kind === 'failed') this.hasReadFailure = true;
      if (outcome.kind === 'not-stored') this.hasReadNotStored = true;
      else this.#hasReadEnd = true;
    }
    if (lease !== undefined) this.#tokensRead.add(lease.token);
  }

  onLeaseTaken({ token }: Lease, before: StoredItem): void {
    this.leaseToken = token;
    this.#checker.leaseTaken(this, before);
  }

  onWritten(key: CacheKey, before: StoredItem, entry: CacheEntry): void {
    this.hasWritten = true;
    this.#checker.entryWritten(this, key, before, entry);
  }

  onPauseRead(until: number | undefined): void {
    this.#pausedUntil = until;
  }

  onUpstreamCall(asked: Asked): void {
    this.calls += 1;
    this.#checker.upstreamCalled(this, asked);
    this.isCalling = true;
  }

  onUpstreamAnswer(fetched: Fetched): void {
    this.isCalling = false;
    this.ownAnswer = fetched;
  }
}
