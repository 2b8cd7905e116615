import { randomFrom } from '../../cli/forecast/random.ts';

/** A stream of numbers that one seed decides: the same seed gives the same history. */
export class Random {
  /** From 0 (included) to 1 (excluded). */
  readonly next: () => number;

  constructor(seed: number) {
    // Neighbouring seeds must not give similar streams.
    this.next = randomFrom(Math.imul(seed ^ (seed >>> 16), 0x45d9f3b) ^ 0x9e3779b9);
  }

  /** A whole number, both ends included. */
  int(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)]!;
  }

  /** One of the choices, by their weights. */
  weighted<T>(choices: readonly (readonly [weight: number, choice: T])[]): T {
    const total = choices.reduce((sum, [weight]) => sum + weight, 0);
    let left = this.next() * total;
    for (const [weight, choice] of choices) {
      left -= weight;
      if (left < 0) return choice;
    }
    return choices.at(-1)![1];
  }
}
