import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../cli/forecast/random.ts';
import type { CacheKey } from '../../../functions/customer/request/cache-key.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { startFleet } from '../../support/fleet.ts';
import { type CapacityKind, PartitionThrottle } from '../../support/partition-throttle.ts';
import { found } from '../../support/scripted-upstream.ts';

// Tests a fleet as Lambda has it: 1,000 instances with one look-up each. They ask for one key, and DynamoDB throttles
// its partition at its real rates. Time is simulated, so the figures do not depend on the machine.

const INSTANCES = 1000;

const samePartition = (key: CacheKey) => key.partition;
/** The use of each call, and the partition that its first parameter names. */
const CALLS = {
  read: ['read', samePartition],
  takeLease: ['write', samePartition],
  writeEntry: ['write', samePartition],
  endLease: ['write', samePartition],
  addToIndex: ['write', (customer: string) => customer],
  readPause: ['read', (api: string) => api],
} as const satisfies Record<string, readonly [CapacityKind, (first: never) => string]>;

/** A fleet whose store takes a few milliseconds a call, and throttles by partition. */
function start(upstreamTakesMs: number) {
  const random = randomFrom(1);
  const fleet = startFleet({ random });
  const { clock, store, upstream, instance } = fleet;
  const throttle = new PartitionThrottle(() => clock.monotonicNow());
  const counts = { served: 0, throttled: 0 };
  for (const [operation, [kind, partitionOf]] of Object.entries(CALLS)) {
    const name = operation as keyof typeof CALLS;
    const apply = store[name].bind(store) as (...parameters: unknown[]) => Promise<unknown>;
    Object.assign(store, {
      [name]: async (...parameters: unknown[]) => {
        // Whole milliseconds, as timers have them: look-ups that wake together go on together.
        await clock.sleep(2 + Math.round(6 * random()));
        const isServed = throttle.take((partitionOf as (first: unknown) => string)(parameters[0]), kind);
        counts[isServed ? 'served' : 'throttled'] += 1;
        if (isServed) return apply(...parameters);
        throw new StoreUnavailableError('ThrottlingException', { trouble: 'throttled' });
      },
    });
  }
  upstream.outcome = found('{"id":1,"profiles":[]}');
  upstream.takesMs = upstreamTakesMs;
  /** One look-up on each of many instances, at once. */
  const askAll = async () => {
    const startedAt = clock.now();
    let slowestMs = 0;
    const all = Array.from({ length: INSTANCES }, async () => {
      const result = await instance().ask();
      slowestMs = Math.max(slowestMs, clock.now() - startedAt);
      return result;
    });
    await clock.run(20_000);
    return { results: await Promise.all(all), slowestMs };
  };
  return { ...fleet, counts, askAll };
}

describe("1,000 instances ask for one key, and its partition throttles at DynamoDB's rates", () => {
  test.each([300, 2000])('a cold key, the upstream takes %d ms: one upstream call', async (upstreamTakesMs) => {
    const { upstream, counts, askAll } = start(upstreamTakesMs);
    const { results, slowestMs } = await askAll();
    for (const { answer } of results) expect(answer).toMatchObject({ kind: 'found' });
    expect(upstream.requests).toHaveLength(1);
    expect(counts.throttled).toBeGreaterThan(1000);
    expect(slowestMs).toBeLessThan(upstreamTakesMs + 1000);
  });

  test('a fresh key: no upstream call', async () => {
    const { clock, upstream, counts, ask, askAll } = start(300);
    const filling = ask();
    await clock.run(2000);
    await filling;
    const { results, slowestMs } = await askAll();
    for (const { cache } of results) expect(cache).toMatchObject({ status: 'hit' });
    expect(upstream.requests).toHaveLength(1);
    expect(counts.throttled).toBeGreaterThan(500);
    expect(slowestMs).toBeLessThan(1000);
  });
});
