import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../cli/forecast/random.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { found } from '../../support/scripted-upstream.ts';

// Tests a store whose writes of the lease are late while its reads are in time: it is not down (contract §5, promises 5
// and 7).

const BODY = '{"id":1,"profiles":[{"firstName":"Asha"}]}';
const { storeTimeoutMs } = DEFAULT_POLICY;

/** What happens to a write of the lease whose caller gets no answer in time. */
const FATES = {
  'is made, and answered late': 0,
  'is made a short time after its time is over': storeTimeoutMs + 40,
  'is never made': undefined,
} as const;
type Fate = keyof typeof FATES;

/** A fleet whose first tries for the lease have this fate. Reads take 6 ms, and the upstream 300 ms. */
function start(fate: Fate, times: number) {
  const fleet = startFleet({ random: randomFrom(3) });
  const { clock, store, upstream } = fleet;
  upstream.outcome = found(BODY);
  upstream.takesMs = 300;
  const read = store.read.bind(store);
  store.read = async (key) => {
    await clock.sleep(6);
    return read(key);
  };
  const take = store.takeLease.bind(store);
  let left = times;
  store.takeLease = async (...parameters) => {
    if (left === 0) return take(...parameters);
    left -= 1;
    const madeAfterMs = FATES[fate];
    if (madeAfterMs !== undefined) void clock.sleep(madeAfterMs).then(() => take(...parameters));
    await clock.sleep(storeTimeoutMs);
    throw new StoreUnavailableError('TimeoutError', { trouble: 'late' });
  };
  const leases = () => [...store.items.values()].filter(({ lease }) => lease !== undefined);
  /** Look-ups at once, in several processes. @returns their results, and how long each took */
  const askAll = async (processes: number, lookups: number) => {
    const startedAt = clock.now();
    const instances = Array.from({ length: processes }, () => fleet.instance());
    const all = instances.flatMap(({ ask }) =>
      Array.from({ length: lookups }, async () => {
        const result = await ask();
        return { result, tookMs: clock.now() - startedAt };
      }),
    );
    await clock.run(20_000);
    return Promise.all(all);
  };
  return { ...fleet, leases, askAll };
}

const CROWDS = [
  [1, 1],
  [1, 20],
  [4, 1],
  [4, 20],
] as const;

describe('a write of the lease that is late, while reads are in time', () => {
  const rows = Object.keys(FATES).flatMap((fate) => CROWDS.map((crowd) => [fate as Fate, ...crowd] as const));

  test.each(rows)('%s: one call for %d processes with %d look-ups each, and its answer is stored', async (...row) => {
    const [fate, processes, lookups] = row;
    const { upstream, store, leases, askAll } = start(fate, 1);
    const all = await askAll(processes, lookups);
    expect(upstream.requests).toHaveLength(1);
    const holders = all.filter(({ result: { cache } }) => cache.status === 'forward');
    expect(holders).toMatchObject([{ result: { cache: { reason: 'miss', isStored: true } } }]);
    for (const { result, tookMs } of all) {
      expect(result).toMatchObject({ answer: { kind: 'found', body: BODY }, storeFailure: undefined });
      expect(tookMs).toBeLessThan(1000);
    }
    expect(store.entries).toHaveLength(1);
    expect(leases()).toEqual([]);
  });

  const made = rows.filter(([fate]) => fate !== 'is never made');
  test.each(made)(
    '%s, each time: one call for %d processes with %d look-ups each',
    async (fate, processes, lookups) => {
      const { upstream, leases, askAll } = start(fate, Number.POSITIVE_INFINITY);
      const all = await askAll(processes, lookups);
      expect(upstream.requests).toHaveLength(1);
      for (const { result } of all) expect(result.answer).toMatchObject({ kind: 'found', body: BODY });
      expect(leases()).toEqual([]);
    },
  );

  test.each(CROWDS)(
    'is never made, each time: %d processes with %d look-ups each ask for themselves after two tries',
    async (processes, lookups) => {
      const { upstream, store, askAll } = start('is never made', Number.POSITIVE_INFINITY);
      const all = await askAll(processes, lookups);
      expect(upstream.requests).toHaveLength(processes * lookups);
      for (const { result, tookMs } of all) {
        expect(result).toMatchObject({ answer: { kind: 'found' }, cache: { reason: 'bypass', isStored: false } });
        expect(tookMs).toBeLessThan(2 * storeTimeoutMs + 500);
      }
      expect(store.entries).toEqual([]);
    },
  );

  test('leaves no lease behind that is made after the look-up went on without it', async () => {
    const { clock, store, upstream, leases, ask } = start('is never made', 0);
    const [first, second] = [store.hold('takeLease', 'before'), store.hold('takeLease', 'before')];
    const asked = ask();
    for (const gate of [first, second]) {
      await clock.run(storeTimeoutMs);
      await gate.timeOut();
    }
    await clock.run(100);
    await second.release();
    await clock.run(1000);
    expect(await asked).toMatchObject({ answer: { body: BODY } });
    expect(upstream.requests).toHaveLength(1);
    expect(leases()).toEqual([]);
  });
});

describe('a store that answers nothing any longer', () => {
  test('when a look-up tries for the lease costs its timeout, and the look-up asks for itself', async () => {
    const { clock, store, upstream, askAll } = start('is never made', 1);
    const read = store.read.bind(store);
    let reads = 0;
    store.read = async (key) => {
      reads += 1;
      if (reads === 1) return read(key);
      await clock.sleep(storeTimeoutMs);
      throw new StoreUnavailableError('TimeoutError', { trouble: 'late' });
    };
    const [{ result, tookMs } = {}] = await askAll(1, 1);
    expect(result).toMatchObject({
      answer: { kind: 'found' },
      cache: { reason: 'bypass' },
      storeFailure: 'TimeoutError',
    });
    expect(upstream.requests).toHaveLength(1);
    // Its first read, one timeout of the store, the upstream's time, and the release of the lease.
    expect(tookMs).toBeLessThanOrEqual(6 + storeTimeoutMs + 300 + storeTimeoutMs);
  });
});
