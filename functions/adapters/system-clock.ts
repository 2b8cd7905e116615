import type { Clock } from '../lookup/ports.ts';
import { FreeTimeDeadline } from './free-time-deadline.ts';
import { monotonicNow } from './monotonic-now.ts';

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicNow,
  // It does not use `node:timers/promises`, because a hit does not load that.
  sleep: (ms, signal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) return resolve();
      const wake = () => {
        clearTimeout(timeout);
        signal?.removeEventListener('abort', wake);
        resolve();
      };
      // It does not wait for a moment that has passed. Node warns about a negative time.
      const timeout = setTimeout(wake, Math.max(0, ms));
      signal?.addEventListener('abort', wake);
    }),
  sleepFree: async (ms, signal) => {
    if (signal?.aborted) return;
    const deadline = new FreeTimeDeadline(ms);
    await new Promise<void>((wake) => {
      deadline.signal.addEventListener('abort', () => wake());
      signal?.addEventListener('abort', () => wake(), { once: true });
    });
    deadline.clear();
  },
};
