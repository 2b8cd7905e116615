/** How often a slow run is measured at most. */
const MOST_RUNS = 5;

/**
 * The time of a run at its fastest: the first time under the limit, else the fastest of five. Other programs on the
 * machine make a run look slower, and never faster.
 */
export async function fastestOf(limit: number, measure: () => Promise<number>): Promise<number> {
  let fastest = Number.POSITIVE_INFINITY;
  for (let count = 0; count < MOST_RUNS && fastest >= limit; count += 1) fastest = Math.min(fastest, await measure());
  return fastest;
}

/** The use of this process's CPU by a run. Milliseconds. The run may fail: its time still counts. */
export async function cpuMs(run: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  try {
    await run();
  } catch {
    // Refused.
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
