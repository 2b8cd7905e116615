import { describe, expect, test } from '@jest/globals';
import { readV2Request } from '../../../functions/customer/v2/v2-request.ts';
import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import { createLookup } from '../../../functions/lookup/lookup.ts';
import type { CustomerUpstream } from '../../../functions/lookup/upstream.ts';
import { Random } from '../../simulation/random.ts';
import { delayed } from '../../support/delayed-cache-store.ts';
import { DEFAULT_POLICY } from '../../support/fleet.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { MemoryCacheStore } from '../../support/memory-cache-store.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found } from '../../support/scripted-upstream.ts';

// Tests the goal of the budget, in virtual time: eight processes, ten times the demand, five minutes.

const LIMIT = 120;
const MINUTES = 5;
const SIZE = 8;
const STORE_MS = 5;

interface Scene {
  /** How far the clocks of the processes are ahead of the upstream's: the first's and the last's. Milliseconds. */
  readonly aheadMs: readonly [number, number];
  /** How many look-ups come in each second, by the second of the minute. */
  readonly perSecond: (second: number) => number;
  /** The share of requests to the upstream that fail and are repeated, if there is a call for it. */
  readonly failing?: number;
}

/** How many requests the upstream sees in each minute of its own clock. */
async function run({ aheadMs: [first, last], perSecond, failing = 0 }: Scene): Promise<readonly number[]> {
  const clock = new ManualClock();
  const startsAt = clock.now();
  const store = new MemoryCacheStore();
  const random = new Random(1);
  const seen: number[] = Array(MINUTES).fill(0);
  const arrive = () => {
    const minute = Math.floor((clock.now() - startsAt) / 60_000);
    if (minute < MINUTES) seen[minute] = (seen[minute] ?? 0) + 1;
  };
  const fetch: CustomerUpstream['fetch'] = async (_request, { takeRepetition = async () => true } = {}) => {
    const askedAt = clock.now();
    arrive();
    await clock.sleep(100);
    let attempts = 1;
    if (random.chance(failing) && (await takeRepetition())) {
      attempts = 2;
      arrive();
      await clock.sleep(100);
    }
    const call = { askedAt, durationMs: clock.now() - askedAt, attempts, status: 200, requestId: undefined };
    return { outcome: found('{"id":1}'), call };
  };
  let tokens = 0;
  const lookups = Array.from({ length: SIZE }, (_, index) => {
    const aheadMs = first + ((last - first) * index) / (SIZE - 1);
    const own = {
      now: () => clock.now() + aheadMs,
      monotonicNow: () => clock.monotonicNow(),
      sleep: clock.sleep.bind(clock),
      sleepFree: clock.sleepFree.bind(clock),
    };
    const ports = {
      clock: own,
      random: () => random.next(),
      newToken: () => `token-${++tokens}`,
      store: delayed(store, clock, { takesMs: STORE_MS }, 150),
      upstream: { prepare: async () => undefined, fetch },
      revalidator: { revalidate: async () => true },
    };
    return createLookup(ports, { ...DEFAULT_POLICY, callLimits: { v2: LIMIT } });
  });
  const answered: Promise<unknown>[] = [];
  let customers = 0;
  for (let second = 0; second < MINUTES * 60; second += 1) {
    const count = perSecond(second % 60);
    for (let n = 0; n < count; n += 1) {
      customers += 1;
      const parameters = { source: 'INSTORE', identifierName: 'externalId', identifierValue: `C${customers}` };
      const { request } = await readV2Request(Object.entries(parameters), DEFAULT_READING);
      // The order of the processes is random, as it is behind a load balancer.
      answered.push(random.pick(lookups)(request, NO_DIRECTIVES));
      await clock.run(1000 / count);
    }
    if (count === 0) await clock.run(1000);
  }
  await clock.run(5000);
  await Promise.all(answered);
  return seen;
}

const TENFOLD = (10 * LIMIT) / 60;

describe('eight processes, ten times the demand, five minutes', () => {
  test.each<[string, Scene]>([
    ['with clocks that differ by half a second', { aheadMs: [-250, 250], perSecond: () => TENFOLD }],
    ['with clocks ahead of the upstream’s', { aheadMs: [0, 500], perSecond: () => TENFOLD }],
    ['with clocks behind the upstream’s', { aheadMs: [-500, 0], perSecond: () => TENFOLD }],
    ['with an upstream that fails now and then', { aheadMs: [-250, 250], perSecond: () => TENFOLD, failing: 0.1 }],
    [
      'with a demand around the beginning of a minute',
      { aheadMs: [-250, 250], perSecond: (second) => (second % 59 === 0 ? 15 * TENFOLD : TENFOLD / 2) },
    ],
  ])(
    '%s: the upstream sees the limit plus a twentieth at most, and 95 %% of it at least',
    async (_, scene) => {
      const seen = await run(scene);
      for (const calls of seen) {
        expect(calls).toBeLessThanOrEqual(1.05 * LIMIT);
        expect(calls).toBeGreaterThanOrEqual(0.95 * LIMIT);
      }
    },
    120_000,
  );
});
