import { type CallPriority, ceilingOf } from '../../functions/lookup/forward/budget/call-priority.ts';
import { MINUTE_MS, minuteAt, minutesOf } from './plan.ts';

/** The reasons for which a forecast calls the upstream. */
export type PlayedPriority = Extract<CallPriority, 'miss' | 'revalidation'>;

/** A minute under the budget: revalidations stop first, and then only misses go on. */
const STAGES: readonly { readonly stops: PlayedPriority; readonly running: readonly PlayedPriority[] }[] = [
  { stops: 'revalidation', running: ['miss', 'revalidation'] },
  { stops: 'miss', running: ['miss'] },
];
const SECONDS = MINUTE_MS / 1000;

/**
 * For each minute, by priority: after how many of its seconds calls of that priority stop. `SECONDS`: they do not stop.
 */
type Cutoffs = Readonly<Record<PlayedPriority, Float32Array>>;

/**
 * The fleet's budget of calls (`UPSTREAM_CALLS_PER_MINUTE`), for a forecast that plays one customer after the other. No
 * customer knows how many calls the others have made by then. So a forecast is played several times. Each round notes
 * when calls are wanted. From that the next round knows at which moment of each minute the budget has no more calls.
 */
export class PlayedBudget {
  readonly #limit: number;
  readonly #cutoffs: Cutoffs;
  /** Wanted calls, for each second. */
  readonly #wanted: Readonly<Record<PlayedPriority, Uint32Array>>;
  /** Calls made, for each minute. */
  readonly #made: Uint32Array;

  private constructor(limit: number, cutoffs: Cutoffs) {
    const minutes = cutoffs.miss.length;
    this.#limit = limit;
    this.#cutoffs = cutoffs;
    this.#wanted = {
      miss: new Uint32Array(minutes * SECONDS),
      revalidation: new Uint32Array(minutes * SECONDS),
    };
    this.#made = new Uint32Array(minutes);
  }

  /** The budget of the first round, which lets every call pass. @param limit calls a minute @param lengthMs of the simulated time */
  static unlimited(limit: number, lengthMs: number): PlayedBudget {
    const never = new Float32Array(minutesOf(lengthMs)).fill(SECONDS);
    return new PlayedBudget(limit, { miss: never, revalidation: never });
  }

  /** Whether a call is made at this moment. */
  admits(at: number, priority: PlayedPriority): boolean {
    const minute = minuteAt(at, this.#made.length);
    const second = (at - minute * MINUTE_MS) / 1000;
    const step = Math.min(minute * SECONDS + Math.floor(second), this.#wanted.miss.length - 1);
    this.#wanted[priority][step] = (this.#wanted[priority][step] ?? 0) + 1;
    if (second >= (this.#cutoffs[priority][minute] ?? SECONDS)) return false;
    this.#made[minute] = (this.#made[minute] ?? 0) + 1;
    return true;
  }

  /** How far the busiest minute exceeds the limit. 0: it does not; 0.1: by a tenth. */
  get excess(): number {
    return Math.max(0, this.#made.reduce((most, made) => Math.max(most, made), 0) / this.#limit - 1);
  }

  /** The budget of the next round. */
  next(): PlayedBudget {
    const minutes = this.#made.length;
    const cutoffs = { miss: new Float32Array(minutes), revalidation: new Float32Array(minutes) };
    for (let minute = 0; minute < minutes; minute += 1) {
      const ends = this.#endsOf(minute);
      cutoffs.miss[minute] = ends.miss;
      cutoffs.revalidation[minute] = ends.revalidation;
    }
    return new PlayedBudget(this.#limit, cutoffs);
  }

  /** After how many seconds of this minute the calls of each priority stop. Within a second, calls come evenly. */
  #endsOf(minute: number): Readonly<Record<PlayedPriority, number>> {
    const ends = { miss: SECONDS, revalidation: SECONDS };
    let made = 0;
    let at = 0;
    for (const { stops, running } of STAGES) {
      const ceiling = ceilingOf(stops, this.#limit);
      while (at < SECONDS) {
        const second = Math.floor(at);
        const rate = running.reduce((sum, each) => sum + (this.#wanted[each][minute * SECONDS + second] ?? 0), 0);
        const lastsFor = Math.max(0, ceiling - made) / rate;
        if (rate > 0 && at + lastsFor < second + 1) {
          at += lastsFor;
          made = Math.max(made, ceiling);
          ends[stops] = at;
          break;
        }
        made += rate * (second + 1 - at);
        at = second + 1;
      }
    }
    return ends;
  }
}

/** How often a forecast with a budget is played at most, and how far its busiest minute may exceed the limit. */
export const MOST_ROUNDS = 6;
const ENOUGH = 0.02;

/**
 * Plays a forecast until its calls keep to the limit.
 * @param limit calls a minute
 * @param lengthMs of the simulated time
 * @param play plays one round. `done`: the share of all rounds that is completed
 * @returns the result of the last round
 */
export async function inRounds<T>(
  limit: number,
  lengthMs: number,
  play: (budget: PlayedBudget, done: number) => T | Promise<T>,
): Promise<T> {
  let budget = PlayedBudget.unlimited(limit, lengthMs);
  for (let round = 0; ; round += 1) {
    const result = await play(budget, round / MOST_ROUNDS);
    if (budget.excess <= ENOUGH || round + 1 === MOST_ROUNDS) return result;
    budget = budget.next();
  }
}
