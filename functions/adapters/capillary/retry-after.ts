/** The longest pause. A longer Retry-After counts as this. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date. Undefined if it is absent, malformed, or names a moment
 * that has passed: `Retry-After: 0` does not say when to come back. If the header came several times with seconds, the
 * longest time counts.
 *
 * @param now epoch milliseconds
 * @returns milliseconds from now, more than 0, one hour at most
 */
export function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const value = header.trim();
  const isSeconds = /^\d+(?:, *\d+)*$/.test(value);
  const ms = isSeconds ? Math.max(...value.split(',').map(Number)) * 1000 : parseHttpDate(value) - now;
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : undefined;
}

/**
 * A date in any of the three forms of RFC 9110 §5.6.7: all begin with a day's name, and the oldest form has no time
 * zone.
 */
function parseHttpDate(text: string): number {
  // Date.parse alone would take -1 and 1.5 for dates.
  if (!/^[A-Z][a-z]+,? \S/.test(text)) return Number.NaN;
  return Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
}
