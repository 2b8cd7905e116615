/**
 * How long a look-up occupies its instance: one that the cache answers, and one that asks or waits for the upstream.
 * Seconds.
 */
const HIT_SECONDS = 0.015;
/** After this time without work an instance is gone. Minutes. Lambda does not say how long: some minutes are usual. */
const IDLE_MINUTES = 7;

/** The function's instances during the simulated time. */
export interface Instances {
  /** The largest number at one time. */
  readonly most: number;
  /** How many start. */
  readonly coldStarts: number;
}

/**
 * Estimates the instances of the function from the look-ups of each minute. By Little's law, rate × duration are busy
 * on average. Look-ups come at random, so three standard deviations are added. An instance stays for some minutes
 * without work.
 * @param forwardSeconds the duration of a look-up that goes to the upstream
 */
export function estimateInstances(
  lookupsByMinute: Uint32Array,
  callsByMinute: Uint32Array,
  forwardSeconds: number,
): Instances {
  const needed = Array.from(lookupsByMinute, (lookups, minute) => {
    if (lookups === 0) return 0;
    const busy = (lookups * HIT_SECONDS + (callsByMinute[minute] ?? 0) * forwardSeconds) / 60;
    return Math.ceil(busy + 3 * Math.sqrt(busy));
  });
  let [most, coldStarts, there] = [0, 0, 0];
  for (const [minute, count] of needed.entries()) {
    const kept = Math.max(...needed.slice(Math.max(0, minute - IDLE_MINUTES), minute), 0);
    there = Math.min(there, kept);
    coldStarts += Math.max(0, count - there);
    there = Math.max(there, count);
    most = Math.max(most, there);
  }
  return { most, coldStarts };
}
