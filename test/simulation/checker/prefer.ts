import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Check, Scene } from './check.ts';
import { isFreshTo } from './fresh-entry.ts';
import type { WatchedLookup } from './watched-lookup.ts';
import type { WatchedRequest } from './watched-request.ts';

/** The time that a look-up may use between two of its calls. Milliseconds. */
const BETWEEN_CALLS_MS = 10;
/** How long a request that the look-up gave up may take to end: a connection may be broken. Milliseconds. */
const GIVING_UP_MS = 200;
/** How often a look-up tries to hand its fetch over. Then it fetches itself. */
const MAX_MARKS = 3;

/**
 * The rules of docs/api.md for a caller that does not wait (`Prefer`). These rules hold for each look-up:
 * - "Pending" only for a caller with a short wait, when its wait is over and a fetch is in progress or requested; or
 * for a prefetch.
 * - Without the preference no look-up hands its fetch over.
 * - A prefetch of a fresh entry asks for nothing.
 * These hold unless the service may ignore the preference (`mayIgnore`):
 * - The answer comes within the wait and the time of the store's calls.
 * - A look-up without a stale entry, and a prefetch, do not fetch: they hand the fetch over.
 * - A prefetch gets no customer data.
 */
export class PreferCheck implements Check {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  revalidationAsked(lookup: WatchedLookup): void {
    const { request, told } = lookup;
    if (!request.isShort && !told.hasFound) this.#fail(lookup, 'hands its fetch over, though its caller waits for it');
    this.#checkNeed(lookup, 'asks for a fetch');
  }

  upstreamCalled(lookup: WatchedLookup): void {
    this.#checkNeed(lookup, 'calls the upstream');
    const { request, told } = lookup;
    const mayFetch = !request.isShort || (request.purpose === 'answer' && told.hasFound) || mayIgnore(lookup);
    if (!mayFetch) this.#fail(lookup, 'fetches, though its caller does not wait for that');
  }

  answered(lookup: WatchedLookup, { answer, cache }: LookupResult): void {
    if (answer.kind === 'pending') this.#checkPending(lookup, answer);
    if (answer.kind === 'pending' && cache.status === 'hit' && lookup.request.purpose !== 'prefetch') {
      this.#fail(lookup, 'is "pending", though there is an entry for it');
    }
    if (!lookup.request.isShort || mayIgnore(lookup)) return;
    const { waitMs, elapsedMs, busyWithStore, instance } = lookup;
    if (hasLostStandIn(lookup)) return;
    const givingUpMs = lookup.hasGivenUp ? GIVING_UP_MS : 0;
    // If the other half of a joined prefetch fetches, as it may, and finds a merger, this half is looked up once more.
    const beganMs = lookup.request.purpose === 'prefetch' ? lookup.beganMs : 0;
    if (elapsedMs > beganMs + waitMs + busyWithStore.ms + givingUpMs + BETWEEN_CALLS_MS) {
      this.#fail(
        lookup,
        `waits for ${waitMs} ms, and is answered after ${elapsedMs} ms (store: ${busyWithStore.ms} ms)`,
      );
    }
    if (lookup.request.purpose === 'prefetch' && 'body' in answer && !instance.isCrashed) {
      this.#fail(lookup, `is a prefetch and gets "${answer.kind}"`);
    }
  }

  requestAnswered(request: WatchedRequest, { answer }: LookupResult): void {
    if (answer.kind === 'pending' && !request.isShort) this.#fail(request, 'is "pending", though its caller waits');
  }

  #checkPending(lookup: WatchedLookup, answer: Extract<LookupResult['answer'], { kind: 'pending' }>): void {
    const { request, waitMs, elapsedMs, told, ownMarks, revalidation } = lookup;
    if (answer.isPrefetch !== (request.purpose === 'prefetch')) {
      this.#fail(lookup, 'is told wrongly whether it is a prefetch');
    }
    if (elapsedMs < waitMs)
      this.#fail(lookup, `is "pending" after ${elapsedMs} ms, though its caller waits for ${waitMs} ms`);
    // A prefetch that found an entry needs no fetch. Its own mark says nothing: it should ask after that.
    const isMarkedByOther = [...told.marks].some((until) => !ownMarks.has(until));
    const isFetchExpected = revalidation === 'asked' || told.leases.size > 0 || isMarkedByOther;
    if (answer.ttlMs === undefined && !isFetchExpected) {
      this.#fail(lookup, 'is "pending", though no fetch is under way or asked for');
    }
  }

  /** A prefetch of a fresh entry does nothing. */
  #checkNeed(lookup: WatchedLookup, what: string): void {
    const { request, directives, own, told, instance, store } = lookup;
    // Other look-ups of its crowd may have read an entry that it does not know.
    if (store.hasTrouble || lookup.hasStoodStill || own.last !== told.last) return;
    const isChoosy = directives.noCache || directives.maxAgeMs !== undefined || directives.minFreshMs !== undefined;
    if (request.purpose !== 'prefetch' || isChoosy || directives.noStore) return;
    const entry = told.last?.entry;
    if (entry !== undefined && isFreshTo(instance, entry))
      this.#fail(lookup, `is a prefetch and ${what} for a fresh entry`);
  }

  #fail(whose: { readonly name: string; readonly identity: string }, what: string): void {
    this.#scene.fail('prefer', whose, what);
  }
}

/** Whether the service may ignore the preference: the table in docs/api.md, "A caller that does not wait". */
function mayIgnore(lookup: WatchedLookup): boolean {
  const { directives, store, told, request, waitMs, instance } = lookup;
  const isChoosy = directives.maxAgeMs !== undefined || directives.minFreshMs !== undefined;
  return (
    !lookup.canJoin ||
    isChoosy ||
    directives.noStore ||
    // A caller that waits for as long as a fetch may take gets its own fetch.
    waitMs >= instance.policy.leaseMs ||
    // A caller that wants only the cache gets its answer at once.
    directives.onlyIfCached ||
    // The caller would get "pending" for ever.
    told.hasUnstored ||
    told.hasHoldBack ||
    // No function takes the fetch over.
    lookup.revalidation === 'lost' ||
    store.callCount('markRevalidation') >= MAX_MARKS ||
    store.hasTrouble ||
    request.hasTrouble ||
    lookup.hasStoodStill
  );
}

/** Whether the stale entry that it fetched beside may not be served any longer: it then waits for its own fetch. */
function hasLostStandIn({ knownItem, directives, instance }: WatchedLookup): boolean {
  const entry = knownItem?.entry;
  if (entry === undefined) return false;
  const { freshForMs, staleIfErrorMs } = instance.policy.windows;
  const now = instance.clock.now();
  const staleForMs = Math.max(
    now - entry.askedAt - freshForMs * (1 - entry.freshnessCut),
    now - (entry.staleFrom ?? Number.POSITIVE_INFINITY),
  );
  return staleForMs >= Math.min(staleIfErrorMs, directives.staleIfErrorMs ?? staleIfErrorMs) || entry.expiresAt <= now;
}
