import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/**
 * Promise 5, and §1: the holder of a lease stores every answer that may be stored, a merged customer's survivor too.
 * Otherwise each waiting look-up would ask on its own. A store that throttles or is late does not prevent that.
 */
export class KeptAnswersCheck implements Check {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  answered(lookup: WatchedLookup, { answer, cache }: LookupResult): void {
    const { ownAnswer, instance } = lookup;
    if (ownAnswer === undefined || lookup.hasWritten || lookup.leases.length === 0) return;
    if (!mayBeKept(ownAnswer, instance.policy.windows.notFoundFreshForMs)) return;
    const customers = 'customer' in answer ? [answer.customer, ...answer.customerAliases] : [];
    const isHindered =
      lookup.isHinderedToStore(...customers) || lookup.wasExcused || lookup.store.isFailed || lookup.hasStoodStill;
    const isLapsed = lookup.runningMs >= instance.policy.leaseMs;
    if (isHindered || isLapsed || lookup.leases.every(({ isLate }) => isLate)) return;
    this.#scene.fail(5, lookup, `does not store s${ownAnswer.serial}, which may be stored (${cache.status})`);
  }
}

function mayBeKept({ outcome, isAboutSomebodyElse }: Fetched, notFoundFreshForMs: number): boolean {
  if (outcome.kind === 'not-found') return notFoundFreshForMs > 0;
  if (outcome.kind !== 'found') return false;
  return outcome.isComplete && (!isAboutSomebodyElse || outcome.isMerged);
}
