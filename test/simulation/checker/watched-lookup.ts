import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import type { RevalidationMark, StoredItem } from '../../../functions/lookup/entry.ts';
import type { FirstRead } from '../../../functions/lookup/lookup-policy.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import { type StoreTrouble, StoreUnavailableError } from '../../../functions/lookup/ports.ts';
import type { Asked } from '../asked.ts';
import type { Instance } from '../instance.ts';
import type { Operation, StoreEffect, StoreUser } from '../store/store-user.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { UpstreamUser } from '../upstream/simulated-upstream.ts';
import { BusyTime } from './busy-time.ts';
import type { Crowd } from './crowd.ts';
import { ItemsRead } from './items-read.ts';
import type { LookupListener, WatchedLookupOptions } from './lookup-listener.ts';
import { StoreUse } from './store-use.ts';
import type { WatchedRequest } from './watched-request.ts';

/** A lease that a look-up took. */
export interface TakenLease {
  readonly token: string;
  /** It was taken after the look-up was told that taking it had failed. */
  readonly isLate: boolean;
}

/** A look-up as the checker sees it: what it asked for, and everything that passed through its ports. */
export class WatchedLookup implements StoreUser, UpstreamUser {
  readonly request: WatchedRequest;
  readonly name: string;
  readonly timeoutMs: number;
  readonly asked: Asked;
  readonly key: CacheKey;
  /** What must not be fetched twice at a time. */
  readonly flight: string;
  readonly store: StoreUse;
  readonly busy: BusyTime;
  /** How it asked the upstream for something else than its caller did; undefined: it did not. */
  foreignCall: string | undefined;
  calls = 0;
  /** When it called the upstream, it might ask for itself: the store was down to it. */
  wasExcused = false;
  isCalling = false;
  ownAnswer: Fetched | undefined;
  /** It waited no longer for its own fetch. */
  hasGivenUp = false;
  /** What came of it, and when; undefined: it is under way. */
  result: LookupResult | undefined;
  answeredAt: number | undefined;
  /** What it read of the store, for itself alone. */
  readonly own: ItemsRead;
  /** The same, and what was read of its key on its instance meanwhile: others may have told it. */
  readonly told: ItemsRead;
  /** Which entry was read ahead for it, if one was. */
  aheadVersion: string | undefined;
  readonly leases: TakenLease[] = [];
  /** The item as it knew it when it took its lease. */
  #seen: StoredItem | undefined;
  #isSeenCertain = true;
  /** What it had under way was voided by an invalidation. */
  isVoided = false;
  /** Its customer was invalidated before it could store the answer. */
  isFenced = false;
  hasWritten = false;
  hasTakenProbe = false;
  /** It ended its lease, and said how. */
  hasEndedLease = false;
  /** The store said that the lease was no longer its own. If the end was sent twice, the first sending had ended it. */
  #isToldOfNoLease = false;
  /** The mark that it set last, to ask for a revalidation. */
  mark: RevalidationMark | undefined;
  /** What became of the revalidation that it asked for; undefined: it asked for none. */
  revalidation: 'under-way' | 'asked' | 'lost' | undefined;
  readonly #crowd: Crowd;
  readonly #listener: LookupListener;
  readonly #now: () => number;

  constructor({ request, asked, key, vitality, crowd, now, listener }: WatchedLookupOptions) {
    const { instance } = request;
    this.request = request;
    this.asked = asked;
    this.key = key;
    this.name = request.parts.supplement === undefined ? request.name : `${request.name}.${asked.api}`;
    this.timeoutMs = request.timeoutMs;
    const isImpatient = request.waitMs !== undefined || request.purpose === 'prefetch';
    this.own = new ItemsRead(isImpatient);
    this.told = new ItemsRead(isImpatient);
    this.store = new StoreUse(vitality, request.timeoutMs, now, isImpatient);
    this.busy = new BusyTime(now);
    this.#crowd = crowd;
    this.#listener = listener;
    this.#now = now;
    const { projections, keySecrets } = instance.policy;
    this.flight = `${asked.identity} ${projections[asked.api].fields} ${keySecrets[0]}`;
  }

  get instance(): Instance {
    return this.request.instance;
  }

  /** How long its caller waits; infinity: as long as it takes. Milliseconds. */
  get waitMs(): number {
    return this.request.purpose === 'prefetch' ? 0 : (this.request.waitMs ?? Number.POSITIVE_INFINITY);
  }

  get identity(): string {
    return this.asked.identity;
  }

  get directives() {
    return this.request.directives;
  }

  /** True time: when its caller asked. */
  get startedAt(): number {
    return this.request.startedAt;
  }

  get hasStoodStill(): boolean {
    return this.request.hasStoodStill;
  }

  /** How long ago it was begun. */
  get elapsedMs(): number {
    return this.#now() - this.request.begunAt;
  }

  /** How long it has taken since it was begun, freezes not counted. */
  get runningMs(): number {
    return this.elapsedMs - (this.instance.frozenMs - this.request.frozenMsAtBeginning);
  }

  /** Whether it knows that it ended its lease. */
  get knowsEnd(): boolean {
    return this.hasEndedLease && !this.#isToldOfNoLease && this.store.troubleCount('endLease') === 0;
  }

  /** The item as it knows it, as far as that is certain. */
  get knownItem(): StoredItem | undefined {
    if (!this.#isSeenCertain) return undefined;
    return this.#seen ?? (this.own.last === this.told.last ? this.own.last : undefined);
  }

  /** Whether a fetch that began before it may give its answer. */
  get canJoin(): boolean {
    const { noCache, maxAgeMs, minFreshMs = 0 } = this.directives;
    return !noCache && maxAgeMs !== 0 && minFreshMs < this.instance.policy.windows.freshForMs;
  }

  /** Reads what was read together with other look-ups. */
  async readAhead(firstRead: FirstRead): Promise<StoredItem> {
    const begunAt = this.#now();
    this.busy.begin();
    this.store.beginReadAhead();
    try {
      const item = await firstRead();
      // To the look-up, the store has answered only now.
      this.store.readAhead();
      this.own.show(item);
      this.told.show(item);
      this.aheadVersion = item.version;
      return item;
    } catch (error) {
      if (error instanceof StoreUnavailableError && error.trouble === 'down') this.store.readAheadFailed(begunAt);
      throw error;
    } finally {
      this.busy.end();
    }
  }

  onCall(operation: Operation): void {
    this.#crowd.called();
    this.#listener.storeCalled(this, operation, this.store.called(operation, this.told.last !== undefined));
  }

  onAnswered(operation: Operation, begunAt: number, result: unknown): void {
    this.#crowd.settled();
    if (operation === 'endLease' && result === false) this.#isToldOfNoLease = true;
    this.store.answered(operation, this.#isShared(operation, begunAt));
  }

  onTrouble(operation: Operation, trouble: StoreTrouble, begunAt: number): void {
    this.#crowd.settled();
    if (this.#isShared(operation, begunAt)) this.store.crowdTroubled(trouble, begunAt);
    else this.store.troubled(operation, trouble, begunAt);
    this.#crowd.troubled(this, trouble, begunAt);
  }

  onRead(item: StoredItem, begunAt: number): void {
    const isShared = this.#isShared('read', begunAt);
    if (!isShared) this.own.show(item);
    this.#crowd.read(item);
    const isOwnLease = this.leases.some(({ token }) => token === item.lease?.token);
    if (!isOwnLease) return;
    // The lease is its own, though it was told that another write was first: or others wait for what this read shows.
    if (isShared) this.#isSeenCertain = false;
    this.#seen = item;
  }

  /** Whether a call may have been made for others too: such a read is sent again, and the first answer counts. */
  #isShared(operation: Operation, begunAt: number): boolean {
    return operation === 'read' && this.#crowd.hasBeenManySince(begunAt);
  }

  onEffect(effect: StoreEffect): void {
    switch (effect.kind) {
      case 'lease-taken':
        this.leases.push({ token: effect.lease.token, isLate: effect.isLate });
        this.#seen = effect.seen;
        this.#crowd.leaseTaken(effect.lease.token);
        break;
      case 'written':
        this.hasWritten = true;
        break;
      case 'fenced':
        this.isFenced = true;
        break;
      case 'marked':
        this.mark = effect.mark;
        break;
      case 'lease-ended':
        this.hasEndedLease = true;
        this.mark = effect.end.revalidation ?? this.mark;
        break;
      case 'probe-taken':
        this.hasTakenProbe = true;
        break;
    }
    this.#listener.storeChanged(this, effect);
  }

  /** The time that something else takes does not count as the look-up's own. */
  async busyDuring<T>(run: () => Promise<T>): Promise<T> {
    this.busy.begin();
    try {
      return await run();
    } finally {
      this.busy.end();
    }
  }

  onRevalidationAsked(): void {
    this.busy.begin();
    this.revalidation = 'under-way';
    this.#listener.revalidationAsked(this);
  }

  onRevalidationReported(isAsked: boolean): void {
    this.busy.end();
    this.revalidation = isAsked ? 'asked' : 'lost';
  }

  onUpstreamPreparing(): void {
    this.busy.begin();
  }

  onUpstreamPrepared(): void {
    this.busy.end();
  }

  onUpstreamCall(asked: Asked, attempt: number): void {
    if (asked.identity !== this.identity) this.foreignCall = asked.identity;
    if (attempt === 1) {
      this.calls += 1;
      this.wasExcused = this.store.mayAskAlone;
      this.store.gaveUp();
    }
    this.#listener.upstreamCalled(this, attempt);
    if (attempt === 1) this.busy.begin();
    this.isCalling = true;
  }

  onUpstreamAnswer(fetched: Fetched, attempts: number, isGivenUp: boolean): void {
    this.busy.end();
    this.isCalling = false;
    this.ownAnswer = fetched;
    this.hasGivenUp = isGivenUp;
    this.#listener.upstreamAnswered(this, fetched, attempts);
  }
}
