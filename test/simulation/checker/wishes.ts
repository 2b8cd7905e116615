import type { StoredItem } from '../../../functions/lookup/entry.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import { EPOCH_MS } from '../instance.ts';
import type { Operation } from '../store/store-user.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** How long a pending answer may wait longer than its caller, its own calls not counted: for what others ask. Milliseconds. */
const LONGER_MS = 250;
/** A caller with a wait as long as this gets a fetch of its own: see `HandOver`. Milliseconds. */
const OWN_FETCH_MS = 2000;

/**
 * Callers that do not wait (`Prefer`): only they are told "pending", when their wait is over and not before, and only while a
 * fetch goes on. That fetch is made in another invocation, once. A prefetch shows nobody, and fetches nothing that is fresh.
 */
export class WishesCheck implements Check {
  readonly #scene: Scene;
  /** The look-ups that tried to hand their fetch over. */
  readonly #triedToHandOver = new WeakSet<WatchedLookup>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  storeCalled(lookup: WatchedLookup, operation: Operation): void {
    if (operation === 'markRevalidation') this.#triedToHandOver.add(lookup);
  }

  revalidationAsked(lookup: WatchedLookup): void {
    if (lookup.request.purpose !== 'prefetch' || !isPlain(lookup)) return;
    if (this.#isFresh(lookup, lookup.own.last)) {
      this.#scene.fail('prefer', lookup, 'is a prefetch and asks for what is fresh');
    }
  }

  upstreamCalled(lookup: WatchedLookup, attempt: number): void {
    if (attempt > 1 || lookup.waitMs >= OWN_FETCH_MS || !isPlain(lookup) || isDisturbed(lookup)) return;
    const { own, told, revalidation } = lookup;
    if (told.mayIgnoreWait) return;
    if (revalidation === 'asked' && (told.last?.entry === undefined || lookup.request.purpose === 'prefetch')) {
      this.#scene.fail('prefer', lookup, 'asks for a fetch in another invocation and fetches too');
    }
    const isOwn = (token: string) => lookup.leases.some((lease) => lease.token === token);
    const isFirst = [...told.leases].every(isOwn);
    const isClear = own.last !== undefined && own.last === told.last && isEmpty(own.last) && isFirst;
    if (isClear && !this.#triedToHandOver.has(lookup)) {
      this.#scene.fail('prefer', lookup, `fetches, though its caller waits for ${lookup.waitMs} ms only`);
    }
  }

  answered(lookup: WatchedLookup, { answer, cache }: LookupResult): void {
    const { purpose } = lookup.request;
    if (answer.kind === 'pending') this.#checkPending(lookup, cache);
    // A prefetch that cannot be followed is a look-up: it gets its own fetch, or the entry if no other invocation fetches.
    const isServed = cache.status === 'hit' && cache.detail !== 'stale-if-error' && lookup.revalidation !== 'lost';
    if (purpose === 'prefetch' && 'body' in answer && isServed) {
      this.#scene.fail('prefer', lookup, 'is a prefetch and gets the customer');
    }
    const hasNothing = answer.kind === 'not-cached' && lookup.told.leases.size === 0;
    if (purpose === 'revalidate' && hasNothing && !isDisturbed(lookup) && isEmpty(lookup.told.last)) {
      this.#scene.fail('prefer', lookup, 'is the fetch that others asked for, and fetches nothing');
    }
  }

  #checkPending(lookup: WatchedLookup, cache: LookupResult['cache']): void {
    const { elapsedMs, waitMs, told, request } = lookup;
    if (waitMs === Number.POSITIVE_INFINITY) {
      this.#scene.fail('prefer', lookup, 'is told "pending", though its caller waits');
    }
    if (elapsedMs < waitMs) {
      this.#scene.fail(
        'prefer',
        lookup,
        `is told "pending" after ${elapsedMs} ms, and its caller waits for ${waitMs} ms`,
      );
    }
    const waitedMs = lookup.runningMs - lookup.busy.ms;
    const isFollowed = isPlain(lookup) && !told.mayIgnoreWait && !isDisturbed(lookup);
    if (waitedMs > waitMs + LONGER_MS && isFollowed) {
      this.#scene.fail('prefer', lookup, `waits for ${waitedMs} ms, though its caller waits for ${waitMs} ms`);
    }
    if (cache.status === 'hit') {
      if (request.purpose !== 'prefetch') this.#scene.fail('prefer', lookup, 'is told "pending" though there is a hit');
      return;
    }
    const isUnderWay = lookup.revalidation === 'asked' || told.leases.size > 0 || this.#isMarked(told.last);
    if (!isUnderWay && !isDisturbed(lookup) && cache.status === 'forward' && cache.reason === 'miss') {
      this.#scene.fail('prefer', lookup, 'is told "pending", and no fetch is under way or asked for');
    }
  }

  /** Whether another look-up asked for a fetch a short while ago. */
  #isMarked(item: StoredItem | undefined): boolean {
    const until = item?.revalidation?.until;
    return until !== undefined && until - (EPOCH_MS + this.#scene.now) > -MAX_CLOCK_DIFFERENCE_MS;
  }

  /** Whether an entry is fresh to the look-up, so that it was when the look-up read it. */
  #isFresh({ instance }: WatchedLookup, item: StoredItem | undefined): boolean {
    const entry = item?.entry;
    if (entry === undefined || entry.staleFrom !== undefined) return false;
    const { freshForMs, notFoundFreshForMs } = instance.policy.windows;
    const lifetimeMs = entry.kind === 'found' ? freshForMs * (1 - entry.freshnessCut) : notFoundFreshForMs;
    const now = EPOCH_MS + this.#scene.now + instance.aheadMs;
    return Math.max(0, now - entry.askedAt) < lifetimeMs && entry.expiresAt > now;
  }
}

/** Whether no directive keeps the look-up from the answer of another invocation. */
function isPlain({ directives, canJoin }: WatchedLookup): boolean {
  return canJoin && !directives.noStore && directives.maxAgeMs === undefined && directives.minFreshMs === undefined;
}

/** Whether the item says nothing: no entry, and nothing of fetches before. */
function isEmpty(item: StoredItem | undefined): boolean {
  return item !== undefined && !item.entry && !item.lease && !item.outcome && !item.revalidation;
}

function isDisturbed({ store, hasStoodStill, isVoided, wasExcused }: WatchedLookup): boolean {
  return store.hasTrouble || store.isFailed || store.mayAskAlone || hasStoodStill || isVoided || wasExcused;
}
