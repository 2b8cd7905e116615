import type { Api } from '../../../functions/customer/request/canonical-request.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';
import type { LookupResult } from '../../../functions/lookup/lookup-result.ts';
import type { UpstreamPause } from '../../../functions/lookup/ports.ts';
import { EPOCH_MS, type Instance } from '../instance.ts';
import type { StoreEffect } from '../store/store-user.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** How long an instance remembers the store's answer about pauses. Milliseconds. */
const MEMORY_MS = 1000;
/** How long the fleet pauses at least, and at most, after a 429 without a usable Retry-After. Milliseconds. */
const MIN_PAUSE_MS = 2000;
const MAX_PAUSE_MS = 30_000;
/** A longer pause is probed, at this interval. Milliseconds. */
const PROBE_INTERVAL_MS = 60_000;

/** A pause that the upstream asked for. */
interface Pause {
  readonly api: Api;
  /** When it ends at the earliest, and at the latest. Epoch milliseconds. */
  until: number;
  perhapsUntil: number;
  /** True time: when the fleet could know of it; undefined: only the instance that heard of it could. */
  sharedAt: number | undefined;
  /** The instance that heard of it, and when. */
  readonly heard: { readonly by: Instance; readonly at: number } | undefined;
}

/** Promise 9, and §3: while the upstream asks for a pause, only one probe a minute asks. */
export class PausesCheck implements Check {
  readonly #scene: Scene;
  readonly #pauses: Pause[] = [];
  /** The pauses that unanswered look-ups heard of. */
  readonly #heardBy = new Map<WatchedLookup, Pause>();
  /** When an instance's probe found that the upstream works: it may not have told the store. */
  readonly #foundWellAt = new Map<Instance, number>();
  readonly #probedAt = new Map<Api, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  paused(api: Api, { until }: UpstreamPause): void {
    this.#pauses.push({ api, until, perhapsUntil: until, sharedAt: this.#scene.now, heard: undefined });
  }

  pauseEnded(ended: Api): void {
    for (const pause of this.#pauses) {
      if (pause.api !== ended) continue;
      pause.until = Math.min(pause.until, this.#epochNow);
      // An instance that could not tell the fleet of its pause may not hear that a probe has ended another.
      if (pause.sharedAt !== undefined) pause.perhapsUntil = Math.min(pause.perhapsUntil, this.#epochNow);
    }
  }

  upstreamCalled(lookup: WatchedLookup, attempt: number): void {
    // If the store does not say whether it may probe, it may.
    const mayProbe = lookup.hasTakenProbe || lookup.store.troubleCount('takeProbe') > 0;
    if (mayProbe || lookup.hasStoodStill) return;
    const isInside = this.#pauses.some(
      (pause) =>
        pause.api === lookup.asked.api &&
        pause.until - MAX_CLOCK_DIFFERENCE_MS > this.#epochNow &&
        (attempt === 1 ? this.#mustKnow(lookup, pause) : hasHeard(lookup, pause)),
    );
    if (isInside) this.#scene.fail(9, lookup, `calls the upstream inside its Retry-After (attempt ${attempt})`);
  }

  upstreamAnswered(lookup: WatchedLookup, fetched: Fetched): void {
    const { now } = this.#scene;
    const pause = this.#noteHeard(lookup, fetched);
    if (pause !== undefined) this.#heardBy.set(lookup, pause);
    if (fetched.outcome.kind === 'failed') return;
    // A probe: it may not tell the store its result.
    const { instance, asked } = lookup;
    this.#foundWellAt.set(instance, now);
    for (const each of this.#pauses) {
      if (each.heard?.by === instance && each.api === asked.api) each.until = Math.min(each.until, this.#epochNow);
    }
  }

  storeChanged(lookup: WatchedLookup, effect: StoreEffect): void {
    if (effect.kind !== 'probe-taken') return;
    const { now, table } = this.#scene;
    const sinceMs = Math.min(
      now - (this.#probedAt.get(effect.api) ?? Number.NEGATIVE_INFINITY),
      this.#epochNow - (table.readPause(effect.api)?.since ?? 0),
    );
    this.#probedAt.set(effect.api, now);
    if (sinceMs < PROBE_INTERVAL_MS - MAX_CLOCK_DIFFERENCE_MS) {
      this.#scene.fail(9, lookup, `probes a pause after ${sinceMs} ms`);
    }
  }

  answered(lookup: WatchedLookup, result: LookupResult): void {
    const { answer, cache, maskedFailure, storeFailure } = result;
    const heard = this.#heardBy.get(lookup);
    this.#heardBy.delete(lookup);
    const isShared = storeFailure === undefined && lookup.store.troubleCount('writePause') === 0;
    if (heard !== undefined && isShared) heard.sharedAt = this.#scene.now;
    this.#checkShared(lookup);
    this.#checkEnded(lookup);
    const failure = answer.kind === 'failed' && cache.status === 'forward' ? answer.failure : maskedFailure;
    if (failure === 'throttled' && lookup.calls === 0) this.#checkRefusal(lookup);
  }

  /** A 429 begins a pause, with or without a time. A fetch that was given up says nothing. */
  #noteHeard({ asked, instance, hasGivenUp }: WatchedLookup, { outcome }: Fetched): Pause | undefined {
    if (outcome.kind !== 'failed' || outcome.failure !== 'throttled' || hasGivenUp) return undefined;
    const at = this.#scene.now;
    const { retryAfterMs } = outcome;
    const until = EPOCH_MS + at + (retryAfterMs ?? MIN_PAUSE_MS);
    const perhapsUntil = EPOCH_MS + at + (retryAfterMs ?? MAX_PAUSE_MS);
    const pause = { api: asked.api, until, perhapsUntil, sharedAt: undefined, heard: { by: instance, at } };
    this.#pauses.push(pause);
    return pause;
  }

  /** An instance tells the fleet of a pause that it has heard of, as soon as the store answers it. */
  #checkShared(lookup: WatchedLookup): void {
    const { api } = lookup.asked;
    if (!lookup.store.hasAnswered('readPause') || lookup.store.hasTrouble || lookup.hasStoodStill) return;
    const stored = this.#scene.table.readPause(api);
    const isLong =
      stored !== undefined && stored.until > this.#epochNow && stored.until - stored.since > PROBE_INTERVAL_MS;
    for (const { until, heard, ...pause } of this.#pauses) {
      const isOwn = pause.api === api && heard?.by === lookup.instance && heard.at < lookup.startedAt;
      const isRefuted = stored !== undefined && stored.probedAt > EPOCH_MS + (heard?.at ?? 0);
      const isOver = until - 2 * MAX_CLOCK_DIFFERENCE_MS <= this.#epochNow;
      if (!isOwn || isRefuted || isLong || isOver) continue;
      if ((stored?.until ?? 0) < until - 2 * MAX_CLOCK_DIFFERENCE_MS) {
        this.#scene.fail('§3', lookup, `keeps a pause until ${until} to its instance`);
      }
    }
  }

  /** A probe that finds a working upstream ends the pause for all. */
  #checkEnded(lookup: WatchedLookup): void {
    const { hasTakenProbe, ownAnswer } = lookup;
    const hasFoundWell = hasTakenProbe && ownAnswer !== undefined && ownAnswer.outcome.kind !== 'failed';
    if (!hasFoundWell || lookup.store.hasTrouble || lookup.hasStoodStill) return;
    const stored = this.#scene.table.readPause(lookup.asked.api);
    if (stored !== undefined && stored.until > this.#epochNow + MAX_CLOCK_DIFFERENCE_MS) {
      this.#scene.fail('§3', lookup, 'leaves the pause, though its probe found the upstream well');
    }
  }

  /** A look-up is refused only during a pause, or right after it; and not if it could probe a long one. */
  #checkRefusal(lookup: WatchedLookup): void {
    const { api } = lookup.asked;
    if (this.#isInTheDark(lookup) || lookup.store.mayAskAlone) return;
    const isPaused = this.#pauses.some((each) => each.api === api && each.perhapsUntil + AFTERMATH_MS > this.#epochNow);
    if (!isPaused) this.#scene.fail('§3', lookup, 'is refused for a pause that there is not');
    const pause = this.#scene.table.readPause(api);
    if (pause === undefined || pause.until - pause.since <= PROBE_INTERVAL_MS) return;
    const quietMs = this.#epochNow - Math.max(pause.since, pause.probedAt);
    if (pause.until > this.#epochNow && quietMs > PROBE_INTERVAL_MS + MEMORY_MS + 2 * MAX_CLOCK_DIFFERENCE_MS) {
      this.#scene.fail('§3', lookup, `is refused though no look-up has asked the upstream for ${quietMs} ms`);
    }
  }

  /** Whether the look-up could not ask the store about a pause, or stood still after it had. */
  #isInTheDark({ store, instance, wasExcused, hasStoodStill, runningMs }: WatchedLookup): boolean {
    const failed = store.troubleCount('readPause') + store.troubleCount('takeProbe') + store.troubleCount('takeTurn');
    const hasWaitedLong = runningMs >= instance.policy.leaseMs;
    return hasStoodStill || wasExcused || hasWaitedLong || store.isFailed || failed > 0;
  }

  /** Whether the look-up's instance must know of the pause: the store was asked within a second, or it heard itself. */
  #mustKnow(lookup: WatchedLookup, pause: Pause): boolean {
    const { now, cacheTimeoutMs } = this.#scene;
    // The time to ask the store, to take a turn, and between them.
    const asksMs = 3 * cacheTimeoutMs;
    if (now - (this.#foundWellAt.get(lookup.instance) ?? Number.NEGATIVE_INFINITY) < MEMORY_MS + asksMs) return false;
    const isReadable = pause.sharedAt !== undefined && now - pause.sharedAt > MEMORY_MS + asksMs;
    const isShared = isReadable && !this.#isInTheDark(lookup);
    if (isShared || !hasHeard(lookup, pause)) return isShared;
    // A pause that the store does not have is probed by the instance that heard of it.
    const heardForMs = now - (pause.heard?.at ?? now);
    return heardForMs > asksMs && heardForMs < PROBE_INTERVAL_MS - MAX_CLOCK_DIFFERENCE_MS;
  }

  get #epochNow(): number {
    return EPOCH_MS + this.#scene.now;
  }
}

/** For how long after a pause look-ups may still be refused: the fleet begins with a few calls. Milliseconds. */
const AFTERMATH_MS = 5000 + MEMORY_MS + 2 * MAX_CLOCK_DIFFERENCE_MS;

function hasHeard({ instance }: WatchedLookup, { heard }: Pause): boolean {
  return heard?.by === instance;
}
