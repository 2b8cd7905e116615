import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Fleet, lookUp, percentile, print, type Reply, send, startFleet } from './running-fleet.ts';

let fleets: Fleet[] = [];
afterEach(async () => {
  await Promise.all(fleets.map((fleet) => fleet.close()));
  fleets = [];
});

async function start(settings: Readonly<Record<string, string>>, latencyMs: number): Promise<Fleet> {
  const fleet = await startFleet({ size: 4, settings, latencyMs });
  fleets.push(fleet);
  return fleet;
}

/** The same look-up many times at once, spread over instances. */
function crowd(instances: Fleet['instances'], size: number, parameters: Readonly<Record<string, string>>) {
  return Promise.all(
    Array.from({ length: size }, (_, n) => {
      const instance = instances[n % instances.length];
      if (instance === undefined) throw new Error('no instance');
      return lookUp(instance, parameters);
    }),
  );
}

const statusesOf = (replies: readonly Reply[]) =>
  Object.fromEntries([...Map.groupBy(replies, ({ status }) => status)].map(([status, all]) => [status, all.length]));

const usesOf = (replies: readonly Reply[]) =>
  Object.fromEntries(
    [...Map.groupBy(replies, ({ cacheStatus }) => cacheStatus.replace(/ttl=-?\d+/, 'ttl=N'))].map(([use, all]) => [
      use,
      all.length,
    ]),
  );

/** The emulator shares two cores with everything else here. */
const PATIENT = { CACHE_TIMEOUT_MS: '20000' };

const SAMPLE = { identifierName: 'mobile', identifierValue: '1234512345' };

describe('four processes on one DynamoDB', () => {
  test('1,000 concurrent look-ups of a cold key make one upstream call', async () => {
    const fleet = await start(PATIENT, 300);
    // Nobody's first connection, module or compiled function is the matter here.
    await crowd(fleet.instances, 40, { identifierName: 'mobile', identifierValue: '9000000002' });
    fleet.upstream.clear();
    fleet.store.clear();

    const startedAt = performance.now();
    const replies = await crowd(fleet.instances, 1000, SAMPLE);
    const tookMs = performance.now() - startedAt;

    const times = replies.map((reply) => reply.tookMs);
    print('1,000 look-ups of a cold key', {
      'upstream calls': fleet.upstream.count,
      'store calls': fleet.store.count,
      'all answered after ms': tookMs,
      'p50 ms': percentile(times, 0.5),
      'p99 ms': percentile(times, 0.99),
      uses: JSON.stringify(usesOf(replies)),
    });
    expect(statusesOf(replies)).toEqual({ 200: 1000 });
    expect(new Set(replies.map(({ body }) => body)).size).toBe(1);
    expect(fleet.upstream.count).toBe(1);
  });

  test('200 concurrent joined look-ups of a cold customer make one upstream call of each API', async () => {
    const fleet = await start({ ...PATIENT, UPSTREAM_TIMEOUT_MS: '10000' }, 300);
    const embed = 'coupons,registeredStore';
    await crowd(fleet.instances, 40, { identifierName: 'mobile', identifierValue: '9000000002', embed });
    const before = await fleet.counters();
    fleet.upstream.clear();
    fleet.store.clear();

    const startedAt = performance.now();
    const replies = await crowd(fleet.instances, 200, { ...SAMPLE, embed });
    const tookMs = performance.now() - startedAt;

    const { v2Lookups, v1Gets } = await fleet.counters();
    const times = replies.map((reply) => reply.tookMs);
    print('200 joined look-ups of a cold customer', {
      'v2 calls': v2Lookups - before.v2Lookups,
      'v1.1 calls': v1Gets - before.v1Gets,
      'store calls': fleet.store.count,
      'all answered after ms': tookMs,
      'p50 ms': percentile(times, 0.5),
      'p99 ms': percentile(times, 0.99),
      uses: JSON.stringify(usesOf(replies)),
    });
    expect(statusesOf(replies)).toEqual({ 200: 200 });
    expect(new Set(replies.map(({ body }) => body)).size).toBe(1);
    expect(JSON.parse(replies[0]?.body ?? '')).toMatchObject({
      coupons: expect.any(Array),
      registeredStore: expect.any(Object),
      warnings: [],
    });
    expect([v2Lookups - before.v2Lookups, v1Gets - before.v1Gets]).toEqual([1, 1]);
    expect(fleet.upstream.count).toBe(2);
  });

  test.each([
    ['at once', 0],
    ['a second later', 1000],
  ])(
    'a holder killed in mid-fetch costs one call more, and nobody an answer: waiters that came %s',
    async (_, laterMs) => {
      const fleet = await start({ CACHE_TIMEOUT_MS: '1500', UPSTREAM_TIMEOUT_MS: '2500' }, 2000);
      const [holder, ...others] = fleet.instances;
      if (holder === undefined) throw new Error('no instance');
      await Promise.all(
        fleet.instances.map((each, n) => lookUp(each, { identifierName: 'mobile', identifierValue: `900000000${n}` })),
      );
      fleet.upstream.clear();

      const asked = fleet.upstream.nextRequest();
      const lost = lookUp(holder, SAMPLE);
      await asked;
      await sleep(laterMs);
      const startedAt = performance.now();
      const waiting = crowd(others, 90, SAMPLE);
      await sleep(500);
      holder.program.kill('SIGKILL');
      const replies = await waiting;

      print(`the holder killed, 90 waiters ${laterMs} ms later`, {
        'upstream calls': fleet.upstream.count,
        'all answered after ms': performance.now() - startedAt,
        uses: JSON.stringify(usesOf(replies)),
      });
      expect((await lost).status).toBe(0);
      expect(statusesOf(replies)).toEqual({ 200: 90 });
      expect(fleet.upstream.count).toBeLessThanOrEqual(2);
      expect(Math.max(...replies.map(({ tookMs }) => tookMs))).toBeLessThan(2 * (2500 + 1500) + 1000);
    },
  );

  test('a purge while 200 fills run: nothing of before is served after its acknowledgement', async () => {
    const fleet = await start({ ...PATIENT, UPSTREAM_TIMEOUT_MS: '10000' }, 400);
    const id = '566881933';
    const identifiers = [
      ['mobile', '1234512345'],
      ['email', 'bubalus@example.com'],
      ['externalId', '12341234'],
      ['id', id],
    ];
    const keysOf = (round: number) =>
      Array.from({ length: 200 }, (_, n) => {
        const [identifierName = '', identifierValue = ''] = identifiers[n % identifiers.length] ?? [];
        return { identifierName, identifierValue, embed: 'mlp', gapToRenew: `${200 * round + n}` };
      });
    const askAll = (round: number) =>
      Promise.all(
        keysOf(round).map((key, n) => {
          const instance = fleet.instances[n % fleet.instances.length];
          if (instance === undefined) throw new Error('no instance');
          return lookUp(instance, key);
        }),
      );

    let before = 0;
    for (const [round, calls] of [20, 100, 180].entries()) {
      const name = `Round${round}`;
      // One entry that is there for certain; not at once behind a purge, whose fence keeps fills out for half a second.
      const [instance] = fleet.instances;
      if (instance === undefined) throw new Error('no instance');
      await expectStored(() => lookUp(instance, keysOf(round)[0] ?? {}));
      fleet.upstream.clear();
      const filling = askAll(round);
      while (fleet.upstream.count < calls) await sleep(5);
      await fleet.control({ change: { id, firstName: name } });
      const startedAt = performance.now();
      const purge = await send(`${fleet.instances[round]?.url}/cache/customers/${id}`, 'DELETE');
      const purgeMs = performance.now() - startedAt;
      const after = await askAll(round);
      const filled = await filling;

      const areBefore = (replies: readonly Reply[]) =>
        replies.filter(({ status, body }) => status === 200 && !body.includes(name));
      before += areBefore(filled).length;
      print(`a purge when ${calls} of 200 fills have asked`, {
        acknowledged: `${purge.status} ${purge.body}`,
        'after ms': purgeMs,
        'answers of before, to who asked before': areBefore(filled).length,
        'answers of before, to who asked after': areBefore(after).length,
      });
      expect(purge.status).toBe(200);
      expect(JSON.parse(purge.body).purged).toBeGreaterThan(0);
      expect(areBefore(after)).toEqual([]);
      expect(statusesOf(filled)).toEqual({ 200: 200 });
      expect(statusesOf(after)).toEqual({ 200: 200 });
    }
    expect(before).toBeGreaterThan(0);
  });
});

/** Asks until the answer is kept. */
async function expectStored(ask: () => Promise<Reply>): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const { cacheStatus } = await ask();
    if (cacheStatus.endsWith('stored') || cacheStatus.includes('; hit;')) return;
    await sleep(100);
  }
  throw new Error('No answer was kept in fifty tries.');
}
