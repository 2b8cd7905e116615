/**
 * The window in which look-ups are counted. Its beginning and end are fixed, so around its end a caller may reach twice
 * the limit. Milliseconds.
 */
export const WINDOW_MS = 600_000;

/** The end of the window of a moment. All instances have the same windows. Epoch milliseconds. */
export function windowEndAfter(now: number): number {
  return (Math.floor(now / WINDOW_MS) + 1) * WINDOW_MS;
}

/** Whether a moment is in the window with this end. If the time of day was set back, it may be before the window. */
export function isWithin(windowEndsAt: number, now: number): boolean {
  return now < windowEndsAt && now >= windowEndsAt - WINDOW_MS;
}
