import type { Operation } from '../store/store-user.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/**
 * Promise 7: after one failure the look-up does not touch the store again, except for one write that releases its
 * lease.
 */
export class StoreOutageCheck implements Check {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  storeCalled(lookup: WatchedLookup, operation: Operation, isAllowed: boolean): void {
    if (!isAllowed) this.#scene.fail(7, lookup, `touches the store again (${operation}), after it failed`);
  }
}
