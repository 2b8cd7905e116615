import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../functions/adapters/system-clock.ts';

/** Keeps the process busy, as loading code does. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

describe('a sleep in free time', () => {
  test('lasts at least as long as a sleep', async () => {
    const startedAt = systemClock.monotonicNow();
    await systemClock.sleepFree(30);
    expect(systemClock.monotonicNow() - startedAt).toBeGreaterThanOrEqual(29);
  });

  test('does not count the time in which the process is busy', async () => {
    const startedAt = systemClock.monotonicNow();
    const slept = systemClock.sleepFree(100);
    block(150);
    await slept;
    // What a busy stretch counts at most is 20 ms.
    expect(systemClock.monotonicNow() - startedAt).toBeGreaterThanOrEqual(150 + 100 - 20 - 1);
  });

  test.each(['sleep', 'sleepFree'] as const)(
    '%s ends when its signal is aborted, also before it begins',
    async (kind) => {
      const done = new AbortController();
      const startedAt = systemClock.monotonicNow();
      const slept = systemClock[kind](60_000, done.signal);
      done.abort();
      await slept;
      await systemClock[kind](60_000, done.signal);
      expect(systemClock.monotonicNow() - startedAt).toBeLessThan(30_000);
    },
  );
});
