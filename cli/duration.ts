const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/**
 * A length of time in one unit for people: `24 s`, `15 min`, `23 h`, `2 d`. Rounded down, so "left" never promises
 * more.
 */
export function duration(ms: number): string {
  const lengthMs = Math.max(0, ms);
  if (lengthMs < 2 * MINUTE_MS) return `${Math.floor(lengthMs / SECOND_MS)} s`;
  if (lengthMs < 2 * HOUR_MS) return `${Math.floor(lengthMs / MINUTE_MS)} min`;
  if (lengthMs < 2 * DAY_MS) return `${Math.floor(lengthMs / HOUR_MS)} h`;
  return `${Math.floor(lengthMs / DAY_MS)} d`;
}
