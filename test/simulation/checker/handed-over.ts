import { MAX_FRESHNESS_CUT } from '../../../functions/lookup/entry.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { StoreEffect } from '../store/store-user.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** A fetch in the background, and the answer that it stored. */
interface Background {
  readonly lookup: WatchedLookup;
  readonly fetched: Fetched;
}

/**
 * docs/api.md: after "pending", the fetch goes on in the background, so that the next request is a hit. This holds for
 * each background fetch that ran undisturbed, and for each later look-up without directives. Known exceptions:
 * - the store is in trouble, or an instance stood still
 * - an invalidation voided the entry
 * - another look-up has taken the lease or written since
 * - the answer is no longer fresh, or may not be stored
 * Only for histories with strongly consistent reads of the store.
 */
export class HandedOverCheck implements Check {
  readonly #scene: Scene;
  /** The answer that the last background fetch of each flight stored. */
  readonly #stored = new Map<string, Background>();
  readonly #pendingAt = new Map<string, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  storeChanged(lookup: WatchedLookup, effect: StoreEffect): void {
    if (effect.kind === 'lease-taken' || effect.kind === 'written' || effect.kind === 'lease-ended') {
      this.#stored.delete(lookup.flight);
    }
  }

  answered(lookup: WatchedLookup, result: LookupResult): void {
    if (result.answer.kind === 'pending') this.#pendingAt.set(lookup.flight, this.#scene.now);
    this.#checkNext(lookup, result);
    const { request, hasWritten, ownAnswer } = lookup;
    if (request.purpose !== 'revalidate' || ownAnswer === undefined) return;
    this.#checkKept(lookup, ownAnswer);
    const isKept = hasWritten && ownAnswer.outcome.kind === 'found' && !isDisturbed(lookup);
    if (isKept && this.#pendingAt.has(lookup.flight)) this.#stored.set(lookup.flight, { lookup, fetched: ownAnswer });
  }

  /** A fetch in the background keeps its answer. */
  #checkKept(lookup: WatchedLookup, { outcome, isAboutSomebodyElse }: Fetched): void {
    if (outcome.kind !== 'found' || !outcome.isComplete || isAboutSomebodyElse || outcome.isMerged) return;
    if (!lookup.hasWritten && !isDisturbed(lookup)) {
      this.#scene.fail('prefer', lookup, 'fetches in the background, and the answer is not stored');
    }
  }

  #checkNext(lookup: WatchedLookup, { cache }: LookupResult): void {
    const background = this.#stored.get(lookup.flight);
    if (background === undefined || !isPlain(lookup) || isDisturbed(lookup)) return;
    const { fetched, lookup: fetcher } = background;
    if (lookup.startedAt <= (fetcher.answeredAt ?? this.#scene.now)) return;
    if (this.#scene.voidedAt(lookup.key) >= fetcher.startedAt) return;
    const freshForMs = Math.min(
      ...[lookup, fetcher].map(({ instance }) => instance.policy.windows.freshForMs * (1 - MAX_FRESHNESS_CUT)),
    );
    if (this.#scene.now - fetched.askedAt >= freshForMs - MAX_CLOCK_DIFFERENCE_MS) return;
    const isHit = cache.status === 'hit' && cache.detail === undefined;
    if (!isHit)
      this.#scene.fail(
        'prefer',
        lookup,
        `is no hit (${cache.status}), though ${fetcher.name} has fetched s${fetched.serial} for it`,
      );
  }
}

/** Whether the rule does not hold for the answer. */
function isPlain({ request: { purpose, directives } }: WatchedLookup): boolean {
  const { noCache, noStore, maxAgeMs, minFreshMs } = directives;
  return purpose === 'answer' && !noCache && !noStore && maxAgeMs === undefined && minFreshMs === undefined;
}

function isDisturbed(lookup: WatchedLookup): boolean {
  return (
    lookup.store.hasTrouble ||
    lookup.request.hasTrouble ||
    lookup.hasStoodStill ||
    lookup.isHinderedToStore() ||
    lookup.runningMs >= lookup.instance.policy.leaseMs
  );
}
