import type { Counts } from './caller-counts.ts';

/**
 * The least number of a caller's look-ups that an instance adds at once. An instance adds its counts mostly after a
 * look-up that found no customer. If it added a single look-up, instances with one look-up each would report hardly any
 * look-up that found a customer, and every caller would seem to try numbers out.
 */
export const LOOKUPS_TOGETHER = 5;

/** The counts of a caller that an instance has not added yet. */
export class Pending {
  #lookups = 0;
  #notFound = 0;
  #notFoundSinceTaken = 0;

  /** Adds to the counts. */
  add({ lookups, notFound }: Counts): void {
    this.#lookups += lookups;
    this.#notFound += notFound;
    this.#notFoundSinceTaken += notFound;
  }

  /**
   * Whether so many look-ups have found no customer since the counts were taken that even a hit reports them. Counts
   * that were put back do not count again: otherwise each hit would ask a store that throttles.
   */
  get hasManyNotFound(): boolean {
    return this.#notFoundSinceTaken >= LOOKUPS_TOGETHER;
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
    this.#notFoundSinceTaken = 0;
    return taken;
  }

  /** Puts counts back that were taken and not added. */
  putBack({ lookups, notFound }: Counts): void {
    this.#lookups += lookups;
    this.#notFound += notFound;
  }
}
