import type { RevalidationMark, StoredItem } from '../../../functions/lookup/entry.ts';
import type { FirstRead } from '../../../functions/lookup/lookup-policy.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Voiding } from '../../../functions/lookup/ports.ts';
import { type StoreTrouble, StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import type { Asked } from '../asked.ts';
import type { Operation, StoreEffect, StoreUser } from '../store/store-user.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { UpstreamUser } from '../upstream/simulated-upstream.ts';
import { BusyTime } from './busy-time.ts';
import type { Crowd } from './crowd.ts';
import { ItemsRead } from './items-read.ts';
import type { LookupListener, WatchedLookupOptions } from './lookup-listener.ts';
import { RequestedLookup } from './requested-lookup.ts';
import { StoreUse } from './store-use.ts';
import type { TakenLease } from './taken-lease.ts';

/** A look-up as the checker sees it: its request, and everything that passed through its ports. */
export class WatchedLookup extends RequestedLookup implements StoreUser, UpstreamUser {
  readonly store: StoreUse;
  readonly busy: BusyTime;
  /** Without the calls of the upstream. */
  readonly busyWithStore: BusyTime;
  /** Its request to the upstream, if it differs from its caller's request. */
  foreignCall: string | undefined;
  calls = 0;
  /** When it called the upstream, the store was down for it: it might ask for itself. */
  wasExcused = false;
  isCalling = false;
  ownAnswer: Fetched | undefined;
  /** It no longer waited for its own fetch. */
  hasGivenUp = false;
  /** Its result, and when; undefined: it is in progress. */
  result: LookupResult | undefined;
  answeredAt: number | undefined;
  /** The reads of the store that it made for itself alone. */
  readonly own = new ItemsRead();
  /** The same, and the reads of its key on its instance meanwhile: other look-ups may have told it. */
  readonly told = new ItemsRead((item) => this.#isAskedFor(item));
  /** The entry that was read ahead for it, if there was one. */
  aheadVersion: string | undefined;
  readonly leases: TakenLease[] = [];
  /** The item as it knew it when it took its lease. */
  #seen: StoredItem | undefined;
  #isSeenCertain = true;
  /** An invalidation voided its work in progress. */
  isVoided = false;
  /**
   * Another look-up learnt that the customer was erased, or merged: this one may store an entry of the survivor only, and
   * still ends its lease.
   */
  voidFetch: Pick<Voiding, 'survivor'> | undefined;
  /** Its customer was invalidated before it could store the answer. */
  isFenced = false;
  hasWritten = false;
  hasTakenProbe = false;
  /** It ended its lease, and said how. */
  hasEndedLease = false;
  /** The store said that the lease was no longer its own. If the end was sent twice, the first sending had ended it. */
  #isToldOfNoLease = false;
  /** The ends of all marks that it set, perhaps without being told so. Epoch milliseconds. */
  readonly ownMarks = new Set<number>();
  /** The mark that it set last, to ask for a revalidation. */
  mark: RevalidationMark | undefined;
  /** The result of the revalidation that it requested; undefined: it requested none. */
  revalidation: 'under-way' | 'asked' | 'lost' | undefined;
  /** How long after its request it began. A half of a joined look-up may be looked up once more. Milliseconds. */
  readonly beganMs: number;
  readonly #crowd: Crowd;
  readonly #listener: LookupListener;

  constructor({ request, asked, key, vitality, crowd, now, listener }: WatchedLookupOptions) {
    super(request, asked, key, now);
    this.store = new StoreUse(vitality, request.timeoutMs, now, request.isShort);
    this.beganMs = this.elapsedMs;
    this.busy = new BusyTime(now, this.beganMs);
    this.busyWithStore = new BusyTime(now);
    this.#crowd = crowd;
    this.#listener = listener;
  }

  /** Whether a fetch was requested in another invocation, as far as an item tells: for a caller with a short wait. */
  #isAskedFor({ revalidation }: StoredItem): boolean {
    if (!this.request.isShort) return false;
    if (this.revalidation === 'asked') return true;
    return revalidation !== undefined && revalidation.until > this.instance.clock.now() && revalidation.backoffMs === 0;
  }

  /**
   * Whether its answer may not be stored: an invalidation, an erasure or a merger came before.
   * @param customers the keyed hashes of the answer's customer. Default: none
   */
  isHinderedToStore(...customers: readonly (string | undefined)[]): boolean {
    const { survivor } = this.voidFetch ?? {};
    const isFetchVoid = this.voidFetch !== undefined && !(survivor !== undefined && customers.includes(survivor));
    return this.isVoided || isFetchVoid || this.isFenced;
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

  /** Reads an item that was read together with other look-ups. */
  async readAhead(firstRead: FirstRead): ReturnType<FirstRead> {
    const begunAt = this.now();
    this.beginStoreWork();
    this.store.beginReadAhead();
    try {
      const shown = await firstRead();
      const item = shown.value;
      // For the look-up, the store has answered only now.
      this.store.readAhead();
      this.own.show(item);
      this.told.show(item);
      this.aheadVersion = item.version;
      return shown;
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      if (error.trouble === 'down') this.store.readAheadFailed(begunAt);
      // Without its own beginning it is the failure of a read that this look-up made for itself.
      else if (error.begunAt !== undefined) this.store.readAheadTroubled(error.trouble, begunAt);
      throw error;
    } finally {
      this.endStoreWork();
    }
  }

  onCall(operation: Operation): void {
    this.#crowd.called();
    this.#listener.storeCalled(this, operation, this.store.called(operation, this.told.last !== undefined));
  }

  onAnswered(operation: Operation, begunAt: number, result: unknown): void {
    this.#crowd.settled();
    if (operation === 'endLease' && result === false) this.#isToldOfNoLease = true;
    if (operation === 'takeLease') this.store.tries.ended(this.now(), result === false);
    this.store.answered(operation, this.#isShared(operation, begunAt));
  }

  onTrouble(operation: Operation, trouble: StoreTrouble, begunAt: number): void {
    this.#crowd.settled();
    if (this.#isShared(operation, begunAt)) this.store.crowdTroubled(trouble, begunAt);
    else this.store.troubled(operation, trouble, begunAt);
    this.#crowd.troubled(this, trouble, begunAt);
    if (operation !== 'takeLease') return;
    this.store.tries.ended(this.now(), true);
    if (trouble === 'late' && !this.#crowd.hasBeenManySince(begunAt)) this.store.triedLate(begunAt);
  }

  onRead(item: StoredItem, begunAt: number): void {
    const isShared = this.#isShared('read', begunAt);
    // Beside a try for the lease, a read only shows that the store answers.
    if (!isShared && this.store.tries.wereMadeAt(begunAt)) return;
    const isCertain = !isShared && !this.store.tries.mayHaveBeenMadeAt(begunAt);
    if (isCertain) this.own.show(item);
    this.#crowd.read(item, begunAt);
    const isOwnLease = this.leases.some(({ token }) => token === item.lease?.token);
    if (!isOwnLease) return;
    // The lease is its own, although it was told that another write was first: or others wait for what this read shows.
    if (!isCertain) this.#isSeenCertain = false;
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
        this.ownMarks.add(effect.mark.until);
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

  /** The time of other work does not count as the look-up's own. */
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
    this.#crowd.asked();
    this.revalidation = 'under-way';
    this.#listener.revalidationAsked(this);
  }

  onRevalidationReported(isAsked: boolean): void {
    this.busy.end();
    this.#crowd.askReported();
    this.revalidation = isAsked ? 'asked' : 'lost';
  }

  /** It, or one of its crowd, calls the store. */
  beginStoreWork(): void {
    this.busy.begin();
    this.busyWithStore.begin();
  }

  endStoreWork(): void {
    this.busy.end();
    this.busyWithStore.end();
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
