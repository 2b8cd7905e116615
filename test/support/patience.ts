/**
 * For a service under test: on a busy machine neither store nor upstream is late, and a stale entry waits for the
 * upstream as long as it may take. A test about a timeout sets its own. A look-up still ends before API Gateway's 29
 * s, with time for the rounds of a batch.
 */
export const PATIENT = {
  CACHE_TIMEOUT_MS: '3000',
  UPSTREAM_TIMEOUT_MS: '5000',
  STALE_SOFT_TIMEOUT_MS: '5000',
} as const;

/** For an upstream that never answers: the service soon gives up, and the store has time. */
export const IMPATIENT = { ...PATIENT, UPSTREAM_TIMEOUT_MS: '400' } as const;

/** For an upstream that never answers one of two look-ups: the other has time. */
export const HALF_PATIENT = { ...PATIENT, UPSTREAM_TIMEOUT_MS: '3000' } as const;
