import { expect, test } from '@jest/globals';
import { print } from './figures.ts';
import { replay } from './replay.ts';

/** The allowed difference of the forecast and the processes: a share of the look-ups. */
const MOST_APART = 0.02;

// `npm run bench:forecast` does the same with more look-ups.
test('a forecast of the look-ups that four processes answer agrees within 2 % on hits and upstream calls', async () => {
  const { lookups, real, forecast } = await replay({
    seconds: 40,
    lookupsPerSecond: 50,
    customers: 150,
    freshSeconds: 6,
    seed: 3,
  });
  print(`${lookups} look-ups, four processes`, { ...real });
  print(`${lookups} look-ups, the forecast`, { ...forecast });
  for (const name of ['hit', 'stale', 'upstreamCalls'] as const) {
    // Each result occurs, so the comparison is not empty.
    expect([name, real[name] > lookups / 20]).toEqual([name, true]);
    expect([name, Math.abs(real[name] - forecast[name]) / lookups < MOST_APART, real, forecast]).toEqual([
      name,
      true,
      real,
      forecast,
    ]);
  }
}, 300_000);
