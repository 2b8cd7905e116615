import type { Api } from '../../customer/request/canonical-request.ts';
import type { CacheEntry } from '../entry.ts';
import type { Clock } from '../ports.ts';

/** The upstream counts as slow after this number of given-up fetches in a row. */
const MAX_GIVEN_UP = 3;
/** The first time in which no look-up waits for a slow upstream. It doubles at each further give-up. Milliseconds. */
const MIN_INTERVAL_MS = 1000;
const MAX_INTERVAL_MS = 5000;

interface Slowness {
  givenUpCount: number;
  /** Until this moment no look-up with a usable stale entry waits for the upstream. Monotonic milliseconds. */
  until: number;
  intervalMs: number;
}

/**
 * Whether the upstream is so slow that a look-up with a usable stale entry does not wait for it. Each instance has one.
 *
 * After three fetches in a row that were given up, a stale entry is served at once. After one second one look-up waits
 * again, as a probe. If the probe gives up too, that time doubles, up to five seconds. An answer in time ends this
 * state. Meanwhile look-ups ask for revalidations, so the service still gets the upstream's answers.
 */
export class SlowUpstream {
  readonly #clock: Pick<Clock, 'monotonicNow'>;
  readonly #known = new Map<Api, Slowness>();

  constructor(clock: Pick<Clock, 'monotonicNow'>) {
    this.#clock = clock;
  }

  /** Whether a look-up with a usable stale entry may wait for the upstream. */
  admits(api: Api): boolean {
    const known = this.#slowness(api);
    return known === undefined || this.#clock.monotonicNow() >= known.until;
  }

  /** Takes note that a look-up with a usable stale entry waits. While the upstream is slow, it is the probe. */
  waits(api: Api): void {
    const known = this.#slowness(api);
    if (known !== undefined) known.until = this.#clock.monotonicNow() + known.intervalMs;
  }

  /** Undefined: the upstream does not count as slow. */
  #slowness(api: Api): Slowness | undefined {
    const known = this.#known.get(api);
    return known !== undefined && known.givenUpCount >= MAX_GIVEN_UP ? known : undefined;
  }

  /** Takes note of a fetch that was given up for a stale entry. */
  gaveUp(api: Api): void {
    const known = this.#known.get(api) ?? { givenUpCount: 0, until: 0, intervalMs: MIN_INTERVAL_MS / 2 };
    known.givenUpCount += 1;
    if (known.givenUpCount >= MAX_GIVEN_UP) {
      known.intervalMs = Math.min(known.intervalMs * 2, MAX_INTERVAL_MS);
      known.until = this.#clock.monotonicNow() + known.intervalMs;
    }
    this.#known.set(api, known);
  }

  /** Takes note of an answer in time. */
  answered(api: Api): void {
    this.#known.delete(api);
  }
}

/**
 * How long one look-up waits before it serves a usable stale entry. The look-up may be the probe of a slow upstream.
 */
export class SoftWait {
  readonly #slowUpstream: Pick<SlowUpstream, 'admits' | 'waits'>;
  readonly #api: Api;
  #isAdmitted: boolean | undefined;
  #isNoted = false;

  constructor(slowUpstream: Pick<SlowUpstream, 'admits' | 'waits'>, api: Api) {
    this.#slowUpstream = slowUpstream;
    this.#api = api;
  }

  /**
   * How much longer the look-up waits. It does not wait for a slow upstream, unless an event marked the entry: then the
   * upstream is asked first (contract §1).
   *
   * @param softMs how much longer the look-up waits for a fast upstream; undefined: there is no usable stale entry.
   *   Milliseconds
   */
  limit(softMs: number | undefined, entry: Pick<CacheEntry, 'staleFrom'> | undefined): number | undefined {
    if (softMs === undefined || entry?.staleFrom !== undefined) return softMs;
    this.#isAdmitted ??= this.#slowUpstream.admits(this.#api);
    return this.#isAdmitted ? softMs : Math.min(softMs, 0);
  }

  /** Takes note that the look-up does wait. A look-up that answers at once must not be the probe. */
  begin(): void {
    if (this.#isAdmitted !== true || this.#isNoted) return;
    this.#isNoted = true;
    this.#slowUpstream.waits(this.#api);
  }
}
