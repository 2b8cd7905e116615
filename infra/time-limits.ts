/* The time limits of the functions, in a deployment and on one machine. Milliseconds. */

/** API Gateway waits no longer for a function. */
export const GATEWAY_LIMIT_MS = 29_000;

/** The time of a function besides its look-up: the rest of a cold start, and the way back of the answer. */
export const MARGIN_MS = 2_000;

/** How many look-ups of the largest batch come one after the other: a hundred, ten at once. */
const BATCH_ROUNDS = 10;

/** The time limit of a function that makes one look-up. Lambda counts in whole seconds. */
export function lookupLimitMs(deadlineMs: number): number {
  return Math.ceil((deadlineMs + MARGIN_MS) / 1000) * 1000;
}

/** The time limit of a function that makes a whole batch, and that no gateway waits for. */
export function batchLimitMs(deadlineMs: number): number {
  return lookupLimitMs(BATCH_ROUNDS * deadlineMs);
}
