import type { StoredItem } from '../../../functions/lookup/entry.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { StoreEffect } from '../store/store-user.ts';
import type { Check, Scene } from './check.ts';
import { isFreshTo } from './fresh-entry.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/**
 * Promise 5: one upstream call per key at a time. It holds for each look-up except in these cases:
 * - it said no-store, or its directives let no fetch in progress answer it (no-cache, max-age=0, a min-fresh as long as
 * freshness), or it has met a fetch that did not meet its max-age or min-fresh
 * - the store is down for it: see `StoreUse`. A store that throttles, or is late but answers the instance, is not down
 * - an invalidation, or a refusal that another look-up learnt, voided its work in progress, or the answer that it waited
 * for may not be stored
 * - it has waited for as long as a lease lasts: its own deadline (promise 8) lets it wait no longer
 * - its instance stood still or died
 */
export class SingleFlightCheck implements Check {
  readonly #scene: Scene;
  /** The holders of the leases, by their tokens. */
  readonly #holders = new Map<string, WatchedLookup>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  upstreamCalled(lookup: WatchedLookup, attempt: number): void {
    if (attempt > 1 || !isBound(lookup)) return;
    this.#checkOutcomesRead(lookup);
    if (lookup.told.last === undefined) {
      this.#scene.fail(5, lookup, 'asks before it knows what the store holds, though the store is not down');
    }
    for (const other of this.#scene.underWay) {
      const isSame = other !== lookup && other.isCalling && other.flight === lookup.flight;
      if (isSame && isBound(other)) this.#scene.fail(5, lookup, `calls the upstream while ${other.name} does`);
    }
  }

  storeChanged(lookup: WatchedLookup, effect: StoreEffect): void {
    const isExcused = lookup.wasExcused || lookup.hasStoodStill || lookup.leases.some(({ isLate }) => isLate);
    const isErased = lookup.ownAnswer?.outcome.kind === 'erased' && !isExcused;
    if (effect.kind === 'lease-ended' && isErased && effect.end.outcome.kind !== 'erased') {
      this.#scene.fail(5, lookup, 'does not tell those that wait that the customer is erased');
    }
    if (effect.kind === 'dropped') this.#checkDrop(lookup, effect);
    if (effect.kind !== 'lease-taken') return;
    this.#holders.set(effect.lease.token, lookup);
    this.#checkNeed(lookup, effect.before);
  }

  /**
   * Only a refusal, or "not found", lets a look-up end the fetch of another one (contract §3, definite answers): one that
   * it saw in progress.
   */
  #checkDrop(lookup: WatchedLookup, { before, after }: Extract<StoreEffect, { kind: 'dropped' }>): void {
    const { lease } = before;
    if (lease === undefined || after.lease !== undefined) return;
    const kind = lookup.ownAnswer?.outcome.kind ?? 'failed';
    const mayEnd = kind !== 'failed' && kind !== 'found' && lookup.told.leases.has(lease.token);
    if (!mayEnd) this.#scene.fail(5, lookup, 'ends the fetch of another look-up');
    const holder = this.#holders.get(lease.token);
    if (holder !== undefined) holder.isVoided = true;
  }

  /** The fetch that a look-up waited for is over: it knows how, unless another fetch has ended since. */
  #checkOutcomesRead(lookup: WatchedLookup): void {
    const { own, told } = lookup;
    for (const kind of ['failed', 'erased'] as const) {
      if (own.hasEnded(kind))
        this.#scene.fail(5, lookup, `asks again though the fetch that it waited for ended "${kind}"`);
    }
    // An entry that was written since has replaced the outcome.
    if (told.last?.outcome !== undefined || told.last?.lease !== undefined || told.hasOtherEntry) return;
    for (const token of own.leases) {
      const learnt = this.#definiteOutcome(this.#holders.get(token));
      if (learnt !== undefined) this.#scene.fail(5, lookup, `is not told that the fetch that it waited for ${learnt}`);
    }
  }

  /** The outcome that the holder of an ended lease must have told the waiters; undefined: none that counts. */
  #definiteOutcome(holder: WatchedLookup | undefined): string | undefined {
    if (holder === undefined || !holder.hasEndedLease || holder.wasExcused || holder.hasGivenUp) return undefined;
    if (holder.isVoided || holder.hasStoodStill || holder.store.hasTrouble) return undefined;
    const kind = holder.ownAnswer?.outcome.kind;
    if (kind === 'failed') return 'failed';
    return kind === 'erased' ? 'found the customer erased' : undefined;
  }

  /** No look-up fetches an entry that exists. */
  #checkNeed(lookup: WatchedLookup, { entry }: StoredItem): void {
    const { noCache, maxAgeMs, minFreshMs } = lookup.directives;
    if (entry === undefined || noCache || maxAgeMs !== undefined || minFreshMs !== undefined) return;
    if (isFreshTo(lookup.instance, entry))
      this.#scene.fail(5, lookup, 'takes the lease to fetch what is fresh in the store');
  }

  answered(lookup: WatchedLookup, result: LookupResult): void {
    this.#checkOutcome(lookup, result);
    this.#checkLease(lookup);
  }

  /** An outcome counts for the look-ups that saw its lease live, and for no other look-up. */
  #checkOutcome(lookup: WatchedLookup, { answer, cache }: LookupResult): void {
    if (cache.status !== 'collapsed') return;
    const isErased = answer.kind === 'erased';
    if (isErased && !lookup.told.hasEnded('erased')) {
      this.#scene.fail(5, lookup, 'is told that the customer is erased by a fetch that it did not wait for');
    }
    const isFailed = answer.kind === 'failed' && answer.failure !== 'timeout';
    if (isFailed && !lookup.told.hasEnded('failed')) {
      this.#scene.fail(5, lookup, 'fails as a fetch that it did not wait for');
    }
  }

  /** A lease always ends, unless its holder died, or ending it failed. */
  #checkLease(lookup: WatchedLookup): void {
    if (lookup.hasStoodStill || lookup.store.troubleCount('endLease') > 0) return;
    const left = lookup.leases.find(({ token, isLate }) => !isLate && this.#scene.table.isLeaseHeld(token));
    if (left !== undefined) this.#scene.fail(5, lookup, `leaves its lease ${left.token} behind: others wait in vain`);
  }
}

/** Whether the promise of one call at a time holds for this look-up. */
function isBound(lookup: WatchedLookup): boolean {
  const { directives, instance, told } = lookup;
  const isChoosy = directives.maxAgeMs !== undefined || directives.minFreshMs !== undefined;
  return !(
    directives.noStore ||
    !lookup.canJoin ||
    (isChoosy && told.hasAwaitedEntry) ||
    lookup.store.mayAskAlone ||
    lookup.wasExcused ||
    lookup.hasStoodStill ||
    lookup.isVoided ||
    told.hasEnded('not-stored') ||
    lookup.runningMs >= instance.policy.leaseMs
  );
}
