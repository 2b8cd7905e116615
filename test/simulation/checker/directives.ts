import type { Api } from '../../../functions/customer/request/canonical-request.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Instance } from '../instance.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { Check, Scene } from './check.ts';
import { type StoredAnswer, storedAnswerOf } from './stored-answer.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** An instance takes the upstream for slow after this number of given-up fetches in a row. */
const SLOW_COUNT = 3;

/** How slow an API was to an instance. */
interface Slowness {
  /** How many fetches in a row were given up. */
  givenUpCount: number;
  /** When it last stopped being slow. True time. */
  endedAt: number;
}

/** Promise 2, and §3: the caller's directives and the upstream's state allow an answer from the store. */
export class DirectivesCheck implements Check {
  readonly #scene: Scene;
  /** The APIs that were too slow for an instance a moment ago. */
  readonly #slowness = new Map<Instance, Map<Api, Slowness>>();

  /** When each look-up first called the upstream. True time. */
  readonly #calledAt = new WeakMap<WatchedLookup, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  upstreamCalled(lookup: WatchedLookup, attempt: number): void {
    if (attempt === 1) this.#calledAt.set(lookup, this.#scene.now);
  }

  /** Only an answer that comes in the time that a stale entry waits shows that the upstream is not slow. */
  upstreamAnswered(lookup: WatchedLookup, { outcome }: Fetched): void {
    const { instance, asked, hasGivenUp } = lookup;
    const slowness = this.#slownessOf(instance, asked.api);
    if (outcome.kind !== 'failed') {
      const tookMs = this.#scene.now - (this.#calledAt.get(lookup) ?? 0);
      if (tookMs > instance.policy.staleSoftTimeoutMs) return;
      if (slowness.givenUpCount >= SLOW_COUNT) slowness.endedAt = this.#scene.now;
      slowness.givenUpCount = 0;
    } else if (hasGivenUp) slowness.givenUpCount += 1;
  }

  #slownessOf(instance: Instance, api: Api): Slowness {
    const byApi = this.#slowness.get(instance) ?? new Map<Api, Slowness>();
    const slowness = byApi.get(api) ?? { givenUpCount: 0, endedAt: Number.NEGATIVE_INFINITY };
    this.#slowness.set(instance, byApi.set(api, slowness));
    return slowness;
  }

  /** A stale entry does not wait for an upstream that was too slow several times in a row, to the look-up's instance. */
  #isSlow({ instance, asked, startedAt }: WatchedLookup): boolean {
    const { givenUpCount, endedAt } = this.#slownessOf(instance, asked.api);
    return givenUpCount >= SLOW_COUNT || endedAt >= startedAt;
  }

  answered(lookup: WatchedLookup, result: LookupResult): void {
    if (lookup.directives.noCache && result.cache.status !== 'forward') {
      this.#scene.fail(2, lookup, 'said no-cache and gets what it did not fetch');
    }
    const stored = storedAnswerOf(this.#scene, result);
    if (stored === undefined) return;
    const { ownAnswer } = lookup;
    if (ownAnswer !== undefined && ownAnswer.outcome.kind !== 'failed') {
      this.#scene.fail(2, lookup, `gets ${stored.what}, which masks "${ownAnswer.outcome.kind}"`);
    }
    if (stored.detail === undefined) this.#checkFresh(lookup, stored);
    else this.#checkStale(lookup, stored, result);
  }

  #checkFresh(lookup: WatchedLookup, { fetched, ageMs, what }: StoredAnswer): void {
    const { maxAgeMs, minFreshMs } = lookup.directives;
    const leftMs = lookup.instance.policy.windows.freshForMs - ageMs;
    if (maxAgeMs !== undefined && ageMs > maxAgeMs + MAX_CLOCK_DIFFERENCE_MS) {
      this.#scene.fail(2, lookup, `said max-age=${maxAgeMs / 1000} and gets ${what}`);
    }
    if (minFreshMs !== undefined && fetched.customer !== undefined && leftMs < minFreshMs - MAX_CLOCK_DIFFERENCE_MS) {
      this.#scene.fail(2, lookup, `said min-fresh=${minFreshMs / 1000} and gets ${what}`);
    }
  }

  #checkStale(lookup: WatchedLookup, { fetched, detail, what }: StoredAnswer, result: LookupResult): void {
    const { noStore, maxAgeMs, minFreshMs, maxStaleMs } = lookup.directives;
    if (fetched.outcome.kind !== 'found') {
      this.#scene.fail(2, lookup, `gets a stale "${fetched.outcome.kind}": ${what}`);
    }
    if (noStore) this.#scene.fail(2, lookup, `said no-store and gets ${what}`);
    if (detail === 'stale-if-error') {
      if (!hasMetTrouble(lookup, result) && !this.#isSlow(lookup)) {
        this.#scene.fail(2, lookup, `gets ${what}, though the upstream neither failed nor was slow`);
      }
    } else if (minFreshMs !== undefined || (maxAgeMs !== undefined && maxStaleMs === undefined)) {
      this.#scene.fail(2, lookup, `wanted nothing stale and gets ${what}`);
    }
  }
}

/** As far as the look-up could see, the upstream failed, was slow, or asked for a pause. */
function hasMetTrouble(lookup: WatchedLookup, { maskedFailure }: LookupResult): boolean {
  const { ownAnswer, told, elapsedMs, instance } = lookup;
  return (
    ownAnswer?.outcome.kind === 'failed' ||
    told.hasEnded('failed') ||
    told.hasEnded('given-up') ||
    // Another check looks at the pause itself: see `PausesCheck`.
    (maskedFailure === 'throttled' && lookup.calls === 0) ||
    maskedFailure === 'over-budget' ||
    // The caller waits no longer: see `PreferCheck`.
    elapsedMs >= Math.min(instance.policy.staleSoftTimeoutMs, lookup.waitMs)
  );
}
