import { MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import { EPOCH_MS } from '../instance.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** Promise 6: if the upstream fails, a look-up gets the stale entry that it read, within the entry's window. */
export class UpstreamOutageCheck implements Check {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  answered(lookup: WatchedLookup, { answer }: LookupResult): void {
    if (answer.kind !== 'failed' || lookup.request.hasNoCaller) return;
    const { directives, instance, own, told, store } = lookup;
    const entry = own.last === told.last ? own.last?.entry : undefined;
    const wantsNew = directives.noCache || directives.noStore || directives.staleIfErrorMs !== undefined;
    if (entry?.kind !== 'found' || wantsNew || store.hasTrouble || lookup.hasStoodStill) return;
    const fetched = this.#scene.answers.readBack(entry.body);
    if (fetched === undefined) return;
    const { freshForMs, staleIfErrorMs } = instance.policy.windows;
    if (staleIfErrorMs === 0) return;
    // Freshness ends up to a tenth earlier, so that entries do not expire together; and a mark ends it.
    const markedAt = (entry.staleFrom ?? Number.POSITIVE_INFINITY) - EPOCH_MS;
    const freshUntil = Math.min(fetched.askedAt + 0.9 * freshForMs, markedAt);
    const endsAt = Math.min(freshUntil + staleIfErrorMs, entry.expiresAt - EPOCH_MS);
    if (this.#scene.now + MAX_CLOCK_DIFFERENCE_MS >= endsAt) return;
    this.#scene.fail(6, lookup, `fails though s${fetched.serial} may stand in until ${endsAt}`);
  }
}
