import type { RequestReading } from '../../functions/customer/request/reading.ts';
import type { LookupPolicy } from '../../functions/lookup/lookup-policy.ts';
import type { Clock } from '../../functions/lookup/ports.ts';
import type { World } from './world.ts';

/** The time of day when a history begins. */
export const EPOCH_MS = Date.UTC(2026, 10, 22);

export interface InstanceOptions {
  readonly name: string;
  /** How far its wall clock is ahead of true time; negative if it is behind. */
  readonly aheadMs: number;
  /** The value of its monotonic clock when the history begins. */
  readonly monotonicOriginMs: number;
  /** The probability, at each step, that it stops for a while, and that it stops for good. */
  readonly freezeProbability: number;
  readonly crashProbability: number;
  readonly policy: LookupPolicy;
  readonly reading: RequestReading;
}

/** One instance of the fleet: its clocks, its settings, and whether it runs. */
export class Instance {
  readonly name: string;
  readonly aheadMs: number;
  readonly policy: LookupPolicy;
  readonly reading: RequestReading;
  isCrashed = false;
  readonly #options: InstanceOptions;
  readonly #world: World;
  #frozenMs = 0;
  #thawsAt = 0;

  constructor(options: InstanceOptions, world: World) {
    this.name = options.name;
    this.aheadMs = options.aheadMs;
    this.policy = options.policy;
    this.reading = options.reading;
    this.#options = options;
    this.#world = world;
  }

  readonly clock: Clock = {
    now: () => EPOCH_MS + this.#world.scheduler.now + this.aheadMs,
    monotonicNow: () => this.#world.scheduler.now + this.#options.monotonicOriginMs,
    sleep: (ms, signal) =>
      new Promise((wake) => {
        this.resume(this.#world.scheduler.now + Math.ceil(ms) + this.#world.random.int(0, 3), wake);
        // This is an act of the code, not a step: the look-up that aborts a sleep runs.
        signal?.addEventListener('abort', () => wake());
      }),
    sleepFree: (ms, signal) => this.clock.sleep(ms, signal),
  };

  /** How long it has stood still in all, by now. */
  get frozenMs(): number {
    return this.#frozenMs - Math.max(0, this.#thawsAt - this.#world.scheduler.now);
  }

  get isFrozen(): boolean {
    return this.#thawsAt > this.#world.scheduler.now;
  }

  /** When a request that it sends now leaves: it may stop before that, for a while or for good. */
  departure(): number {
    this.#mayStop();
    return this.isCrashed ? Number.POSITIVE_INFINITY : Math.max(this.#world.scheduler.now, this.#thawsAt);
  }

  /** Lets its code continue at this moment, or when it has thawed; never when it has crashed. */
  resume(moment: number, go: () => void): void {
    this.#world.scheduler.at(moment, () => {
      this.#mayStop();
      if (this.isCrashed) return;
      if (this.#thawsAt > this.#world.scheduler.now) {
        this.resume(this.#thawsAt, go);
        return;
      }
      this.#world.scheduler.resumed();
      go();
    });
  }

  #mayStop(): void {
    if (this.isCrashed || this.#thawsAt > this.#world.scheduler.now) return;
    if (this.#world.random.chance(this.#options.crashProbability)) {
      this.isCrashed = true;
      this.#world.trace(`${this.name} crashes`);
    } else if (this.#world.random.chance(this.#options.freezeProbability)) {
      const ms = this.#world.random.chance(0.5)
        ? this.#world.random.int(100, 4000)
        : this.#world.random.int(100, 30_000);
      this.#thawsAt = this.#world.scheduler.now + ms;
      this.#frozenMs += ms;
      this.#world.trace(`${this.name} freezes for ${ms} ms`);
    }
  }
}
