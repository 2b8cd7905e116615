import type { Promised } from '../checker/violation.ts';
import type { Theme } from '../history/theme.ts';
import type { Replacement } from '../planting.ts';

/** A bug that the checker must catch. */
export interface Plant {
  readonly bug: string;
  /** The promises of which it may break the first. */
  readonly breaks: readonly Promised[];
  /** If two defences cover one bug, both are removed here. */
  readonly plantings: readonly Replacement[];
  /** The histories that show it soonest: only these are searched. Default: all. */
  readonly theme?: Theme;
  /** Reads of the store may show an older state. */
  readonly isEventuallyConsistent?: boolean;
  /** Some of the hits are audited. */
  readonly isAudited?: boolean;
  /** Some callers do not wait, or want a prefetch. */
  readonly hasWishes?: boolean;
}

/** Bugs that show in the histories with wishes. */
export function withWishes(plants: readonly Omit<Plant, 'hasWishes'>[]): readonly Plant[] {
  return plants.map((plant) => ({ ...plant, hasWishes: true }));
}
