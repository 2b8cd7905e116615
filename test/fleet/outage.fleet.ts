import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { lookUp, repeat, SAMPLE, somebodyNew } from './asker.ts';
import { percentile, print } from './figures.ts';
import { type Fleet, type Instance, type RunningStore, startFleet, startPlainStore } from './running-fleet.ts';
import type { Reply } from './send.ts';

let fleet: Fleet<RunningStore>;
let instance: Instance;
beforeAll(async () => {
  const settings = { CACHE_TIMEOUT_MS: '1000', UPSTREAM_TIMEOUT_MS: '1000' };
  fleet = await startFleet({ size: 1, settings, latencyMs: 20, store: startPlainStore });
  const [only] = fleet.instances;
  if (only === undefined) throw new Error('no instance');
  instance = only;
  await repeat(100, miss);
});
afterAll(() => fleet.close());

/** A look-up of a key that no caller has asked for. */
const miss = () => lookUp(instance, somebodyNew());

const hit = () => lookUp(instance, SAMPLE);

const p99 = (replies: readonly Reply[]) =>
  percentile(
    replies.map(({ tookMs }) => tookMs),
    0.99,
  );

function printTimes(what: string, replies: readonly Reply[], numbers: Readonly<Record<string, number>> = {}): void {
  const times = replies.map(({ tookMs }) => tookMs);
  print(what, { 'p50 ms': percentile(times, 0.5), 'p99 ms': percentile(times, 0.99), ...numbers });
}

test('a dead upstream does not change hits, and a miss fails fast once the breaker is open', async () => {
  await hit();
  printTimes('hits, upstream well', await repeat(200, hit));
  fleet.upstream.fault = 'reset';
  await repeat(8, miss);

  // Of some rounds the quietest counts: the machine's other work only adds time.
  const rounds: { failing: Reply[]; hits: Reply[] }[] = [];
  fleet.upstream.clear();
  for (let round = 1; round <= 5; round += 1) {
    rounds.push({ failing: await repeat(200, miss), hits: await repeat(100, hit) });
  }

  const hits = rounds.flatMap((round) => round.hits);
  const failing = rounds.flatMap((round) => round.failing);
  printTimes('hits, upstream dead', hits, {
    'p99 of the quietest round ms': Math.min(...rounds.map((round) => p99(round.hits))),
  });
  printTimes('failing misses, breaker open', failing, {
    'p99 of the quietest round ms': Math.min(...rounds.map((round) => p99(round.failing))),
    'upstream calls': fleet.upstream.count,
  });
  // A probe whenever the breaker is half-open, with a retry if the budget has one.
  expect(fleet.upstream.count).toBeLessThan(30);
  expect(hits.filter(({ cacheStatus }) => !/^lookaside; hit; ttl=\d+$/.test(cacheStatus))).toEqual([]);
  expect(failing.filter(({ status, body }) => status !== 503 || !body.includes('upstream_unavailable'))).toEqual([]);
  // A miss does not wait for the upstream. The quietest round counts, because this machine has other work too.
  expect(Math.min(...rounds.map((round) => p99(round.failing)))).toBeLessThanOrEqual(20);
  expect(Math.min(...rounds.map((round) => p99(round.hits)))).toBeLessThanOrEqual(20);
});
