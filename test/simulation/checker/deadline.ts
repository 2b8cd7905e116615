import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';
import type { WatchedRequest } from './watched-request.ts';

const DEADLINE_SLACK_MS = 1000;
/** The time that a look-up may use between two of its calls. Milliseconds. */
const BETWEEN_CALLS_MS = 5;

/**
 * Promise 8: a look-up is answered by its deadline. If no fetch in progress can meet its directives, it waits for no
 * other: it takes the time of its own calls (contract §3).
 */
export class DeadlineCheck implements Check {
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  answered(lookup: WatchedLookup, _: LookupResult): void {
    const waitedMs = lookup.elapsedMs - lookup.busy.ms;
    const mayWait = lookup.canJoin || lookup.request.hasNoCaller || lookup.store.hasTrouble || lookup.hasStoodStill;
    // With a budget it may wait for calls that another look-up of its instance asks the store for.
    const forCallsMs = lookup.instance.policy.callLimits === undefined ? 0 : this.#scene.cacheTimeoutMs;
    if (!mayWait && waitedMs > BETWEEN_CALLS_MS + forCallsMs) {
      this.#scene.fail(8, lookup, `waits for ${waitedMs} ms, though no fetch under way can answer it`);
    }
  }

  requestAnswered(request: WatchedRequest): void {
    const { upstreamTimeoutMs, cacheTimeoutMs } = this.#scene;
    const deadlineMs = 2 * (upstreamTimeoutMs + cacheTimeoutMs) + DEADLINE_SLACK_MS;
    const frozenMs = request.instance.frozenMs - request.frozenMsAtBeginning;
    const runningMs = this.#scene.now - request.begunAt - frozenMs;
    if (runningMs > deadlineMs) this.#scene.fail(8, request, `is answered after ${runningMs} ms`);
  }

  ended(): void {
    for (const lookup of this.#scene.underWay) {
      if (!lookup.instance.isCrashed) this.#scene.fail(8, lookup, 'is never answered');
    }
  }
}
