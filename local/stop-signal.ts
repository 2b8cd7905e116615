/**
 * A signal that comes again within this time belongs to the same request to stop. A stop takes at most as long.
 * Milliseconds.
 */
const REPETITION_MS = 2000;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Calls this at the first SIGINT or SIGTERM. At Ctrl-C a terminal signals every process of the group, and npm and npx
 * pass their own signal on, so the signal of one Ctrl-C comes twice or more. A signal that comes later ends the process
 * at once.
 */
export function onStopSignal(stop: () => void): void {
  let firstAtMs: number | undefined;
  const take = (signal: NodeJS.Signals): void => {
    const nowMs = performance.now();
    if (firstAtMs === undefined) {
      firstAtMs = nowMs;
      stop();
    } else if (nowMs - firstAtMs >= REPETITION_MS) {
      for (const each of SIGNALS) process.off(each, take);
      process.kill(process.pid, signal);
    }
  };
  for (const signal of SIGNALS) process.on(signal, take);
}
