import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { StoreEffect } from '../store/store-user.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** Promise 4: only complete, valid answers are stored, and a worse answer never replaces a better one. */
export class PoisonCheck implements Check {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  storeChanged(lookup: WatchedLookup, effect: StoreEffect): void {
    if (effect.kind !== 'written') return;
    const fetched = this.#scene.answers.readBack(effect.entry.body);
    if (fetched === undefined) return;
    const { outcome } = fetched;
    if (outcome.kind !== 'found' && outcome.kind !== 'not-found') {
      this.#scene.fail(4, lookup, `stores "${outcome.kind}"`);
    }
    if (outcome.kind === 'found' && !outcome.isComplete) this.#scene.fail(4, lookup, 'stores an incomplete reply');
    // A merged customer's reply lists the survivor's identifiers: it is still about the requested customer.
    const isMerged = outcome.kind === 'found' && outcome.isMerged;
    if (fetched.isAboutSomebodyElse && !isMerged) this.#scene.fail(4, lookup, 'stores a reply about another customer');
    if (lookup.directives.noStore) this.#scene.fail(4, lookup, 'stores for no-store');
    const { entry } = effect.before;
    const former = entry === undefined ? undefined : this.#scene.answers.readBack(entry.body);
    if (former !== undefined && former.askedAt > fetched.askedAt && former.truthAt > fetched.truthAt) {
      this.#scene.fail(4, lookup, `replaces s${former.serial} by the older s${fetched.serial}`);
    }
  }

  answered(lookup: WatchedLookup, { cache }: LookupResult): void {
    if (cache.status === 'forward' && cache.isStored && !lookup.hasWritten) {
      this.#scene.fail(4, lookup, 'says "stored", which it is not');
    }
  }
}
