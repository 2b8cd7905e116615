import { MAX_BUSY_MS } from './free-time-deadline.ts';

/** A deadline passes at most this long after its last moment, unless the process stands still. Milliseconds. */
const SLACK_MS = 100;

/**
 * Makes a call, and makes it again each time that it failed because the instance was frozen meanwhile.
 *
 * Several look-ups may wait for one call, so it goes on after the answer of the look-up that began it. Lambda then
 * freezes the instance. When the next event comes, the time of the call is over, or its connection is dead. Such a
 * failure shows nothing about the present, so it must not fail the look-ups of this event. If that event is a hit, the
 * next freeze may interrupt the call again.
 *
 * @param call with its own `FreeTimeDeadline`. Only a frozen instance lets it take longer than that
 * @param timeoutMs the time of that deadline. Milliseconds
 * @param now milliseconds since some moment, never set back
 */
export async function againAfterFreeze<T>(call: () => Promise<T>, timeoutMs: number, now: () => number): Promise<T> {
  for (;;) {
    const startedAt = now();
    try {
      return await call();
    } catch (error) {
      if (now() - startedAt <= timeoutMs + MAX_BUSY_MS + SLACK_MS) throw error;
    }
  }
}
