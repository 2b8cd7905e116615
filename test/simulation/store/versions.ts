import type { Random } from '../random.ts';

/** A former state of a value. */
interface Former<T> {
  readonly until: number;
  readonly state: T | undefined;
}

/** The rules of reads from an eventually consistent store. */
export interface LateReads {
  readonly random: Random;
  /** True time. */
  readonly now: () => number;
}

/** How old a state may be that an eventually consistent read shows. Milliseconds. */
const OLDEST_READ_MS = 3000;

/** Named states: the present ones and, for eventually consistent reads, the former ones. */
export class Versions<T> {
  readonly #states = new Map<string, T>();
  readonly #former = new Map<string, Former<T>[]>();
  readonly #lateReads: LateReads | undefined;

  /** @param lateReads undefined: reads are strongly consistent */
  constructor(lateReads: LateReads | undefined) {
    this.#lateReads = lateReads;
  }

  get(name: string): T | undefined {
    return this.#states.get(name);
  }

  set(name: string, state: T | undefined): void {
    if (this.#lateReads !== undefined) this.#remember(name, this.#lateReads.now());
    if (state === undefined) this.#states.delete(name);
    else this.#states.set(name, state);
  }

  /** The result of a read: perhaps a former state. */
  shown(name: string): T | undefined {
    const now = this.#states.get(name);
    if (this.#lateReads === undefined || this.#lateReads.random.chance(0.5)) return now;
    const moment = this.#lateReads.now() - this.#lateReads.random.int(0, OLDEST_READ_MS);
    const former = this.#former.get(name)?.find(({ until }) => until > moment);
    return former === undefined ? now : former.state;
  }

  /** Everything in it, with its name. */
  entries(): MapIterator<[string, T]> {
    return this.#states.entries();
  }

  /** The names of everything in it, and of everything that a read may still show. */
  names(): Iterable<string> {
    return new Set([...this.#states.keys(), ...this.#former.keys()]);
  }

  #remember(name: string, now: number): void {
    const states = this.#former.get(name) ?? [];
    states.push({ until: now, state: this.#states.get(name) });
    this.#former.set(name, states);
  }
}
