import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** Promise 9: a look-up calls the upstream once at most; its retry is the adapter's. */
export class AmplificationCheck implements Check {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  upstreamCalled(lookup: WatchedLookup): void {
    if (lookup.calls > 1) this.#scene.fail(9, lookup, 'calls the upstream twice');
    if (lookup.directives.onlyIfCached) this.#scene.fail(9, lookup, 'calls the upstream for only-if-cached');
  }
}
