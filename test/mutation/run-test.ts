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
  const { promise: stuck, reject } = Promise.withResolvers<never>();
  const look = startLooking(() => reject(new Error('The test waits for ever.')));
  try {
    await Promise.race([body(), stuck]);
    // Rejections that nothing handles are told in the next turn.
    await new Promise(setImmediate);
    if (unhandled.length > 0) throw unhandled[0];
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    clearInterval(look);
    process.off('unhandledRejection', onUnhandled);
  }
}

/** Streams to other processes, which are open all the time. */
const STANDING: ReadonlySet<string> = new Set(['PipeWrap', 'TTYWrap']);
/** A connection. Those that are open before the test are no work of the test. */
const SOCKET = 'TCPSocketWrap';

/** Looks from now on whether the process waits for something. */
function startLooking(onIdle: () => void): NodeJS.Timeout {
  // Stryker's runner has a connection of its own, to its log.
  const openBefore = process.getActiveResourcesInfo().filter((kind) => kind === SOCKET).length;
  let idleLooks = 0;
  return setInterval(() => {
    const waitsFor = process.getActiveResourcesInfo().filter((kind) => !STANDING.has(kind));
    // One of them is the timer of this look.
    idleLooks = waitsFor.length > 1 + openBefore ? 0 : idleLooks + 1;
    if (idleLooks === MAX_IDLE_LOOKS) onIdle();
  }, LOOK_MS);
}
