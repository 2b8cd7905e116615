/* The time limits of the functions, in a deployment and on one machine. Milliseconds. */

/** How long API Gateway waits for a function. */
export const GATEWAY_LIMIT_MS = 29_000;

/** The time that a function needs besides its look-up: for the rest of a cold start, and for the answer's way back. */
export const MARGIN_MS = 2_000;

/** How many look-ups of the largest batch come one after the other. It has a hundred, and ten run at once. */
const BATCH_ROUNDS = 10;

/** The time limit of a function that makes one look-up. Lambda counts in whole seconds. */
export function lookupLimitMs(deadlineMs: number): number {
  return Math.ceil((deadlineMs + MARGIN_MS) / 1000) * 1000;
}

/** The time limit of a function that makes a whole batch, and that no gateway waits for. */
export function batchLimitMs(deadlineMs: number): number {
  return lookupLimitMs(BATCH_ROUNDS * deadlineMs);
}
