/** How long each operation of a purge may take. No till waits for it. Milliseconds. */
export const PURGE_TIMEOUT_MS = 2000;

/**
 * How long a purge, or the work for one event, may begin new operations. The last of them ends before the gateway's and
 * Lambda's limit of 29 s. Milliseconds.
 */
export const PURGE_WITHIN_MS = 25_000;
