import { setTimeout as passes } from 'node:timers/promises';

/** How often a test is looked at that has not ended. Milliseconds. */
const LOOK_MS = 20;
/** A test that so many looks in a row find without anything to wait for waits for ever. */
const MAX_IDLE_LOOKS = 10;

/**
 * Runs one test. A test whose promise nothing can fulfil any more, because the process has no timer and no other work, has failed:
 * the speed of the machine plays no part.
 *
 * @returns how it failed; undefined: it passed
 */
export async function failureOf(body: () => unknown): Promise<string | undefined> {
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', onUnhandled);
  const waiting = new AbortController();
  try {
    const stuck = untilStuck(waiting.signal);
    await Promise.race([body(), stuck]);
    if (unhandled.length > 0) throw unhandled[0];
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    waiting.abort();
    process.off('unhandledRejection', onUnhandled);
  }
}

/** Rejects when the process has nothing to do for a while, besides what it had to do at the start. */
async function untilStuck(signal: AbortSignal): Promise<void> {
  const before = process.getActiveResourcesInfo().length;
  let idleLooks = 0;
  while (!signal.aborted && idleLooks < MAX_IDLE_LOOKS) {
    await passes(LOOK_MS);
    idleLooks = process.getActiveResourcesInfo().length > before ? 0 : idleLooks + 1;
  }
  if (!signal.aborted) throw new Error('The test waits for ever.');
}
