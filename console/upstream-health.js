/** From this latency on the upstream counts as slow. Milliseconds. */
export const SLOW_MS = 1500;

/**
 * How the simulated upstream behaves, as every part of the page says it.
 *
 * @param {Pick<import('./state.js').Upstream, 'faults' | 'latencyMs'>} upstream
 * @returns {{isSlow: boolean, fault: string | undefined, isNormal: boolean}} fault: the kind of the one in force
 */
export function healthOf({ faults, latencyMs }) {
  const isSlow = latencyMs >= SLOW_MS;
  return { isSlow, fault: faults[0]?.kind, isNormal: faults.length === 0 && !isSlow };
}
