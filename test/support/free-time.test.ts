import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { timed } from './free-time.ts';

test('a wait takes as long by both clocks, or less by the clock that stops with the process', async () => {
  const { result, tookMs, freeMs } = await timed(() => sleep(500, 'over'));
  expect(result).toBe('over');
  expect(tookMs).toBeGreaterThan(498);
  expect(freeMs).toBeGreaterThan(5);
  expect(freeMs).toBeLessThanOrEqual(tookMs + 5);
});

test('the time in which the process stands still does not count', async () => {
  const { tookMs, freeMs } = await timed(async () => {
    const until = performance.now() + 300;
    while (performance.now() < until);
    await sleep(20);
  });
  expect(tookMs).toBeGreaterThan(318);
  expect(freeMs).toBeLessThan(200);
});

test('a failure stays a failure', async () => {
  await expect(timed(() => Promise.reject(new Error('as it was')))).rejects.toThrow('as it was');
});
