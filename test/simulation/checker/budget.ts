import type { CallLimits, LookupPurpose } from '../../../functions/lookup/lookup-policy.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { Instance } from '../instance.ts';
import { EPOCH_MS } from '../instance.ts';
import type { Operation } from '../store/store-user.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

const MINUTE_MS = 60_000;
/**
 * The time around the beginning of a minute, by any clock of the fleet: half a second, and the clocks' difference from
 * true time.
 */
const EDGE_MS = 750;
const EDGE_SHARE = 0.05;
/** How long an instance does not ask the store for calls after a call without an answer, and the store's timeout. */
const OPEN_MS = 1200;
/** The share of the calls that a look-up of each purpose does not get. */
const KEPT_SHARE: Readonly<Record<LookupPurpose, number>> = { answer: 0, revalidate: 0.1, prefetch: 0.2, audit: 0.3 };

/**
 * The budget (UPSTREAM_CALLS_PER_MINUTE): in no minute does the upstream see more than the limit and a twentieth, and
 * nothing is refused while calls are left for it. With the store in trouble there is no budget.
 */
export class BudgetCheck implements Check {
  readonly #scene: Scene;
  readonly #limits: CallLimits;
  /** Calls in each minute of true time, by API and minute. */
  readonly #seen = new Map<string, number>();
  /** Calls in progress, by the API and minute of each. */
  readonly #unconfirmed = new Map<WatchedLookup, string[]>();
  /** The look-ups of an instance that asked for calls, and when they last did. */
  readonly #askers = new Map<Instance, Map<WatchedLookup, number>>();

  constructor(scene: Scene, limits: CallLimits) {
    this.#scene = scene;
    this.#limits = limits;
  }

  storeCalled(lookup: WatchedLookup, operation: Operation): void {
    if (operation !== 'takeCalls') return;
    const askers = this.#askers.get(lookup.instance) ?? new Map<WatchedLookup, number>();
    askers.set(lookup, this.#scene.now);
    this.#askers.set(lookup.instance, askers);
  }

  upstreamCalled(lookup: WatchedLookup): void {
    if (lookup.store.hasTrouble || this.#isOpen(lookup.instance)) return;
    const calls = this.#unconfirmed.get(lookup) ?? [];
    calls.push(`${lookup.asked.api} ${Math.floor(this.#scene.now / MINUTE_MS)}`);
    this.#unconfirmed.set(lookup, calls);
  }

  /** @param attempts 0: the breaker was open, and nothing was sent */
  upstreamAnswered(lookup: WatchedLookup, _fetched: Fetched, attempts: number): void {
    const limit = this.#limits[lookup.asked.api];
    const calls = this.#unconfirmed.get(lookup) ?? [];
    this.#unconfirmed.delete(lookup);
    if (limit === undefined) return;
    for (const name of calls.slice(0, attempts)) {
      const seen = (this.#seen.get(name) ?? 0) + 1;
      this.#seen.set(name, seen);
      const most = limit + edgeCalls(limit);
      if (seen > most) this.#scene.fail('budget', lookup, `makes call ${seen} of a minute that has ${limit}`);
    }
  }

  answered(lookup: WatchedLookup, { answer, maskedFailure }: LookupResult): void {
    const failure = answer.kind === 'failed' ? answer.failure : maskedFailure;
    if (failure !== 'over-budget') return;
    if (lookup.calls > 0) this.#scene.fail('budget', lookup, 'calls the upstream, and is refused a call');
    if (!this.#isUsedUp(lookup)) this.#scene.fail('budget', lookup, 'is refused a call though there are some left');
    const retryAfterMs = answer.kind === 'failed' ? (answer.retryAfterMs ?? 0) : 1;
    if (retryAfterMs <= 0 || retryAfterMs > MINUTE_MS) {
      this.#scene.fail('budget', lookup, `is told to come back in ${retryAfterMs} ms`);
    }
  }

  /** Whether the store may not have answered this instance a short time ago: it has no budget then. */
  #isOpen(instance: Instance): boolean {
    const askers = [...(this.#askers.get(instance) ?? [])];
    return askers.some(([asker, at]) => asker.store.troubleCount('takeCalls') > 0 && this.#scene.now - at <= OPEN_MS);
  }

  /** Whether a minute that the look-up may have seen has no calls left for it. */
  #isUsedUp({ asked: { api }, request: { purpose, isForPrefetch }, startedAt }: WatchedLookup): boolean {
    const limit = this.#limits[api];
    if (limit === undefined) return false;
    const [from, to] = [startedAt - EDGE_MS, this.#scene.now + EDGE_MS];
    for (let minute = Math.floor(from / MINUTE_MS); minute <= Math.floor(to / MINUTE_MS); minute += 1) {
      const isPerhapsEdge = minute * MINUTE_MS >= from && minute * MINUTE_MS <= to;
      const calls = isPerhapsEdge ? edgeCalls(limit) : limit;
      const ceiling = Math.floor(
        Math.round(calls * (1 - KEPT_SHARE[isForPrefetch ? 'prefetch' : purpose]) * 100) / 100,
      );
      if (this.#scene.table.callsTaken(api, EPOCH_MS / MINUTE_MS + minute) >= ceiling) return true;
    }
    return false;
  }
}

function edgeCalls(limit: number): number {
  return Math.max(1, Math.floor(limit * EDGE_SHARE));
}
