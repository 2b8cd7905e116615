import { MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { StoreEffect } from '../store/store-user.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { Check, Scene } from './check.ts';
import { type StoredAnswer, storedAnswerOf } from './stored-answer.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** Promise 2: the service serves nothing past its window, and tells no caller a wrong age. */
export class AgeCheck implements Check {
  readonly #scene: Scene;
  /** From the request until its own expiry, by the settings of the instance that stored it. */
  readonly #keptForMs = new Map<Fetched, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  storeChanged({ instance }: WatchedLookup, effect: StoreEffect): void {
    const fetched = effect.kind === 'written' ? this.#scene.answers.readBack(effect.entry.body) : undefined;
    if (fetched === undefined) return;
    const { freshForMs, notFoundFreshForMs, staleWhileRevalidateMs, staleIfErrorMs } = instance.policy.windows;
    const longestMs = freshForMs + Math.max(staleWhileRevalidateMs, staleIfErrorMs);
    this.#keptForMs.set(fetched, fetched.outcome.kind === 'found' ? longestMs : notFoundFreshForMs);
  }

  answered(lookup: WatchedLookup, result: LookupResult): void {
    const { answer } = result;
    const fetched = 'body' in answer ? this.#scene.answers.readBack(answer.body) : undefined;
    if (fetched !== undefined && 'ageMs' in answer) {
      const ageMs = this.#scene.now - fetched.askedAt;
      if (Math.abs(ageMs - answer.ageMs) > MAX_CLOCK_DIFFERENCE_MS) {
        this.#scene.fail(2, lookup, `is told an age of ${answer.ageMs} ms of what is ${ageMs} ms old`);
      }
    }
    const stored = storedAnswerOf(this.#scene, result);
    if (stored !== undefined) this.#checkWindow(lookup, stored);
  }

  #checkWindow(lookup: WatchedLookup, { fetched, detail, ageMs, what }: StoredAnswer): void {
    const { directives, instance } = lookup;
    const { windows } = instance.policy;
    const lifetimeMs = fetched.outcome.kind === 'found' ? windows.freshForMs : windows.notFoundFreshForMs;
    const staleMs = {
      fresh: 0,
      'stale-while-revalidate': windows.staleWhileRevalidateMs,
      'stale-if-error': Math.min(windows.staleIfErrorMs, directives.staleIfErrorMs ?? Number.POSITIVE_INFINITY),
      'max-stale': Math.min(windows.staleIfErrorMs, directives.maxStaleMs ?? 0),
    }[detail ?? 'fresh'];
    if (ageMs > lifetimeMs + staleMs + MAX_CLOCK_DIFFERENCE_MS) {
      this.#scene.fail(2, lookup, `gets ${what}: past its window`);
    }
    const keptForMs = this.#keptForMs.get(fetched);
    if (keptForMs !== undefined && ageMs > keptForMs + MAX_CLOCK_DIFFERENCE_MS) {
      this.#scene.fail(2, lookup, `gets ${what}: past its own expiry`);
    }
  }
}
