import { describe, expect, test } from '@jest/globals';
import { systemClock } from '../../../functions/adapters/system-clock.ts';

describe('the clock of the machine', () => {
  test('waits for a while, and does not fail when it is told to stop, before or meanwhile', async () => {
    const startedAt = systemClock.monotonicNow();
    await systemClock.sleep(20);
    expect(systemClock.monotonicNow() - startedAt).toBeGreaterThan(18);
    const stop = new AbortController();
    const sleeping = systemClock.sleep(60_000, stop.signal);
    stop.abort();
    await sleeping;
    await systemClock.sleep(60_000, stop.signal);
  });

  test('does not wait for free time if it was told to stop before', async () => {
    await systemClock.sleepFree(60_000, AbortSignal.abort());
  });

  test('does not wait for a moment that has passed, and nothing warns of it', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => void warnings.push(warning);
    process.on('warning', note);
    await systemClock.sleep(-500);
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', note);
    expect(warnings).toEqual([]);
  });

  test('tells the time of day, and the time since some moment', () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000);
    const [earlier, later] = [systemClock.monotonicNow(), systemClock.monotonicNow()];
    expect(later).toBeGreaterThanOrEqual(earlier);
  });
});
