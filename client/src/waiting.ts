/**
 * If a caller tries numbers out, the service refuses it for ten minutes at most. Any other wait of Lookaside is a minute
 * at most. A proxy may name any time: a longer one is left out.
 */
const MAX_RETRY_AFTER_SECONDS = 600;

/** The member of an outcome that says when to try again. @param retryAfter the value of `Retry-After`, if there is one */
export function waitingOf(retryAfter: unknown): { readonly retryAfterSeconds?: number } {
  const seconds = Number(retryAfter ?? Number.NaN);
  return seconds >= 1 && seconds <= MAX_RETRY_AFTER_SECONDS ? { retryAfterSeconds: Math.ceil(seconds) } : {};
}
