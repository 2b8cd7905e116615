/** No pause is believed to be longer than this. */
const MAX_RETRY_AFTER_MS = 3_600_000;

/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date. Undefined when it is absent or malformed.
 *
 * @param now epoch milliseconds
 * @returns milliseconds from now, 0 to one hour
 */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  const value = header?.trim() ?? '';
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
  return Number.isNaN(ms) ? undefined : Math.min(Math.max(0, ms), MAX_RETRY_AFTER_MS);
}
