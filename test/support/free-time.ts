import { setImmediate as turn } from 'node:timers/promises';

const STEP_MS = 5;

/** The end of a wait, and its duration. */
export interface Timed<T> {
  readonly result: T;
  /** Wall-clock time: at least this long. Milliseconds. */
  readonly tookMs: number;
  /**
   * The part of it in which this process was free to act: at most this long. Milliseconds. On a busy machine a process
   * stands still for seconds, and no timer of it can fire. Such a stop counts as one step of 5 ms.
   */
  readonly freeMs: number;
}

/** Measures a wait. It does not measure work: a process that computes is not free. */
export async function timed<T>(work: () => Promise<T>): Promise<Timed<T>> {
  let steps = 0;
  const startedAt = performance.now();
  const stepping = setInterval(() => {
    steps += 1;
  }, STEP_MS);
  try {
    const result = await work();
    const tookMs = performance.now() - startedAt;
    await turn();
    return { result, tookMs, freeMs: steps * STEP_MS };
  } finally {
    clearInterval(stepping);
  }
}
