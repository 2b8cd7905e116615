/* The settings of the deployment in every history, and the limits of its adapters. Milliseconds. */

export const UPSTREAM_TIMEOUT_MS = 2500;
export const CACHE_TIMEOUT_MS = 150;
export const STALE_SOFT_TIMEOUT_MS = 600;
/** As in functions/invalidate/invalidate-options.ts: no till waits for a purge. */
export const PURGE_TIMEOUT_MS = 2000;
/** How long asking for a revalidation may delay an answer, as in the Lambda revalidator. */
export const REVALIDATE_TIMEOUT_MS = 200;
