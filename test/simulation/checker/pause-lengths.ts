import type { Api } from '../../../functions/customer/request/canonical-request.ts';
import { MAX_CLOCK_DIFFERENCE_MS } from '../../../functions/lookup/fleet.ts';
import type { UpstreamPause } from '../../../functions/lookup/ports.ts';
import { EPOCH_MS } from '../instance.ts';
import type { Fetched } from '../upstream/fetched.ts';
import type { Check, Scene } from './check.ts';
import type { WatchedLookup } from './watched-lookup.ts';

/** How long the fleet pauses after a 429 without a usable Retry-After: doubling from one pause to the next. */
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 30_000;
const MOST_JITTER = 1.25;
/** The time between two readings of clocks. Milliseconds. */
const ROUNDING_MS = 1;

/** A pause that the upstream asked for. */
interface KnownPause {
  /** When it is over at the earliest. Epoch milliseconds. */
  readonly endsAt: number;
  readonly longestMs: number;
  /** Whether the upstream said how long it is. */
  readonly isSaid: boolean;
}

/** Contract §3: a pause is as long as the upstream says; if it does not say, 2 s, doubling to 30. */
export class PauseLengthsCheck implements Check {
  readonly #scene: Scene;
  /** Every pause that an instance may know: some never reach the store. */
  readonly #known = new Map<Api, KnownPause[]>();

  constructor(scene: Scene) {
    this.#scene = scene;
  }

  upstreamAnswered({ asked }: WatchedLookup, { outcome }: Fetched): void {
    if (outcome.kind !== 'failed' || outcome.failure !== 'throttled') return;
    const now = EPOCH_MS + this.#scene.now;
    const { retryAfterMs } = outcome;
    const longestMs = retryAfterMs ?? this.#longestMs(asked.api, now);
    const known = this.#known.get(asked.api) ?? [];
    known.push({ endsAt: now + (retryAfterMs ?? FIRST_PAUSE_MS), longestMs, isSaid: retryAfterMs !== undefined });
    this.#known.set(asked.api, known);
  }

  paused(api: Api, { since, until }: UpstreamPause): void {
    const lastsMs = until - since;
    const said = this.#known.get(api)?.filter(({ isSaid }) => isSaid) ?? [];
    const isSaid = said.some(({ longestMs }) => Math.abs(longestMs - lastsMs) <= ROUNDING_MS);
    if (!isSaid && lastsMs > this.#longestMs(api, since) + ROUNDING_MS) {
      this.#scene.fail(
        '§3',
        { name: 'the fleet', identity: api },
        `pauses for ${lastsMs} ms, though the upstream did not say so`,
      );
    }
    if (!isSaid && lastsMs < FIRST_PAUSE_MS - ROUNDING_MS) {
      this.#scene.fail('§3', { name: 'the fleet', identity: api }, `pauses for ${lastsMs} ms only`);
    }
  }

  /** How long a pause may be that begins at this moment, if the upstream does not say. @param at epoch milliseconds */
  #longestMs(api: Api, at: number): number {
    const over = (this.#known.get(api) ?? []).filter(({ endsAt }) => endsAt <= at + MAX_CLOCK_DIFFERENCE_MS);
    const lastMs = Math.max(0, ...over.map(({ longestMs }) => longestMs));
    return Math.min(MOST_JITTER * Math.max(FIRST_PAUSE_MS, 2 * lastMs), LONGEST_PAUSE_MS);
  }
}
