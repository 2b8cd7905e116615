/** How long a reply of the simulated upstream takes, unless a person changes it. Milliseconds. */
export const USUAL_LATENCY_MS = 300;

/** From this latency on the upstream counts as slow. Milliseconds. */
export const SLOW_MS = 1500;

/**
 * How the simulated upstream behaves, as every part of the page says it.
 *
 * @param {{faults: readonly {kind: string}[], latencyMs: number}} upstream
 * @returns {{isSlow: boolean, fault: string | undefined, isNormal: boolean}} fault: the kind of the one in force
 */
export function healthOf({ faults, latencyMs }) {
  const isSlow = latencyMs >= SLOW_MS;
  return { isSlow, fault: faults[0]?.kind, isNormal: faults.length === 0 && !isSlow };
}
