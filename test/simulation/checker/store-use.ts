import type { StoreTrouble } from '../../../functions/lookup/store-unavailable-error.ts';
import type { Operation } from '../store/store-user.ts';
import { LeaseTries } from './lease-tries.ts';

/** When the store last answered a look-up of an instance. True time. */
export interface Vitality {
  /** The look-ups of the instance must know of it. */
  answeredAt: number;
  /** They may: one part of voiding an erased customer was answered. */
  perhapsAnsweredAt: number;
  /** It has throttled a look-up for as long as that one could wait, and has answered nothing since. */
  servesNobody: boolean;
}

/**
 * What a failure of a call means to its look-up (contract §5, promises 5 and 7).
 *
 * - `own`: the store is down, unless it throttles, or is late and has answered another call of the instance meanwhile
 * - `once`: the store is down
 * - `voiding`: the store is down, unless it throttles
 * - `poll`: nothing
 * - `aside`: nothing; it says nothing about the item either
 */
const MEANINGS: Readonly<Record<Operation, 'own' | 'once' | 'voiding' | 'poll' | 'aside'>> = {
  // The first read is the look-up's own.
  read: 'poll',
  readAll: 'poll',
  takeLease: 'own',
  writeEntry: 'own',
  endLease: 'own',
  addToIndex: 'own',
  dropEntry: 'own',
  dropFetch: 'own',
  markRevalidation: 'once',
  takeBackMark: 'poll',
  readPause: 'poll',
  writePause: 'poll',
  takeTurn: 'poll',
  takeProbe: 'poll',
  endPause: 'poll',
  takeCalls: 'aside',
  fenceCustomer: 'voiding',
  listPartition: 'voiding',
  voidFetch: 'voiding',
  deleteItems: 'voiding',
  markStale: 'voiding',
};

/** How long a read may be ago that another look-up of the same key made for all. Milliseconds. */
const SHARED_READ_MS = 1000;

/** How often the holder of a lease sends a write that the store throttles, in a row. */
const MAX_TRIES = 4;

/** One look-up's use of the store, by the contract's words: whether the store is down to it, or has too much to do. */
export class StoreUse {
  /** Whether the store may be down, to this look-up. */
  isFailed = false;
  /** Whether it must be. */
  #isSurelyFailed = false;
  readonly #vitality: Vitality;
  readonly #timeoutMs: number;
  readonly #now: () => number;
  readonly #troubles = new Map<Operation, StoreTrouble[]>();
  readonly #answered = new Set<Operation>();
  /** How often an operation did not succeed since it last did. */
  readonly #inARow = new Map<Operation, number>();
  readonly #calls = new Map<Operation, number>();
  #troubleSince: number | undefined;
  #lastTrouble: StoreTrouble | undefined;
  #isCrowdFailed = false;
  /** When the first trouble of a call made for all began. */
  #crowdTroubleSince: number | undefined;
  /** The present trouble of such calls: its beginning, and when the look-up heard of it. It joined in between. */
  #crowdTrouble: { readonly since: number; readonly heardAt: number } | undefined;
  #aheadSince: number | undefined;
  #callCount = 0;
  /** Whether the last call was, perhaps or surely, the look-up's first read of the item. */
  #isFirstRead = { perhaps: false, surely: false };
  #releasesLeft = 1;
  #readCalledAt = Number.NEGATIVE_INFINITY;
  readonly tries = new LeaseTries();
  /** A try for the lease was late, and the look-up did not ask whether the store answers others. */
  #isPresumedDown = false;
  readonly #isShort: boolean;

  /** @param isShort its caller does not wait for its fetch: the mark that hands it over may be tried again */
  constructor(vitality: Vitality, timeoutMs: number, now: () => number, isShort = false) {
    this.#isShort = isShort;
    this.#vitality = vitality;
    this.#timeoutMs = timeoutMs;
    this.#now = now;
  }

  /** Whether a call did not succeed, of this look-up or of another one that may have made it for all. */
  get hasTrouble(): boolean {
    return this.#troubles.size > 0 || this.#troubleSince !== undefined || this.#crowdTroubleSince !== undefined;
  }

  /** How often an operation was called. */
  callCount(operation: Operation): number {
    return this.#calls.get(operation) ?? 0;
  }

  /** How often an operation did not succeed. */
  troubleCount(operation: Operation, trouble?: StoreTrouble): number {
    const all = this.#troubles.get(operation) ?? [];
    return trouble === undefined ? all.length : all.filter((each) => each === trouble).length;
  }

  /**
   * Whether the look-up may ask for itself: the store is down to it; or has answered the instance nothing for its timeout,
   * and is late or has served no look-up before; or was late twice in taking the lease.
   */
  get mayAskAlone(): boolean {
    if (this.#isPresumedDown) return false;
    if (this.isFailed || this.#isCrowdFailed || this.troubleCount('takeLease', 'late') > 1) return true;
    const earliest = Math.min(...known([this.#troubleSince, this.#crowdTrouble?.since]));
    const latest = Math.max(...known([this.#troubleSince, this.#crowdTrouble?.heardAt]));
    const isSilent = this.#vitality.answeredAt <= latest && this.#now() - earliest >= this.#timeoutMs;
    return isSilent && (this.#lastTrouble !== 'throttled' || this.#vitality.servesNobody);
  }

  /**
   * @param hasBeenTold another look-up of the same key on the same instance may have read the item for this one
   * @returns whether the look-up may make this call: after a failure, only the release of its lease
   */
  called(operation: Operation, hasBeenTold: boolean): boolean {
    this.#callCount += 1;
    this.#calls.set(operation, this.callCount(operation) + 1);
    if (operation === 'read') this.#readCalledAt = this.#now();
    if (operation === 'takeLease') this.tries.began(this.#now());
    const perhaps = this.#callCount === 1 && operation === 'read';
    this.#isFirstRead = { perhaps, surely: perhaps && !hasBeenTold };
    const isBeside = operation === 'read' && this.tries.wereMadeAt(this.#now());
    if (!this.#isSurelyFailed || isBeside || MEANINGS[operation] === 'voiding') return true;
    if (operation !== 'endLease') return false;
    this.#releasesLeft -= 1;
    return this.#releasesLeft >= 0;
  }

  /** The look-up asks for itself, though it does not know what the store holds. */
  gaveUp(): void {
    if (this.#lastTrouble === 'throttled') this.#vitality.servesNobody = true;
  }

  /** The look-up waits for a read that is made together with those of others. If that is too old, it reads again. */
  beginReadAhead(): void {
    this.#aheadSince ??= this.#now();
  }

  /** The first read was made together with those of other look-ups. */
  readAhead(): void {
    this.#callCount += 1;
    this.answered('readAll');
  }

  /** Whether the store has answered such a call. */
  hasAnswered(operation: Operation): boolean {
    return this.#answered.has(operation);
  }

  /** @param isShared it was a read that others may have waited for: perhaps another answer came first, and this one is lost */
  answered(operation: Operation, isShared = false): void {
    this.#answered.add(operation);
    this.#inARow.delete(operation);
    this.#vitality.perhapsAnsweredAt = this.#now();
    if (isShared) return;
    this.#vitality.servesNobody = false;
    if (MEANINGS[operation] !== 'voiding') this.#vitality.answeredAt = this.#now();
  }

  /** It alone tried for the lease, and had no answer in time. @param begunAt true time */
  triedLate(begunAt: number): void {
    this.#isPresumedDown ||= this.#readCalledAt < begunAt;
  }

  /** @param begunAt true time */
  troubled(operation: Operation, trouble: StoreTrouble, begunAt: number): void {
    if (operation === 'read' && this.tries.wereMadeAt(begunAt)) return;
    const troubles = this.#troubles.get(operation) ?? [];
    troubles.push(trouble);
    this.#troubles.set(operation, troubles);
    this.#inARow.set(operation, (this.#inARow.get(operation) ?? 0) + 1);
    if (MEANINGS[operation] === 'aside') return;
    const isOver = this.#vitality.answeredAt > (this.#troubleSince ?? begunAt);
    // If the store has answered since the trouble before, that trouble is over.
    if (this.#troubleSince === undefined || (isOver && this.#vitality.answeredAt <= begunAt))
      this.#troubleSince = begunAt;
    this.#lastTrouble = trouble;
    if (this.#isSurelyFailed && operation === 'endLease' && trouble === 'throttled') this.#releasesLeft += 1;
    const { answeredAt, perhapsAnsweredAt } = this.#vitality;
    const { perhaps, surely } = this.#isFirstRead;
    const perhapsSince =
      Math.min(begunAt, this.#crowdTroubleSince ?? begunAt, this.#aheadSince ?? begunAt) - SHARED_READ_MS;
    this.isFailed ||= this.#isFailure(operation, trouble, perhaps, answeredAt > begunAt);
    const isTried = surely || (this.#isShort && operation === 'markRevalidation');
    this.#isSurelyFailed ||= this.#isFailure(operation, trouble, isTried, perhapsAnsweredAt > perhapsSince);
  }

  /** A call of another look-up of the same key on the same instance did not succeed: it may have been made for all. */
  crowdTroubled(trouble: StoreTrouble, begunAt: number): void {
    // A call that began earlier may fail later.
    this.#crowdTroubleSince = Math.min(this.#crowdTroubleSince ?? begunAt, begunAt);
    // If the store has answered since the trouble before, that trouble is over.
    const before = this.#crowdTrouble;
    const isNew = before === undefined || this.#vitality.answeredAt > before.heardAt;
    // A call that began earlier may fail later.
    const since = isNew ? begunAt : Math.min(before.since, begunAt);
    this.#crowdTrouble = { since, heardAt: isNew ? this.#now() : before.heardAt };
    this.#lastTrouble = trouble;
    this.#isCrowdFailed ||= trouble !== 'throttled';
  }

  /** The first read was made together with those of other look-ups, and did not succeed. @param begunAt true time */
  readAheadFailed(begunAt: number): void {
    this.#callCount += 1;
    this.#troubleSince ??= begunAt;
    this.isFailed = true;
    this.#isSurelyFailed = true;
  }

  /**
   * The first read was made together with those of other look-ups, and the store throttled it or was late. The read may
   * have begun before the look-up did.
   *
   * @param begunAt when the look-up began to wait for it. True time
   */
  readAheadTroubled(trouble: Exclude<StoreTrouble, 'down'>, begunAt: number): void {
    this.#callCount += 1;
    this.#troubleSince ??= begunAt;
    this.#crowdTroubleSince ??= begunAt - SHARED_READ_MS;
    this.#crowdTrouble ??= { since: begunAt - SHARED_READ_MS, heardAt: this.#now() };
    this.#lastTrouble = trouble;
    if (trouble === 'throttled') return;
    const { answeredAt, perhapsAnsweredAt } = this.#vitality;
    // What is answered at this very moment may come after the look-up has judged.
    this.isFailed ||= answeredAt <= begunAt || answeredAt === this.#now();
    this.#isSurelyFailed ||= perhapsAnsweredAt <= begunAt - SHARED_READ_MS;
  }

  #isFailure(operation: Operation, trouble: StoreTrouble, isFirstRead: boolean, isAlive: boolean): boolean {
    const isTriedOften = (this.#inARow.get(operation) ?? 0) >= MAX_TRIES && operation !== 'takeLease';
    switch (isFirstRead ? 'own' : MEANINGS[operation]) {
      case 'poll':
      case 'aside':
        return false;
      case 'once':
        return true;
      case 'voiding':
        return trouble !== 'throttled';
      case 'own':
        return isTriedOften || trouble === 'down' || (trouble === 'late' && !isAlive);
    }
  }
}

/** The moments that have come. */
const known = (moments: readonly (number | undefined)[]) => moments.filter((moment) => moment !== undefined);
