import { Random } from '../random.ts';

/**
 * What a history is mostly about. Everything may happen in `mixed`; the others make likely what is rare there.
 *
 * - `purging`: the same customers are purged again and again, while fills of theirs are under way
 * - `definite`: customers are erased, merged, refused and unknown, while many ask for them
 * - `busy-store`: the store has more to do than it can, and many ask for the same at a time
 * - `throttling`: the upstream asks for pauses, short and long
 * - `slow`: the upstream is well, slower than the soft timeout, and asked again and again
 * - `budget`: the fleet may call the upstream so often a minute. No seed draws it: the histories of the seeds stay as they are
 */
export const THEMES = ['mixed', 'purging', 'definite', 'busy-store', 'throttling', 'slow', 'budget'] as const;
export type Theme = (typeof THEMES)[number];

/** The theme of a seed's history. */
export function themeOf(seed: number): Theme {
  return new Random(seed ^ 0x5eed).weighted<Theme>([
    [8, 'mixed'],
    [3, 'purging'],
    [3, 'definite'],
    [3, 'busy-store'],
    [2, 'throttling'],
    [1, 'slow'],
  ]);
}
