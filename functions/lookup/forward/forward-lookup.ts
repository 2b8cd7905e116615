import { collapsed, hit, pending, type Revalidation, standIn } from '../answers.ts';
import type { KeyedAsked } from '../asked.ts';
import { definiteAnswer } from '../definite-answer.ts';
import type { StoredItem } from '../entry.ts';
import { type Decision, decide, type ForwardReason, toStandIn } from '../freshness.ts';
import { isRevalidating } from '../lookup-policy.ts';
import type { LookupResult } from '../lookup-result.ts';
import type { Shown } from '../shared-read.ts';
import type { AskContext } from './ask-context.ts';
import { askAlone, askAsHolder, isReadLongAgo, type Known, revalidateIfIdle, softMsLeft } from './ask-upstream.ts';
import { type HandedOver, HandOver } from './hand-over.ts';
import { KnownItem } from './known-item.ts';
import { OwnLease } from './lease.ts';
import { LeaseWatch } from './lease-watch.ts';
import { isAnswer, nextStep, type Seen, type Step, waitsForUpstream } from './next-step.ts';
import { joinsOthers, silenceMsLeft, storePatienceMs } from './patience.ts';
import { Polls } from './polls/polls.ts';
import { SoftWait } from './slow-upstream.ts';

type Forwarding = Extract<Decision, { use: 'forward' }>;

/** One look-up that goes forward: judge the item again, take one step, read again. */
export class ForwardLookup {
  readonly #context: AskContext;
  readonly #asked: KeyedAsked;
  readonly #watch: LeaseWatch;
  readonly #lease: OwnLease;
  readonly #item: KnownItem;
  readonly #softWait: SoftWait;
  readonly #handOver: HandOver;
  #revalidation: Revalidation | undefined;
  /** Why the cache could not answer, before the look-up began to wait. */
  #firstReason: ForwardReason = 'miss';

  /** @param shown the item of the first read; undefined: the store did not answer */
  constructor(context: AskContext, asked: KeyedAsked, shown: Shown<StoredItem> | undefined) {
    const { clock, newToken, random, revalidator } = context.ports;
    const { leaseMs, storeTimeoutMs } = context.policy;
    this.#context = context;
    this.#asked = asked;
    this.#watch = new LeaseWatch(clock, leaseMs);
    this.#softWait = new SoftWait(context.slowUpstream, asked.request.api);
    const isFetching = (each: StoredItem) => this.#watch.isLive(each);
    this.#handOver = new HandOver(asked, { clock, random, revalidator, leaseMs, isFetching });
    const times = { leaseMs, storeTimeoutMs, expectedMs: () => context.fetchTimes.expectedMs(asked.request.api) };
    this.#lease = new OwnLease(asked, { clock, newToken, ...times, ends: context.leaseEnds });
    const polls = new Polls(context.ports, context.leaseEnds);
    this.#item = new KnownItem(asked, shown, { clock, polls, noteRead: (read) => this.#noteRead(read) });
  }

  async run(): Promise<LookupResult> {
    for (;;) {
      // Judge the item again each time: an entry ages while we wait, or ask for its revalidation.
      const decision = this.#decide();
      const result = decision.use === 'hit' ? await this.#serve(decision) : await this.#goForward(decision);
      if (result !== undefined) return this.#withRevalidation(result);
    }
  }

  /** Adds to a result whether the look-up asked another invocation to fetch, and whether that request was lost. */
  #withRevalidation(result: LookupResult): LookupResult {
    const asked = this.#revalidation;
    return {
      ...result,
      isRevalidationAsked: result.isRevalidationAsked || asked === 'asked',
      isRevalidationLost: result.isRevalidationLost || asked === 'lost',
    };
  }

  #decide(): Decision {
    const { ports, policy } = this.#context;
    return decide(this.#item.value.entry, this.#asked.directives, policy.windows, ports.clock.now());
  }

  /** Serves the entry. Before the first stale answer it asks for a revalidation, and judges the entry again. */
  async #serve(decision: Extract<Decision, { use: 'hit' }>): Promise<LookupResult | undefined> {
    if (decision.detail === 'stale-while-revalidate' && this.#revalidation === undefined) {
      // A prefetch wants only the newer entry.
      if (this.#asked.purpose === 'prefetch') return this.#askElsewhere(this.#handOver.askIfDue(this.#item.value));
      this.#revalidation = await this.#revalidateIfIdle();
      return undefined;
    }
    if (await this.#readAgainIfOld()) return undefined;
    const hasWaited = this.#watch.hasWaited || this.#handOver.isAsked(this.#item.value);
    const isCollapsed = decision.detail === undefined && hasWaited;
    if (isCollapsed) return collapsed(this.#asked, decision, this.#firstReason);
    return hit(this.#asked, decision, this.#revalidation);
  }

  /** Takes one step; undefined: judge the item again. */
  async #goForward({ reason }: Forwarding): Promise<LookupResult | undefined> {
    if (!this.#watch.hasSeenLease) this.#firstReason = reason;
    this.#watch.observe(this.#item.value, this.#handOver.isAsked(this.#item.value));
    const seen = this.#seen(reason);
    const step = nextStep(seen);
    if (seen.ended?.kind === 'failed' && seen.ended.failure === 'throttled') {
      // This instance may not know of the pause.
      this.#context.gate.hear(this.#asked.request.api);
    }
    // An uncertain try may have taken the lease. Others must not wait for a holder that has answered.
    if (isAnswer(step) && (await this.#lease.letGo())) return undefined;
    if (waitsForUpstream(step)) this.#softWait.begin();
    switch (step.kind) {
      case 'wait':
        return this.#wait(step.atMostMs);
      case 'take':
        return this.#take(reason);
      case 'fetch':
        this.#lease.confirm(this.#item.value);
        return askAsHolder(this.#context, this.#asked, this.#known(reason), this.#lease);
      case 'alone':
        return this.#goAlone(reason);
      case 'stand-in':
        return this.#standIn(step);
      case 'hand-over':
        return this.#askElsewhere(this.#handOver.ask(this.#item.value));
      case 'pending':
        return pending(this.#asked, this.#firstReason, this.#revalidation ?? 'not-asked');
      default:
        return definiteAnswer(this.#asked, step, reason, this.#context.ports.clock.now());
    }
  }

  #seen(reason: ForwardReason): Seen {
    const { ports, policy } = this.#context;
    const { directives, purpose, startedAt, store } = this.#asked;
    const { value: item, isRead } = this.#item;
    const softMs = this.#softWait.limit(softMsLeft(this.#context, this.#asked, { reason, item }), item.entry);
    const limits = { startedAt, softMsLeft: softMs, hasStoreTrouble: store.hasTrouble };
    return {
      onlyIfCached: directives.onlyIfCached,
      noStore: directives.noStore,
      joins: joinsOthers(this.#asked, policy.windows, this.#watch.wasUnmet),
      isRevalidation: isRevalidating(purpose),
      isPrefetch: purpose === 'prefetch',
      isStoreUsable: !store.isBypassed,
      isRead,
      lease: this.#lease.isOurs(item) ? 'ours' : this.#watch.isLive(item) ? 'live' : 'none',
      ended: this.#watch.endedAs(item),
      wasGivenUp: item.outcome?.kind === 'given-up',
      standIn: toStandIn(item.entry, directives, policy.windows, ports.clock.now()),
      patienceMs: isRead
        ? this.#watch.patienceMs(limits)
        : storePatienceMs(this.#asked, policy, { now: ports.clock.monotonicNow(), softMsLeft: softMs }),
      // If the item is not known, the patience is for the store, and the soft timeout is not over.
      waitMsLeft: this.#handOver.waitMsLeft(item, reason),
      isAsked: this.#handOver.isAsked(item),
      isSoft: softMs !== undefined && (isRead || softMs <= 0),
      isTooLate: this.#isTooLate,
      mayHolderBeDead: this.#watch.mayHolderBeDead,
      hasStoreTrouble: store.hasTrouble,
      mayTake: !this.#lease.wasOftenLate,
    };
  }

  get #isTooLate(): boolean {
    return this.#watch.isTooLateToFetch(this.#asked.startedAt);
  }

  #silenceMsLeft(): number {
    return silenceMsLeft(this.#asked.store, this.#context.policy, this.#context.ports.clock.monotonicNow());
  }

  async #wait(atMostMs: number): Promise<undefined> {
    const usualMs = this.#context.fetchTimes.expectedMs(this.#asked.request.api);
    const { isRead } = this.#item;
    const untilEndMs = isRead ? this.#watch.untilExpectedEndMs(this.#item.value, usualMs) : 0;
    // Before the first read, the next step itself ends the patience. A revalidation could not store an answer.
    const endsAtSilence = isRead && !isRevalidating(this.#asked.purpose);
    const silenceMsLeft = endsAtSilence ? this.#silenceMsLeft() : atMostMs;
    await this.#item.sleep({ untilEndMs, atMostMs: Math.min(atMostMs, silenceMsLeft) });
    await this.#item.read();
    if (endsAtSilence && this.#silenceMsLeft() <= 0 && !this.#isTooLate) this.#asked.store.giveUp();
  }

  async #askElsewhere(asking: Promise<HandedOver>): Promise<undefined> {
    const handedOver = await asking;
    if (handedOver !== 'busy') this.#revalidation = handedOver;
    // Another write was first, or the store is in trouble: the item shows which.
    else if (!this.#asked.store.isBypassed) await this.#item.read();
  }

  async #take(reason: ForwardReason): Promise<LookupResult | undefined> {
    if (this.#hasTimeToPrepare(reason)) await this.#context.ports.upstream.prepare();
    const { budget, gate } = this.#context;
    const taken = await gate.beside(this.#asked, () => this.#lease.take(this.#item.value, budget));
    if (taken === 'held') return askAsHolder(this.#context, this.#asked, this.#known(reason), this.#lease);
    if (taken === 'unknown' || taken === 'refused') return this.#goAlone(reason);
    if (typeof taken === 'object') {
      this.#item.noteLease(taken);
      return undefined;
    }
    if (this.#lease.isContested) return this.#goAlone(reason);
    // The store may have made our write, perhaps late or sent twice, or another look-up's.
    this.#item.noteUncertainWrite();
    if (taken === 'conflict') await this.#item.read();
    return undefined;
  }

  /**
   * Whether to prepare the upstream's client before the look-up takes the lease: otherwise, on a cold instance, the
   * lease may lapse while the client loads. A look-up that has waited has no time for that. A fetch beside a usable
   * stale entry ends early, and needs no preparation.
   */
  #hasTimeToPrepare(reason: ForwardReason): boolean {
    return !this.#watch.hasWaited && softMsLeft(this.#context, this.#asked, this.#known(reason)) === undefined;
  }

  async #goAlone(reason: ForwardReason): Promise<LookupResult> {
    if (!this.#item.isRead || this.#lease.wasOftenLate) this.#asked.store.giveUp();
    return askAlone(this.#context, this.#asked, this.#known(reason), this.#lease);
  }

  /** Serves the stale entry. The slow work comes first, and then the entry is judged again. */
  async #standIn({ stale, revalidates }: Extract<Step, { kind: 'stand-in' }>): Promise<LookupResult | undefined> {
    if (await this.#readAgainIfOld()) return undefined;
    if (revalidates && this.#revalidation === undefined) {
      this.#revalidation = await this.#revalidateIfIdle();
      return undefined;
    }
    return standIn(this.#asked, stale, { revalidation: this.#revalidation ?? 'not-asked' });
  }

  /**
   * Reads the item again if it was read long ago: there may have been a purge meanwhile.
   *
   * @returns whether it tried. If so, the item is judged again: even if the store does not answer, the entry has aged
   */
  async #readAgainIfOld(): Promise<boolean> {
    if (!isReadLongAgo(this.#context, this.#item.triedAt)) return false;
    await this.#item.read();
    return true;
  }

  /** Learns from a read whether a lease is ours, and how long the fetches of others take. */
  #noteRead(item: StoredItem): void {
    this.#lease.observe(item);
    const expectedMs = item.lease?.expectedMs;
    if (expectedMs !== undefined) this.#context.fetchTimes.hear(this.#asked.request.api, expectedMs);
  }

  #revalidateIfIdle(): Promise<Revalidation> {
    return revalidateIfIdle(this.#context, this.#asked, { item: this.#item.value }, (item) => this.#watch.isLive(item));
  }

  #known(reason: ForwardReason): Known & { readonly item: StoredItem } {
    const { value: item, readAt } = this.#item;
    return { reason, item, readAt, wasCeded: this.#watch.wasCeded(item) };
  }
}
