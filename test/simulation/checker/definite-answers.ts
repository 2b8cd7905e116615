import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { StoreEffect } from '../store/store-user.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { Check, Scene } from './check.ts';
import { storedAnswerOf } from './stored-answer.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/**
 * Promise 4, and §3: a definite answer ends the old entry. After the upstream said "refused", "not found" or "erased",
 * or that the customer was merged, no later look-up gets the profile that the look-up had found: neither fresh nor
 * stale. If the answer is never stored, no later look-up gets the answer of a fetch that the look-up saw in progress,
 * either. It removes no entry of a fetch that it did not see.
 */
export class DefiniteAnswersCheck implements Check {
  readonly #scene: Scene;
  /** When each entry was ended, by the serial number of its answer. True time. */
  readonly #endedAt = new Map<number, number>();
  /** The fetches that were ended while they were in progress, by the tokens of their leases. */
  readonly #endedFetches = new Map<string, { readonly endedAt: number; readonly truthAt: number }>();
  /** The token of the lease under which each answer was written, by its serial number. */
  readonly #writtenUnder = new Map<number, string>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  storeChanged(lookup: WatchedLookup, effect: StoreEffect): void {
    if (effect.kind === 'written') {
      const serial = this.#scene.answers.readBack(effect.entry.body)?.serial;
      if (serial !== undefined) this.#writtenUnder.set(serial, effect.token);
    }
    if (effect.kind !== 'dropped') return;
    const { before, after } = effect;
    const isSeen = before.version === undefined || lookup.told.hasShownFetch(before.version);
    if (after.version !== before.version && !isSeen) {
      this.#scene.fail(4, lookup, 'removes an entry that it did not see');
    }
  }

  answered(lookup: WatchedLookup, result: LookupResult): void {
    const stored = storedAnswerOf(this.#scene, result);
    const endedAt = stored && this.#endOf(stored.fetched);
    if (stored !== undefined && endedAt !== undefined && lookup.startedAt > endedAt) {
      this.#scene.fail(4, lookup, `gets ${stored.what}, which the upstream contradicted by ${endedAt}`);
    }
    this.#noteEnded(lookup, result);
  }

  /** When an answer was contradicted; undefined: it was not. */
  #endOf({ serial, truthAt }: Fetched): number | undefined {
    const fetch = this.#endedFetches.get(this.#writtenUnder.get(serial) ?? '');
    const isOlder = fetch !== undefined && truthAt < fetch.truthAt;
    return this.#endedAt.get(serial) ?? (isOlder ? fetch.endedAt : undefined);
  }

  #noteEnded(lookup: WatchedLookup, { storeFailure }: LookupResult): void {
    const { ownAnswer, knownItem, store } = lookup;
    if (ownAnswer === undefined || knownItem === undefined) return;
    const { outcome } = ownAnswer;
    if (outcome.kind === 'failed' || (outcome.kind === 'found' && !outcome.isMerged)) return;
    // An invalidation took its lease, or the lease lapsed, or the store did not do it.
    const hasFailed = storeFailure !== undefined && (store.hasTrouble || lookup.hasStoodStill);
    if (lookup.isVoided || lookup.hasStoodStill || hasFailed || lookup.runningMs >= lookup.instance.policy.leaseMs)
      return;
    const old = knownItem.entry && this.#scene.answers.readBack(knownItem.entry.body);
    if (old !== undefined && old.truthAt < ownAnswer.truthAt) this.#endedAt.set(old.serial, this.#scene.now);
    const { notFoundFreshForMs } = lookup.instance.policy.windows;
    const isNeverStored = outcome.kind === 'refused' || (outcome.kind === 'not-found' && notFoundFreshForMs === 0);
    const { lease } = knownItem;
    if (!isNeverStored || lease === undefined || lookup.leases.length > 0) return;
    this.#endedFetches.set(lease.token, { endedAt: this.#scene.now, truthAt: ownAnswer.truthAt });
  }
}
