import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Check, Scene } from './check.ts';
import { storedAnswerOf } from './stored-answer.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/**
 * Contract §3: an upstream that works, slower than the soft timeout and faster than its own budget, refreshes an entry
 * that is requested again and again. Only for histories of this kind.
 */
export class RefreshCheck implements Check {
  readonly #scene: Scene;
  readonly #withinMs: number;

  /** @param withinMs how long after its freshness an entry is refreshed at the latest */
  constructor(scene: Scene, withinMs: number) {
    this.#scene = scene;
    this.#withinMs = withinMs;
  }

  answered(lookup: WatchedLookup, result: LookupResult): void {
    const stored = storedAnswerOf(this.#scene, result);
    if (stored === undefined) return;
    const staleForMs = stored.ageMs - lookup.instance.policy.windows.freshForMs;
    if (staleForMs > this.#withinMs) {
      this.#scene.fail('§3', lookup, `gets ${stored.what}: the slow upstream is not heard for ${staleForMs} ms`);
    }
  }
}
