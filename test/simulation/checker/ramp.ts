import type { Api } from '../../../functions/customer/request/canonical-request.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { UpstreamPause } from '../../../functions/lookup/ports.ts';
import { EPOCH_MS, type Instance } from '../instance.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** The number of calls with which the fleet begins after a pause, and their time. */
const FIRST_CALLS = 3;
const FIRST_MS = 1000;
/** How long an instance remembers the store's answer about pauses. Milliseconds. */
const MEMORY_MS = 1000;

/** The end of a pause, and the calls that were counted since then. */
interface End {
  /** Epoch milliseconds. */
  readonly at: number;
  /** True time: when the fleet could know of the pause. */
  readonly sharedAt: number;
  count: number;
}

/**
 * Contract §3: when a pause ends, the fleet begins with a few calls. Not counted are the calls of an instance that the
 * upstream has answered well since, and of one that could not ask the store.
 */
export class RampCheck implements Check {
  readonly #scene: Scene;
  readonly #ends = new Map<Api, End>();
  readonly #countingAlone = new Set<Instance>();
  readonly #wellAt = new Map<Instance, Map<Api, number>>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  paused(api: Api, { until }: UpstreamPause): void {
    if (this.#ends.get(api)?.at === until) return;
    // A longer pause replaces the one before.
    this.#ends.set(api, { at: until, sharedAt: this.#scene.now, count: 0 });
  }

  pauseEnded(api: Api): void {
    this.#ends.delete(api);
  }

  upstreamAnswered({ instance, asked }: WatchedLookup, { outcome }: Fetched): void {
    if (outcome.kind === 'failed') return;
    const byApi = this.#wellAt.get(instance) ?? new Map<Api, number>();
    this.#wellAt.set(instance, byApi.set(asked.api, this.#scene.now));
  }

  /** An instance that heard of a pause and did not tell the fleet counts on its own. */
  answered({ ownAnswer, instance, hasGivenUp, store }: WatchedLookup, { storeFailure }: LookupResult): void {
    const isThrottled = ownAnswer?.outcome.kind === 'failed' && ownAnswer.outcome.failure === 'throttled';
    const isShared = storeFailure === undefined && store.troubleCount('writePause') === 0;
    if (isThrottled && !hasGivenUp && !isShared) this.#countingAlone.add(instance);
  }

  upstreamCalled(lookup: WatchedLookup, attempt: number): void {
    const { instance, asked } = lookup;
    if (attempt > 1 || lookup.hasTakenProbe || this.#isUncounted(lookup)) return;
    const wellAt = this.#wellAt.get(instance)?.get(asked.api) ?? Number.NEGATIVE_INFINITY;
    const end = this.#ends.get(asked.api);
    // By every clock of the fleet, it is the first second.
    const half = MAX_CLOCK_DIFFERENCE_MS / 2;
    if (end === undefined || EPOCH_MS + wellAt >= end.at - half) return;
    // An instance remembers for a second that there was no pause.
    if (this.#scene.now - end.sharedAt < MEMORY_MS + 3 * this.#scene.cacheTimeoutMs) return;
    const sinceMs = EPOCH_MS + this.#scene.now - end.at;
    if (sinceMs < -half || sinceMs >= FIRST_MS - half) return;
    end.count += 1;
    if (end.count > FIRST_CALLS) {
      this.#scene.fail('§3', lookup, `is call ${end.count} of the fleet within a second after a pause`);
    }
  }

  #isUncounted({ store, instance, wasExcused, hasStoodStill, runningMs }: WatchedLookup): boolean {
    const couldNotAsk = store.troubleCount('readPause') + store.troubleCount('takeTurn') > 0;
    const hasWaitedLong = runningMs >= instance.policy.leaseMs;
    return (
      couldNotAsk || store.isFailed || wasExcused || hasWaitedLong || hasStoodStill || this.#countingAlone.has(instance)
    );
  }
}
