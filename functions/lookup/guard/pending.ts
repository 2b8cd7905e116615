import type { Counts } from './caller-counts.ts';

/**
 * How many look-ups of a caller an instance adds at once, at least. If it added each look-up that finds no customer, an
 * instance with only one look-up would report it only if it found no customer. With a fleet of such instances every
 * caller would seem to try numbers out.
 */
export const LOOKUPS_TOGETHER = 5;

/** The counts of a caller that an instance has not added yet. */
export class Pending {
  #lookups = 0;
  #notFound = 0;

  /** Counts some more. */
  add({ lookups, notFound }: Counts): void {
    this.#lookups += lookups;
    this.#notFound += notFound;
  }

  /**
   * Takes the counts, if they are enough to be added. It takes them before the call to the store, so look-ups during
   * that call count again from 0.
   */
  take(): Counts | undefined {
    if (this.#lookups < LOOKUPS_TOGETHER) return undefined;
    const taken = { lookups: this.#lookups, notFound: this.#notFound };
    this.#lookups = 0;
    this.#notFound = 0;
    return taken;
  }
}
