import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../cli/forecast/random.ts';
import { startFleet } from '../../support/fleet.ts';
import { found } from '../../support/scripted-upstream.ts';

// Tests how long look-ups that wait for a fetch wait beyond its end. 40 look-ups of a cold key over four instances;
// each call of the store takes 6 ms. Time is simulated, so the figures do not depend on the machine.

const STORE_MS = 6;
const INSTANCES = 4;
const ASKERS = 40;
const ROUNDS = 8;

const CALLS = ['read', 'takeLease', 'writeEntry', 'endLease', 'addToIndex', 'readPause'] as const;

/** The instances, how far their clocks are ahead, and a round of look-ups of a key that no caller has asked for. */
function start(aheadMs: readonly number[] = []) {
  const random = randomFrom(7);
  const { clock, store, upstream, instance } = startFleet({ random });
  let reads = 0;
  for (const name of CALLS) {
    const apply = store[name].bind(store) as (...parameters: unknown[]) => Promise<unknown>;
    Object.assign(store, {
      [name]: async (...parameters: unknown[]) => {
        if (name === 'read') reads += 1;
        await clock.sleep(STORE_MS);
        return apply(...parameters);
      },
    });
  }
  upstream.outcome = found('{"id":1,"profiles":[]}');
  const instances = Array.from({ length: INSTANCES }, (_, index) => instance(aheadMs[index] ?? 0));
  let round = 0;
  const askAll = async (upstreamMs: number) => {
    round += 1;
    upstream.takesMs = upstreamMs;
    const identifierValue = `cold-${round}`;
    const startedAt = clock.now();
    const before = { calls: upstream.requests.length, reads };
    const beyondMs: number[] = [];
    const all = Array.from({ length: ASKERS }, async (_, index) => {
      const result = await instances[index % INSTANCES]?.ask({ identifierValue });
      if (result?.cache.status === 'collapsed') beyondMs.push(clock.now() - startedAt - upstreamMs);
      return result;
    });
    await clock.run(upstreamMs + 5000);
    for (const result of await Promise.all(all)) expect(result).toMatchObject({ answer: { kind: 'found' } });
    return { beyondMs, calls: upstream.requests.length - before.calls, reads: reads - before.reads };
  };
  return { askAll };
}

const percentile = (values: readonly number[], share: number) =>
  [...values].sort((left, right) => left - right)[Math.ceil(values.length * share) - 1] ?? Number.NaN;

/** Many rounds; the upstream takes this long in each. */
async function measure(upstreamMs: (round: number) => number, aheadMs: readonly number[] = []) {
  const { askAll } = start(aheadMs);
  const first = await askAll(upstreamMs(0));
  const beyondMs: number[] = [];
  let [calls, reads] = [0, 0];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const each = await askAll(upstreamMs(round));
    beyondMs.push(...each.beyondMs);
    calls += each.calls;
    reads += each.reads;
  }
  const ofAll = { p50: percentile(beyondMs, 0.5), p99: percentile(beyondMs, 0.99), reads: reads / (ASKERS * ROUNDS) };
  return { first, calls, ...ofAll };
}

describe('look-ups that wait for a fetch', () => {
  test.each([150, 300, 800, 2000])(
    'are answered within 60 ms of its end, by half, if it takes %d ms',
    async (upstreamMs) => {
      const { calls, p50, p99 } = await measure(() => upstreamMs);
      expect(calls).toBe(ROUNDS);
      expect(p50).toBeLessThanOrEqual(60);
      expect(p99).toBeLessThanOrEqual(120);
    },
  );

  test('are answered within 75 ms if the upstream takes 250 ms and 400 ms in turn', async () => {
    const { calls, p50 } = await measure((round) => 250 + ((round * 7) % 4) * 50);
    expect(calls).toBe(ROUNDS);
    expect(p50).toBeLessThanOrEqual(75);
  });

  test('are still answered in time if the clocks differ by the allowed maximum', async () => {
    const { calls, p50 } = await measure(() => 300, [0, 250, -250, 100]);
    expect(calls).toBe(ROUNDS);
    expect(p50).toBeLessThanOrEqual(60);
  });

  test('read the store once each if they are many on an instance, and seldom if the time of the fetch is unknown', async () => {
    const { first, reads } = await measure(() => 300);
    expect(reads).toBeLessThanOrEqual(1);
    expect(first.reads).toBeLessThanOrEqual(1.5 * ASKERS);
    expect(percentile(first.beyondMs, 0.5)).toBeLessThanOrEqual(150);
  });
});
