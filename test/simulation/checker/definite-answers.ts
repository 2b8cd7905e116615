import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Check, Scene } from './check.ts';
import { storedAnswerOf } from './stored-answer.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/**
 * Promise 4, and §3: a definite answer ends the old entry. After the upstream said "refused", "not found" or "erased",
 * or that the customer was merged, no later look-up gets the profile that the look-up had found: neither fresh nor
 * stale.
 */
export class DefiniteAnswersCheck implements Check {
  readonly #scene: Scene;
  /** When each entry was ended, by the serial number of its answer. True time. */
  readonly #endedAt = new Map<number, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  answered(lookup: WatchedLookup, result: LookupResult): void {
    const stored = storedAnswerOf(this.#scene, result);
    const endedAt = stored && this.#endedAt.get(stored.fetched.serial);
    if (stored !== undefined && endedAt !== undefined && lookup.startedAt > endedAt) {
      this.#scene.fail(4, lookup, `gets ${stored.what}, which the upstream contradicted by ${endedAt}`);
    }
    this.#noteEnded(lookup, result);
  }

  #noteEnded(lookup: WatchedLookup, { storeFailure }: LookupResult): void {
    const { ownAnswer, knownItem, store } = lookup;
    if (ownAnswer === undefined || knownItem?.entry === undefined) return;
    const { outcome } = ownAnswer;
    if (outcome.kind === 'failed' || (outcome.kind === 'found' && !outcome.isMerged)) return;
    // An invalidation took its lease, or the lease lapsed, or the store did not do it.
    const hasFailed = storeFailure !== undefined && (store.hasTrouble || lookup.hasStoodStill);
    if (lookup.isVoided || lookup.hasStoodStill || hasFailed || lookup.runningMs >= lookup.instance.policy.leaseMs)
      return;
    const old = this.#scene.answers.readBack(knownItem.entry.body);
    if (old !== undefined && old.truthAt < ownAnswer.truthAt) this.#endedAt.set(old.serial, this.#scene.now);
  }
}
