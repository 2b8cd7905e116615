import { setTimeout } from 'node:timers/promises';
import type { Clock } from '../lookup/ports.ts';
import { FreeTimeDeadline } from './free-time-deadline.ts';

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicNow: () => performance.now(),
  sleep: async (ms, signal) => {
    // A moment that has passed is waited for no longer; Node warns of a negative time.
    await setTimeout(Math.max(0, ms), undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  },
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
