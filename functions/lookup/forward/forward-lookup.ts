import { collapsed, hit, pending, type Revalidation, standIn } from '../answers.ts';
import type { KeyedAsked } from '../asked.ts';
import { definiteAnswer } from '../definite-answer.ts';
import { EMPTY_ITEM, type StoredItem } from '../entry.ts';
import { MAX_READ_AGE_MS } from '../fleet.ts';
import { type Decision, decide, type ForwardReason, standIn as toStandIn } from '../freshness.ts';
import { isRevalidating } from '../lookup-policy.ts';
import type { LookupResult } from '../lookup-result.ts';
import {
  type AskContext,
  askAlone,
  askAsHolder,
  isReadLongAgo,
  type Known,
  revalidateIfIdle,
  softMsLeft,
} from './ask-upstream.ts';
import { type HandedOver, HandOver } from './hand-over.ts';
import { OwnLease } from './lease.ts';
import { LeaseWatch } from './lease-watch.ts';
import { isAnswer, nextStep, type Seen, type Step } from './next-step.ts';
import { joinsOthers, storePatienceMs } from './patience.ts';
import { Polls } from './polls/polls.ts';
import { SoftWait } from './slow-upstream.ts';

/** How many tries for the lease may fail because other writes were first. Then the look-up continues without it. */
const MAX_CONFLICTS = 8;
/** How many times the store may be late with the lease. After that the look-up does not try again. */
const MAX_LATE = 1;

type Forwarding = Extract<Decision, { use: 'forward' }>;

/** One look-up that goes forward: judge the item again, take one step, read again. */
export class ForwardLookup {
  readonly #context: AskContext;
  readonly #asked: KeyedAsked;
  readonly #watch: LeaseWatch;
  readonly #lease: OwnLease;
  readonly #polls: Polls;
  readonly #softWait: SoftWait;
  readonly #handOver: HandOver;
  #item: StoredItem;
  /** Whether the item is known. After an uncertain write it is not known until the next read. */
  #isRead: boolean;
  #readAt: number;
  /** When the look-up last tried to read the item. Monotonic milliseconds. */
  #triedAt: number;
  #revalidation: Revalidation | undefined;
  /** Why the cache could not answer, before the look-up began to wait. */
  #firstReason: ForwardReason = 'miss';
  #conflictCount = 0;
  #lateCount = 0;

  constructor(context: AskContext, asked: KeyedAsked, item: StoredItem | undefined) {
    const { clock, newToken, random, revalidator } = context.ports;
    const { leaseMs, storeTimeoutMs } = context.policy;
    this.#context = context;
    this.#asked = asked;
    this.#item = item ?? EMPTY_ITEM;
    this.#isRead = item !== undefined;
    this.#readAt = asked.startedAt;
    this.#triedAt = asked.startedAt;
    this.#watch = new LeaseWatch(clock, leaseMs);
    this.#softWait = new SoftWait(context.slowUpstream, asked.request.api);
    const isFetching = (each: StoredItem) => this.#watch.isLive(each);
    this.#handOver = new HandOver(asked, { clock, random, revalidator, leaseMs, isFetching });
    const times = { leaseMs, storeTimeoutMs, expectedMs: () => context.fetchTimes.expectedMs(asked.request.api) };
    this.#lease = new OwnLease(asked, { clock, newToken, ...times, ends: context.leaseEnds });
    this.#polls = new Polls(context.ports, context.leaseEnds);
  }

  async run(): Promise<LookupResult> {
    for (;;) {
      // Judge the item again each time: an entry ages while we wait, or ask for its revalidation.
      const decision = this.#decide();
      const result = decision.use === 'hit' ? await this.#serve(decision) : await this.#goForward(decision);
      if (result !== undefined) return result;
    }
  }

  #decide(): Decision {
    const { ports, policy } = this.#context;
    return decide(this.#item.entry, this.#asked.directives, policy.windows, ports.clock.now());
  }

  /** Serves the entry. Before the first stale answer it asks for a revalidation, and judges the entry again. */
  async #serve(decision: Extract<Decision, { use: 'hit' }>): Promise<LookupResult | undefined> {
    if (decision.detail === 'stale-while-revalidate' && this.#revalidation === undefined) {
      // A prefetch wants only the newer entry.
      if (this.#asked.purpose === 'prefetch') return this.#askElsewhere(this.#handOver.askIfDue(this.#item));
      this.#revalidation = await this.#revalidateIfIdle();
      return undefined;
    }
    const hasWaited = this.#watch.hasWaited || this.#handOver.isAsked(this.#item);
    const isCollapsed = decision.detail === undefined && hasWaited;
    if (isCollapsed) return collapsed(this.#asked, decision, this.#firstReason);
    return hit(this.#asked, decision, this.#revalidation);
  }

  /** Takes one step; undefined: judge the item again. */
  async #goForward({ reason }: Forwarding): Promise<LookupResult | undefined> {
    if (!this.#watch.hasSeenLease) this.#firstReason = reason;
    if (this.#handOver.isAsked(this.#item)) this.#watch.expect(this.#item);
    this.#watch.observe(this.#item);
    const step = nextStep(this.#seen(reason));
    // An uncertain try may have taken the lease. Others must not wait for a holder that has answered.
    if (isAnswer(step) && (await this.#lease.letGo())) return undefined;
    switch (step.kind) {
      case 'wait':
        return this.#wait(step.atMostMs);
      case 'take':
        return this.#take(reason);
      case 'fetch':
        this.#lease.confirm(this.#item);
        return askAsHolder(this.#context, this.#asked, this.#known(reason), this.#lease);
      case 'alone':
        return this.#goAlone(reason);
      case 'stand-in':
        return this.#standIn(step);
      case 'hand-over':
        return this.#askElsewhere(this.#handOver.ask(this.#item));
      case 'pending':
        return pending(this.#asked, this.#firstReason, this.#revalidation ?? 'not-asked');
      default:
        return definiteAnswer(this.#asked, step, reason, this.#context.ports.clock.now());
    }
  }

  #seen(reason: ForwardReason): Seen {
    const { ports, policy } = this.#context;
    const { directives, purpose, startedAt, store } = this.#asked;
    const item = this.#item;
    const softMs = this.#softWait.limit(softMsLeft(this.#context, this.#asked, { reason, item }), item.entry);
    const limits = { startedAt, softMsLeft: softMs, hasStoreTrouble: store.hasTrouble };
    return {
      onlyIfCached: directives.onlyIfCached,
      noStore: directives.noStore,
      joins: joinsOthers(this.#asked, policy.windows, this.#watch.wasUnmet),
      isRevalidation: isRevalidating(purpose),
      isPrefetch: purpose === 'prefetch',
      isStoreUsable: !store.isBypassed,
      isRead: this.#isRead,
      lease: this.#lease.isOurs(item) ? 'ours' : this.#watch.isLive(item) ? 'live' : 'none',
      ended: this.#watch.endedAs(item),
      wasGivenUp: item.outcome?.kind === 'given-up',
      standIn: toStandIn(item.entry, directives, policy.windows, ports.clock.now()),
      patienceMs: this.#isRead
        ? this.#watch.patienceMs(limits)
        : storePatienceMs(this.#asked, policy, { now: ports.clock.monotonicNow(), softMsLeft: softMs }),
      // If the item is not known, the patience is for the store, and the soft timeout is not over.
      waitMsLeft: this.#handOver.waitMsLeft(item, reason),
      isAsked: this.#handOver.isAsked(item),
      isSoft: softMs !== undefined && (this.#isRead || softMs <= 0),
      isTooLate: this.#watch.isTooLateToFetch(startedAt),
      mayHolderBeDead: this.#watch.mayHolderBeDead,
      hasStoreTrouble: store.hasTrouble,
      mayTake: this.#mayTake,
    };
  }

  get #mayTake(): boolean {
    return this.#lateCount <= MAX_LATE;
  }

  async #wait(atMostMs: number): Promise<undefined> {
    const usualMs = this.#context.fetchTimes.expectedMs(this.#asked.request.api);
    const untilEndMs = this.#isRead ? this.#watch.untilExpectedEndMs(this.#item, usualMs) : 0;
    await this.#polls.sleep(this.#isRead ? this.#item.lease : undefined, { untilEndMs, atMostMs });
    await this.#read();
  }

  async #askElsewhere(asking: Promise<HandedOver>): Promise<undefined> {
    const handedOver = await asking;
    if (handedOver !== 'busy') this.#revalidation = handedOver;
    // Another write was first, or the store is in trouble: the item shows which.
    else if (!this.#asked.store.isBypassed) await this.#read();
  }

  async #take(reason: ForwardReason): Promise<LookupResult | undefined> {
    if (this.#hasTimeToPrepare(reason)) await this.#context.ports.upstream.prepare();
    const { budget, gate } = this.#context;
    const taken = await gate.beside(this.#asked, () => this.#lease.take(this.#item, budget));
    if (taken === 'held') return askAsHolder(this.#context, this.#asked, this.#known(reason), this.#lease);
    if (taken === 'unknown' || taken === 'refused') return this.#goAlone(reason);
    if (typeof taken === 'object') {
      this.#item = { ...this.#item, lease: taken };
      return undefined;
    }
    if (taken === 'conflict') this.#conflictCount += 1;
    if (this.#conflictCount > MAX_CONFLICTS) return this.#goAlone(reason);
    if (taken === 'late') this.#lateCount += 1;
    // Only the item shows whose write the store made: ours, perhaps late or sent twice, or another look-up's.
    this.#isRead = false;
    if (taken === 'conflict') await this.#read();
    return undefined;
  }

  /**
   * Whether to prepare the upstream's client before the lease is taken: on a cold instance the lease may lapse meanwhile.
   * A look-up that has waited has no time for that. A fetch beside a usable stale entry ends early, and needs none.
   */
  #hasTimeToPrepare(reason: ForwardReason): boolean {
    return !this.#watch.hasWaited && softMsLeft(this.#context, this.#asked, this.#known(reason)) === undefined;
  }

  async #goAlone(reason: ForwardReason): Promise<LookupResult> {
    if (!this.#isRead || !this.#mayTake) this.#asked.store.giveUp();
    return askAlone(this.#context, this.#asked, this.#known(reason), this.#lease);
  }

  /** Serves the stale entry. The slow work comes first, and then the entry is judged again. */
  async #standIn({ stale, revalidates }: Extract<Step, { kind: 'stand-in' }>): Promise<LookupResult | undefined> {
    if (isReadLongAgo(this.#context, this.#triedAt)) {
      // There may have been a purge meanwhile. Even if the store does not answer, the entry has aged.
      await this.#read();
      return undefined;
    }
    if (revalidates && this.#revalidation === undefined) {
      this.#revalidation = await this.#revalidateIfIdle();
      return undefined;
    }
    return standIn(this.#asked, stale, { revalidation: this.#revalidation ?? 'not-asked' });
  }

  /** Reads the item again. If the store does not answer, the last read still counts. */
  async #read(): Promise<void> {
    const { key, startedAt, store, crowd } = this.#asked;
    const now = this.#context.ports.clock.monotonicNow();
    this.#triedAt = now;
    const after = this.#isRead ? this.#polls.takesAfter(this.#readAt) : now - MAX_READ_AGE_MS;
    const read = await store.poll((each) => crowd.readSince(Math.max(startedAt, after), () => each.read(key)));
    if (read === undefined) return;
    this.#polls.noteRead(read, now, this.#item.lease);
    this.#item = read.value;
    this.#isRead = true;
    this.#readAt = read.beganAt;
    this.#triedAt = Math.min(now, read.beganAt);
    this.#lease.observe(read.value);
    const expectedMs = read.value.lease?.expectedMs;
    if (expectedMs !== undefined) this.#context.fetchTimes.hear(this.#asked.request.api, expectedMs);
  }

  #revalidateIfIdle(): Promise<Revalidation> {
    return revalidateIfIdle(this.#context, this.#asked, { item: this.#item }, (item) => this.#watch.isLive(item));
  }

  #known(reason: ForwardReason): Known & { readonly item: StoredItem } {
    return { reason, item: this.#item, readAt: this.#readAt, wasCeded: this.#watch.wasCeded(this.#item) };
  }
}
