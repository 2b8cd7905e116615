import { Random } from '../random.ts';

/**
 * The main subject of a history. Everything may happen in `mixed`; in the others, events that are rare there become
 * likely.
 * - `purging`: the same customers are purged again and again, while fills of these customers are in progress
 * - `definite`: customers are erased, merged, refused and unknown, while many callers ask for them
 * - `busy-store`: the store gets more work than it can do, and many callers ask for the same at a time
 * - `throttling`: the upstream asks for pauses, short and long
 * - `slow`: the upstream works, slower than the soft timeout, and is asked again and again
 *
 * No seed draws the others, so that the histories of the seeds do not change:
 * - `budget`: the fleet may call the upstream a limited number of times a minute
 * - `marking`: entries are marked again and again, while fills of them are in progress
 * - `unfolding`: a customer is erased or merged while fetches are in progress; one caller learns it, and others look at
 * the entries that are left
 */
const DRAWN_THEMES = ['mixed', 'purging', 'definite', 'busy-store', 'throttling', 'slow'] as const;
export const THEMES = [...DRAWN_THEMES, 'budget', 'marking', 'unfolding'] as const;
export type Theme = (typeof THEMES)[number];

/** Whether seeds draw it. Each seed may also have a history of a theme that none draws. */
export function isDrawn(theme: Theme): boolean {
  return (DRAWN_THEMES as readonly Theme[]).includes(theme);
}

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
