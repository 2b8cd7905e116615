import type { Audited } from '../../../functions/lookup/audit/audit.ts';
import type { AuditRequest } from '../../../functions/lookup/audit/audit-words.ts';
import type { StoreEffect } from '../store/store-user.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';
import type { WatchedRequest } from './watched-request.ts';

/**
 * An audit asks under a lease, as a revalidation does; it compares only the served entry; and it stores the answer of
 * its own fetch.
 */
export class AuditCheck implements Check {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  upstreamCalled(lookup: WatchedLookup, attempt: number): void {
    if (attempt > 1 || lookup.request.purpose !== 'audit') return;
    // Without an answer of the store there is no lease: it asks on its own, as every look-up does.
    const isExcused = lookup.wasExcused || lookup.store.hasTrouble || lookup.hasStoodStill;
    if (lookup.leases.length === 0 && !isExcused) this.#scene.fail(5, lookup, 'audits a hit without a lease');
  }

  storeChanged(lookup: WatchedLookup, effect: StoreEffect): void {
    if (!lookup.request.hasNoCaller) return;
    if (effect.kind !== 'written' || lookup.ownAnswer === undefined) return;
    const { body } = effect.entry;
    const stored = this.#scene.answers.readBack(body);
    if (stored !== lookup.ownAnswer) this.#scene.fail(4, lookup, `stores s${stored?.serial}, which it did not fetch`);
  }

  audited({ lookups }: WatchedRequest, { version }: AuditRequest, { outcome }: Audited): void {
    const [lookup] = lookups;
    if (lookup === undefined || outcome.kind === 'skipped' || lookup.aheadVersion === version) return;
    this.#scene.fail(1, lookup, `compares the entry of ${lookup.aheadVersion}, though that of ${version} was served`);
  }
}
