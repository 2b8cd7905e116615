import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Acknowledged, Check, Scene } from './check.ts';
import { type StoredAnswer, storedAnswerOf } from './stored-answer.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/**
 * How long before its answer a look-up may have read the entry that it serves (contract §2), and then the time to write
 * its mark and ask for a revalidation. Milliseconds.
 */
const MAX_READ_AGE_MS = 1000;
const MARK_AND_INVOKE_MS = 400;

/**
 * Promise 3: after a purge is acknowledged, no later request gets the purged bytes. If the upstream itself says that a
 * customer was erased or merged, that voids like a purge once the look-up that learnt it is answered.
 */
export class ErasureCheck implements Check {
  readonly #scene: Scene;
  readonly #acknowledged: Acknowledged[] = [];

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  acknowledged(invalidation: Acknowledged): void {
    this.#acknowledged.push(invalidation);
  }

  answered(lookup: WatchedLookup, result: LookupResult): void {
    const stored = storedAnswerOf(this.#scene, result);
    if (stored !== undefined) for (const each of this.#acknowledged) this.#checkAgainst(each, lookup, stored);
    this.#noteVoided(lookup, result);
  }

  #checkAgainst(each: Acknowledged, lookup: WatchedLookup, { fetched, detail, what }: StoredAnswer): void {
    const { mode, startedAt, acknowledgedAt, customer, subject } = each;
    const isItsOwn = customer === undefined ? subject === fetched.asked.subject : customer === fetched.customer;
    const mayStandIn = mode === 'mark-stale' && detail === 'stale-if-error';
    if (!isItsOwn || mayStandIn || fetched.truthAt >= startedAt) return;
    const which = `${mode} of ${customer === undefined ? subject : `customer ${customer}`} at ${startedAt}–${acknowledgedAt}`;
    if (lookup.startedAt > acknowledgedAt) this.#scene.fail(3, lookup, `gets ${what}, after ${which}`);
    const isReadLongAgo = this.#scene.now - acknowledgedAt > MAX_READ_AGE_MS + MARK_AND_INVOKE_MS;
    // If the store does not show the item again, the earlier read still counts.
    if (isReadLongAgo && !lookup.store.hasTrouble && !lookup.hasStoodStill) {
      this.#scene.fail(3, lookup, `gets ${what}, which it read long ago, before ${which}`);
    }
  }

  #noteVoided(lookup: WatchedLookup, { storeFailure }: LookupResult): void {
    const { ownAnswer, knownItem, asked, store } = lookup;
    const hasFailed = storeFailure !== undefined && (store.hasTrouble || lookup.hasStoodStill);
    if (ownAnswer === undefined || hasFailed) return;
    const { outcome, truthAt, customer } = ownAnswer;
    const isMerged = outcome.kind === 'found' && outcome.isMerged;
    if (outcome.kind !== 'erased' && !isMerged) return;
    const acknowledged = { mode: 'delete', startedAt: truthAt, acknowledgedAt: this.#scene.now } as const;
    if (outcome.kind === 'erased') this.#scene.acknowledge({ ...acknowledged, subject: asked.subject });
    const former = knownItem?.entry === undefined ? undefined : this.#scene.answers.readBack(knownItem.entry.body);
    const isKnown = former?.customer !== undefined && former.customer !== customer;
    if (isKnown) this.#scene.acknowledge({ ...acknowledged, customer: former.customer });
  }
}
