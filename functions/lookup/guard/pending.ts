import type { Counts } from './caller-counts.ts';

/**
 * How many look-ups of a caller an instance adds up at once, at least. If it added up each that finds nobody, an instance that
 * sees one look-up only would tell of it only if it found nobody. A fleet of such instances would make every caller look like
 * one that tries numbers out.
 */
export const LOOKUPS_TOGETHER = 5;

/** What an instance counted of a caller and has not added up yet. */
export class Pending {
  #lookups = 0;
  #notFound = 0;

  /** Counts some more. */
  add({ lookups, notFound }: Counts): void {
    this.#lookups += lookups;
    this.#notFound += notFound;
  }

  /**
   * Takes what there is, if it is enough to be added up. It is taken before the store is asked: look-ups that come meanwhile
   * count anew.
   */
  take(): Counts | undefined {
    if (this.#lookups < LOOKUPS_TOGETHER) return undefined;
    const taken = { lookups: this.#lookups, notFound: this.#notFound };
    this.#lookups = 0;
    this.#notFound = 0;
    return taken;
  }
}
