import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';

/** A past state of something. */
interface Past<T> {
  readonly until: number;
  readonly state: T | undefined;
}

/** How old what a read shows may be, where reads are eventually consistent. Milliseconds. */
const OLDEST_READ_MS = 3000;

/** What is there by name, and, where reads are eventually consistent, what was there before. */
export class RememberingMap<T> {
  readonly #scheduler: Scheduler;
  readonly #random: Random;
  readonly #isEventuallyConsistent: boolean;
  readonly #states = new Map<string, T>();
  readonly #past = new Map<string, Past<T>[]>();

  constructor(scheduler: Scheduler, random: Random, isEventuallyConsistent: boolean) {
    this.#scheduler = scheduler;
    this.#random = random;
    this.#isEventuallyConsistent = isEventuallyConsistent;
  }

  get(name: string): T | undefined {
    return this.#states.get(name);
  }

  /** @param state undefined: nothing is there any more */
  set(name: string, state: T | undefined): void {
    if (this.#isEventuallyConsistent) {
      const states = this.#past.get(name) ?? [];
      states.push({ until: this.#scheduler.now, state: this.#states.get(name) });
      this.#past.set(name, states);
    }
    if (state === undefined) this.#states.delete(name);
    else this.#states.set(name, state);
  }

  entries(): readonly (readonly [string, T])[] {
    return [...this.#states];
  }

  /** What a read shows: where reads are eventually consistent, perhaps a former state. */
  read(name: string): T | undefined {
    const now = this.#states.get(name);
    if (!this.#isEventuallyConsistent || this.#random.chance(0.5)) return now;
    const moment = this.#scheduler.now - this.#random.int(0, OLDEST_READ_MS);
    const former = this.#past.get(name)?.find(({ until }) => until > moment);
    return former === undefined ? now : former.state;
  }

  /** What a read of everything shows. */
  readEach(): readonly T[] {
    const names = new Set([...this.#states.keys(), ...this.#past.keys()]);
    return [...names].map((name) => this.read(name)).filter((state) => state !== undefined);
  }
}
