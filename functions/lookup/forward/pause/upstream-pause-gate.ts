import type { Api } from '../../../customer/request/canonical-request.ts';
import type { Clock, UpstreamPause, UpstreamPauses } from '../../ports.ts';
import type { StoreAccess } from '../../store-access.ts';
import type { UpstreamCall, UpstreamFailure, UpstreamOutcome } from '../../upstream.ts';
import { defaultPauseMs } from './default-pause.ts';

/** How long an instance uses the store's last answer about pauses. Milliseconds. */
const MEMORY_MS = 1000;

/** If a pause is longer than this, the fleet probes the upstream once in this time (contract §3). */
const PROBE_INTERVAL_MS = 60_000;

/**
 * The fleet's calls are limited for this long after a pause. From its end on, the fleet may make 3 calls within the
 * first second, 6 within two seconds, and so on: the sum doubles each second. After a good answer the limit ends for an
 * instance.
 */
const RAMP_MS = 5000;
const RAMP_UNIT_MS = 1000;
const FIRST_CALLS = 3;

/** The right to ask the upstream. */
export interface Permit {
  readonly kind: 'permit';
  readonly api: Api;
  /** The pause that this call probes; undefined: the call is not a probe. */
  readonly probed: UpstreamPause | undefined;
}

/** A pause, and when it ends by this instance's own clock. */
interface KnownPause extends UpstreamPause {
  /** Monotonic milliseconds. */
  readonly endsAt: number;
  /** Whether the store has this pause, as far as this instance knows. */
  readonly isShared: boolean;
}

type Pauses = StoreAccess<UpstreamPauses>;

/** The look-up that reads a pause. */
interface PauseReader {
  readonly request: { readonly api: Api };
  readonly store: Pauses;
}

/**
 * Keeps the fleet from asking an upstream that asked for a pause (429).
 *
 * The fleet shares the pause through the store. If the store does not answer, only the pause that this instance
 * remembers counts. A long pause is probed once a minute by one call of the fleet. After a pause the fleet begins with
 * a few calls. The monotonic clock measures durations, so a clock that is set back makes no pause longer.
 */
export class UpstreamPauseGate {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #known = new Map<Api, KnownPause>();
  readonly #readAt = new Map<Api, number>();
  /** The APIs that have answered since their last pause. */
  readonly #well = new Set<Api>();
  /** The look-ups whose read of a pause failed. They do not read it again: they would wait for the store once more. */
  readonly #unanswered = new WeakSet<Pauses>();

  /** @param random a number from 0 (included) to 1 (excluded) */
  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  /** Whether this instance knows of a pause that has not ended. */
  isPaused(api: Api): boolean {
    return this.#leftMs(api) > 0;
  }

  /**
   * Reads the fleet's pause beside a write, unless this instance read it a short time ago. Then `enter` needs no read,
   * and the caller waits for one round trip instead of two.
   */
  async beside<T>({ request: { api }, store }: PauseReader, write: () => Promise<T>): Promise<T> {
    const [written] = await Promise.all([write(), this.#refresh(api, store, MEMORY_MS)]);
    return written;
  }

  /** Takes note that another look-up's fetch met a pause: the next look-up reads the fleet's pause anew. */
  hear(api: Api): void {
    this.#readAt.delete(api);
  }

  /** Asks for the right to ask the upstream. The failure says when to try again. */
  async enter(api: Api, store: Pauses): Promise<Permit | UpstreamFailure> {
    await this.#refresh(api, store, MEMORY_MS);
    return this.#judge(api, store);
  }

  /**
   * Takes note of how the upstream answered. If the upstream asked for a pause, or a probe ended one, it tells the
   * fleet.
   */
  async leave(
    { api, probed }: Permit,
    store: Pauses,
    outcome: UpstreamOutcome,
    { attempts }: UpstreamCall,
  ): Promise<void> {
    if (outcome.kind === 'failed') {
      if (outcome.failure === 'throttled' && attempts > 0) await this.#begin(api, store, outcome.retryAfterMs);
      return;
    }
    // During a pause, an answer to a call that is not a probe belongs to a call from before the pause. It shows nothing
    // about the present.
    if (probed === undefined && this.isPaused(api)) return;
    this.#well.add(api);
    if (probed === undefined) return;
    const now = this.#clock.now();
    this.#change(api, probed, { until: now, endsAt: this.#clock.monotonicNow(), isShared: false });
    await store.poll((each) => each.endPause(api, probed.until, now));
  }

  async #judge(api: Api, store: Pauses): Promise<Permit | UpstreamFailure> {
    const pause = this.#known.get(api);
    const permit: Permit = { kind: 'permit', api, probed: undefined };
    if (pause === undefined) return permit;
    const leftMs = this.#leftMs(api);
    if (leftMs > 0) return (await this.#mayProbe(api, pause, store)) ? { ...permit, probed: pause } : throttled(leftMs);
    const sinceEndMs = -leftMs;
    if (sinceEndMs >= RAMP_MS || this.#well.has(api)) return permit;
    const atMost = FIRST_CALLS * 2 ** Math.floor(sinceEndMs / RAMP_UNIT_MS);
    if (await this.#take(api, pause, store, atMost)) return permit;
    // Another instance may have ended or renewed the pause since we read it.
    return (await this.#refresh(api, store, 0)) ? this.#judge(api, store) : throttled(RAMP_UNIT_MS);
  }

  /**
   * Takes one of the calls that the fleet may make at this moment. If the store does not answer, or does not have the
   * pause, the instance counts its own calls against the same limit.
   */
  async #take(api: Api, pause: KnownPause, store: Pauses, atMost: number): Promise<boolean> {
    const isTaken = pause.isShared ? await store.poll((each) => each.takeTurn(api, pause.until, atMost)) : undefined;
    if (isTaken !== undefined) return isTaken;
    const { turns } = this.#known.get(api) ?? pause;
    this.#change(api, pause, { turns: turns + 1 });
    return turns < atMost;
  }

  async #mayProbe(api: Api, pause: KnownPause, store: Pauses): Promise<boolean> {
    const { since, until, probedAt } = pause;
    const now = this.#clock.now();
    if (until - since <= PROBE_INTERVAL_MS || now - Math.max(since, probedAt) < PROBE_INTERVAL_MS) return false;
    // If the store does not have the pause, this instance probes it alone.
    const taken = pause.isShared ? await store.poll((each) => each.takeProbe(api, until, probedAt, now)) : true;
    this.#change(api, pause, { probedAt: now });
    return taken ?? true;
  }

  async #begin(api: Api, store: Pauses, retryAfterMs: number | undefined): Promise<void> {
    const now = this.#clock.now();
    const pause = { since: now, until: now + (retryAfterMs ?? this.#defaultPauseMs(api)), turns: 0, probedAt: now };
    if (this.#leftMs(api) < pause.until - now) this.#note(api, pause, false);
    await this.#share(api, store);
  }

  /** Tells the store of the pause that this instance knows, unless the store has it. */
  async #share(api: Api, store: Pauses): Promise<void> {
    const known = this.#known.get(api);
    if (known === undefined || known.isShared || !this.isPaused(api)) return;
    await store.poll(async (each) => {
      await each.writePause(api, known);
      this.#change(api, known, { isShared: true });
    });
  }

  #defaultPauseMs(api: Api): number {
    const known = this.#well.has(api) ? undefined : this.#known.get(api);
    const former = known && { durationMs: known.until - known.since, endedMs: -this.#leftMs(api) };
    return defaultPauseMs(former, this.#random());
  }

  /** Reads the pause, unless this instance read it a short time ago. @returns whether another pause is known now */
  async #refresh(api: Api, store: Pauses, maxAgeMs: number): Promise<boolean> {
    const now = this.#clock.monotonicNow();
    const readAt = this.#readAt.get(api) ?? Number.NEGATIVE_INFINITY;
    if (now === readAt || now - readAt < maxAgeMs || this.#unanswered.has(store)) return false;
    const before = this.#known.get(api);
    const read = await store.poll(async (each) => ({ pause: await each.readPause(api) }));
    if (read === undefined) {
      this.#unanswered.add(store);
      return false;
    }
    this.#readAt.set(api, now);
    const known = this.#known.get(api);
    const isOtherThanBefore = known?.until !== before?.until;
    // Facts that this instance got, or told the store, during the read are newer than the read.
    const isNewer = isOtherThanBefore || known?.isShared !== before?.isShared;
    if (known !== undefined && isNewer && known.until >= (read.pause?.until ?? 0)) return isOtherThanBefore;
    if (known !== undefined && this.#isNews(known, read.pause)) {
      await this.#share(api, store);
      return false;
    }
    if (read.pause === undefined) return false;
    const isOther = read.pause.until !== known?.until;
    if (isOther) this.#note(api, read.pause, true);
    else if (known !== undefined) this.#known.set(api, { ...known, ...read.pause, isShared: true });
    return isOther;
  }

  /** Whether this instance knows a pause that the store does not have, and that no newer fact in the store refutes. */
  #isNews(known: KnownPause, stored: UpstreamPause | undefined): boolean {
    if (known.isShared) return false;
    if (stored === undefined) return true;
    const { since, until, probedAt } = stored;
    const isOver = until <= this.#clock.now();
    // If a probe has ended the pause since then, the upstream answered. If a long pause continues, the fleet probes the
    // upstream.
    const isRefuted = isOver ? probedAt > Math.max(known.since, since) : until - since > PROBE_INTERVAL_MS;
    return known.until > until && !isRefuted;
  }

  /** Changes the facts about a pause, unless another pause is known by now. */
  #change(api: Api, { until }: UpstreamPause, changes: Partial<KnownPause>): void {
    const known = this.#known.get(api);
    if (known?.until === until) this.#known.set(api, { ...known, ...changes });
  }

  #note(api: Api, pause: UpstreamPause, isShared: boolean): void {
    this.#well.delete(api);
    const durationMs = pause.until - pause.since;
    const leftMs = Math.min(pause.until - this.#clock.now(), durationMs);
    this.#known.set(api, { ...pause, endsAt: this.#clock.monotonicNow() + leftMs, isShared });
  }

  /** The time that is left of the pause; negative: the time since its end. Milliseconds. */
  #leftMs(api: Api): number {
    return (this.#known.get(api)?.endsAt ?? Number.NEGATIVE_INFINITY) - this.#clock.monotonicNow();
  }
}

function throttled(retryAfterMs: number): UpstreamFailure {
  return { kind: 'failed', failure: 'throttled', retryAfterMs };
}
