import type { RequestReading } from '../../functions/customer/request/reading.ts';
import type { LookupPolicy } from '../../functions/lookup/lookup-policy.ts';
import type { Clock } from '../../functions/lookup/ports.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** The time of day when a history begins. */
export const EPOCH_MS = Date.UTC(2026, 10, 22);

export interface InstanceOptions {
  readonly name: string;
  /** How far its wall clock is ahead of true time; negative when it is behind. */
  readonly aheadMs: number;
  /** What its monotonic clock shows when the history begins. */
  readonly monotonicOriginMs: number;
  /** How probable it is, at each step, that it stops for a while, and that it stops for good. */
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
  /** How long it has stood still in all. */
  frozenMs = 0;
  readonly #options: InstanceOptions;
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #trace: (line: string) => void;
  #thawsAt = 0;

  constructor(options: InstanceOptions, scheduler: Scheduler, random: Random, trace: (line: string) => void) {
    this.name = options.name;
    this.aheadMs = options.aheadMs;
    this.policy = options.policy;
    this.reading = options.reading;
    this.#options = options;
    this.#scheduler = scheduler;
    this.#random = random;
    this.#trace = trace;
  }

  readonly clock: Clock = {
    now: () => EPOCH_MS + this.#scheduler.now + this.aheadMs,
    monotonicNow: () => this.#scheduler.now + this.#options.monotonicOriginMs,
    sleep: (ms, signal) =>
      new Promise((wake) => {
        this.resume(this.#scheduler.now + Math.ceil(ms) + this.#random.int(0, 3), wake);
        // The code's own doing, not a step: who aborts a sleep runs.
        signal?.addEventListener('abort', () => wake());
      }),
    sleepFree: (ms, signal) => this.clock.sleep(ms, signal),
  };

  /** When what it sends now leaves: it may stop before that, for a while or for good. */
  departure(): number {
    this.#mayStop();
    return this.isCrashed ? Number.POSITIVE_INFINITY : Math.max(this.#scheduler.now, this.#thawsAt);
  }

  /** Lets its code go on at this moment, or when it has thawed; never when it has crashed. */
  resume(moment: number, go: () => void): void {
    this.#scheduler.at(moment, () => {
      this.#mayStop();
      if (this.isCrashed) return;
      if (this.#thawsAt > this.#scheduler.now) {
        this.resume(this.#thawsAt, go);
        return;
      }
      this.#scheduler.resumed();
      go();
    });
  }

  #mayStop(): void {
    if (this.isCrashed || this.#thawsAt > this.#scheduler.now) return;
    if (this.#random.chance(this.#options.crashProbability)) {
      this.isCrashed = true;
      this.#trace(`${this.name} crashes`);
    } else if (this.#random.chance(this.#options.freezeProbability)) {
      const ms = this.#random.chance(0.5) ? this.#random.int(100, 4000) : this.#random.int(100, 30_000);
      this.#thawsAt = this.#scheduler.now + ms;
      this.frozenMs += ms;
      this.#trace(`${this.name} freezes for ${ms} ms`);
    }
  }
}
