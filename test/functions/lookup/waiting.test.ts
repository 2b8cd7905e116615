import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../cli/forecast/random.ts';
import { startFleet } from '../../support/fleet.ts';
import { found } from '../../support/scripted-upstream.ts';

// Tests how long look-ups that wait for a fetch wait beyond its end. 40 look-ups of a cold key, over four instances as in a fleet of
// `npm start`, or over forty as on Lambda. Each call of the store takes 6 ms, so the holder itself is answered 24 ms beyond
// the upstream's time. Time is simulated, so the figures do not depend on the machine.

const STORE_MS = 6;
/** How long the holder's own answer takes beyond the upstream's time: item, lease and pause at once, index, entry. */
const HOLDER_MS = 4 * STORE_MS;
const FEW = 4;
const ASKERS = 40;
const ROUNDS = 8;

const CALLS = ['read', 'takeLease', 'writeEntry', 'endLease', 'addToIndex', 'readPause'] as const;

interface Options {
  /** Default: 4. */
  readonly instances?: number;
  /** How far their clocks are ahead. Default: not at all. */
  readonly aheadMs?: readonly number[];
}

/** The instances, and a round of look-ups of a key that no caller has asked for. */
function start({ instances: size = FEW, aheadMs = [] }: Options) {
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
  const instances = Array.from({ length: size }, (_, index) => instance(aheadMs[index] ?? 0));
  let round = 0;
  const askAll = async (upstreamMs: number) => {
    round += 1;
    upstream.takesMs = upstreamMs;
    const identifierValue = `cold-${round}`;
    const startedAt = clock.now();
    const before = { calls: upstream.requests.length, reads };
    const beyondMs: number[] = [];
    const all = Array.from({ length: ASKERS }, async (_, index) => {
      const result = await instances[index % size]?.ask({ identifierValue });
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
async function measure(upstreamMs: (round: number) => number, options: Options = {}) {
  const { askAll } = start(options);
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

describe('look-ups that wait for a fetch, many on each instance', () => {
  test.each([150, 300, 800, 2000])(
    'get half of their answers within 34 ms of its end if it takes %d ms',
    async (upstreamMs) => {
      const { calls, p50, p99, reads } = await measure(() => upstreamMs);
      expect(calls).toBe(ROUNDS);
      expect(p50).toBeLessThanOrEqual(34);
      expect(p99).toBeLessThanOrEqual(44);
      expect(reads).toBeLessThanOrEqual(0.7);
    },
  );

  test('get half of their answers within 44 ms if the upstream takes now 250 ms and now 400', async () => {
    const { calls, p50, p99, reads } = await measure((round) => 250 + ((round * 7) % 4) * 50);
    expect(calls).toBe(ROUNDS);
    expect(p50).toBeLessThanOrEqual(44);
    expect(p99).toBeLessThanOrEqual(69);
    expect(reads).toBeLessThanOrEqual(1.1);
  });

  test('get half of their answers within 44 ms if the clocks differ as much as they may', async () => {
    const { calls, p50, p99 } = await measure(() => 300, { aheadMs: [0, 250, -250, 100] });
    expect(calls).toBe(ROUNDS);
    expect(p50).toBeLessThanOrEqual(44);
    expect(p99).toBeLessThanOrEqual(74);
  });

  test.each<[upstreamMs: number, reads: number]>([
    [150, 1.5],
    [300, 1.5],
    [800, 2.5],
    [2000, 4.5],
  ])(
    'are answered within 100 ms if no instance knows yet that it takes %d ms, and read %d times each',
    async (upstreamMs, reads) => {
      const { first } = await measure(() => upstreamMs);
      expect(percentile(first.beyondMs, 0.99)).toBeLessThanOrEqual(100);
      expect(first.reads / ASKERS).toBeLessThanOrEqual(reads);
    },
  );

  test('are answered at most two reads after the holder if it runs on their instance and no estimate helps', async () => {
    const { first } = await measure(() => 300, { instances: 1 });
    expect(Math.max(...first.beyondMs)).toBeLessThanOrEqual(HOLDER_MS + 2 * STORE_MS);
  });
});

describe('look-ups that wait for a fetch, each on a separate instance', () => {
  test.each([150, 300, 800, 2000])(
    'get half of their answers within 39 ms of its end if it takes %d ms, and read three times',
    async (upstreamMs) => {
      const { calls, p50, p99, reads } = await measure(() => upstreamMs, { instances: ASKERS });
      expect(calls).toBe(ROUNDS);
      expect(p50).toBeLessThanOrEqual(39);
      expect(p99).toBeLessThanOrEqual(54);
      expect(reads).toBeLessThanOrEqual(3);
    },
  );

  test('get half of their answers within 49 ms if the upstream takes now 250 ms and now 400', async () => {
    const varied = (round: number) => 250 + ((round * 7) % 4) * 50;
    const { p50, p99, reads } = await measure(varied, { instances: ASKERS });
    expect(p50).toBeLessThanOrEqual(49);
    expect(p99).toBeLessThanOrEqual(94);
    expect(reads).toBeLessThanOrEqual(5.5);
  });

  test.each<[upstreamMs: number, reads: number]>([
    [150, 6],
    [300, 7.2],
    [800, 10.2],
    [2000, 17.7],
  ])(
    'are answered within 212 ms if no instance knows yet that it takes %d ms, and read %d times each',
    async (upstreamMs, reads) => {
      const { first } = await measure(() => upstreamMs, { instances: ASKERS });
      expect(percentile(first.beyondMs, 0.99)).toBeLessThanOrEqual(212);
      expect(first.reads / ASKERS).toBeLessThanOrEqual(reads);
    },
  );
});
