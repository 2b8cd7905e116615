import { describe, expect, test } from '@jest/globals';
import type { RequestDirectives } from '../../../functions/lookup/directives.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import type { UpstreamFailure } from '../../../functions/lookup/upstream.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { found, said } from '../../support/scripted-upstream.ts';

const OLD = '{"id":1,"profiles":[{"firstName":"Old"}]}';
const NEW = '{"id":1,"profiles":[{"firstName":"New"}]}';
const { freshForMs, staleWhileRevalidateMs } = DEFAULT_POLICY.windows;
const { leaseMs, storeTimeoutMs } = DEFAULT_POLICY;

describe('look-ups of the same key', () => {
  test('make one call if a thousand ask at once, and all get its answer', async () => {
    const { clock, upstream, ask } = startFleet({ random: Math.random });
    upstream.takesMs = 400;
    const all = Array.from({ length: 1000 }, () => ask());
    await clock.run(1000);
    const results = await Promise.all(all);
    expect(upstream.requests).toHaveLength(1);
    expect(results.filter(({ cache }) => cache.status === 'forward')).toHaveLength(1);
    expect(results.filter(({ cache }) => cache.status === 'collapsed')).toHaveLength(999);
    expect(new Set(results.map(({ answer }) => ('body' in answer ? answer.body : answer.kind))).size).toBe(1);
  });

  test('get a collapsed answer with the age from the holder’s request, their own reason, and no call', async () => {
    const { clock, upstream, ask } = startFleet();
    upstream.takesMs = 400;
    void ask();
    await clock.run(150);
    const waiter = ask();
    await clock.run(1000);
    expect(await waiter).toMatchObject({
      answer: { kind: 'found', ageMs: expect.any(Number) },
      cache: { status: 'collapsed', reason: 'miss' },
      upstreamCall: undefined,
    });
    const { answer } = await waiter;
    expect('ageMs' in answer && answer.ageMs).toBeGreaterThanOrEqual(400);
  });

  test('all get "not found" too', async () => {
    const { clock, upstream, ask } = startFleet();
    upstream.takesMs = 400;
    upstream.outcome = said('not-found', 8015);
    const all = [ask(), ask(), ask()];
    await clock.run(1000);
    expect((await Promise.all(all)).map(({ answer }) => answer.kind)).toEqual(Array(3).fill('not-found'));
    expect(upstream.requests).toHaveLength(1);
  });

  test.each([
    ['max-age', { maxAgeMs: 60_000 }],
    ['min-fresh', { minFreshMs: freshForMs - 60_000 }],
  ])(
    'collapse if they wait for a newer answer than the stored one (%s), and say that reason',
    async (_title, directives) => {
      const { clock, upstream, ask } = startFleet();
      upstream.outcome = found(OLD);
      await ask();
      clock.advance(60_001);
      upstream.outcome = found(NEW);
      upstream.takesMs = 400;
      const all = [ask({}, directives), ask({}, directives)];
      await clock.run(1000);
      expect(await Promise.all(all)).toMatchObject([
        { answer: { body: NEW }, cache: { status: 'forward', reason: 'request', isStored: true } },
        { answer: { body: NEW }, cache: { status: 'collapsed', reason: 'request' } },
      ]);
      expect(upstream.requests).toHaveLength(2);
    },
  );

  test('use only an answer that was requested late enough for their own directives', async () => {
    const { clock, upstream, ask } = startFleet();
    upstream.takesMs = 2000;
    upstream.outcome = found(OLD);
    const holder = ask();
    await clock.run(1000);
    // At the holder's end its answer is 2 s old.
    const choosy = ask({}, { maxAgeMs: 1500 });
    const content = ask({}, { maxAgeMs: 2500 });
    upstream.outcome = found(NEW);
    await clock.run(5000);
    expect(await holder).toMatchObject({ answer: { body: OLD } });
    expect(await content).toMatchObject({ answer: { body: OLD }, cache: { status: 'collapsed' } });
    expect(await choosy).toMatchObject({ answer: { body: NEW }, cache: { status: 'forward', isStored: true } });
    expect(upstream.requests).toHaveLength(2);
  });

  test('ask again if the entry is no longer fresh when they have waited', async () => {
    const { clock, upstream, instance } = startFleet();
    const windows = { freshForMs: 300, staleWhileRevalidateMs: 0, staleIfErrorMs: 0, notFoundFreshForMs: 0 };
    const { ask } = instance(0, { windows });
    upstream.takesMs = 400;
    const all = [ask(), ask()];
    await clock.run(2000);
    for (const { answer } of await Promise.all(all)) expect(answer).toMatchObject({ kind: 'found', ageMs: 400 });
    expect(upstream.requests).toHaveLength(2);
  });

  test('wait for no other look-up with only-if-cached and no-store', async () => {
    const { clock, upstream, ask } = startFleet();
    upstream.takesMs = 2000;
    void ask();
    await clock.run(10);
    expect(await ask({}, { onlyIfCached: true })).toMatchObject({ answer: { kind: 'not-cached' } });
    const own = ask({}, { noStore: true });
    await clock.run(0);
    expect(upstream.requests).toHaveLength(2);
    await clock.run(2000);
    expect(await own).toMatchObject({ cache: { status: 'forward', reason: 'miss', isStored: false } });
  });

  test('wait for a no-cache look-up that holds the lease', async () => {
    const { clock, upstream, ask } = startFleet();
    upstream.takesMs = 400;
    const holder = ask({}, { noCache: true });
    await clock.run(10);
    const waiter = ask();
    await clock.run(1000);
    expect(await holder).toMatchObject({ cache: { reason: 'request', isStored: true } });
    expect(await waiter).toMatchObject({ cache: { status: 'collapsed', reason: 'miss' } });
    expect(upstream.requests).toHaveLength(1);
  });

  test('poll from 50 ms to 200 ms, each interval longer by 0.3, with jitter of up to half', async () => {
    for (const [random, intervals] of [
      [0, [25, 32.5, 42.25, 54.925, 71.4025, 92.823, 100, 100]],
      [0.999_999_9, [50, 65, 84.5, 109.85, 142.805, 185.646, 200, 200]],
    ] as const) {
      const { clock, store, upstream, ask } = startFleet({ random: () => random });
      upstream.takesMs = 2400;
      void ask();
      void ask();
      await clock.run(0);
      const readAt = [clock.monotonicNow()];
      const read = store.read.bind(store);
      store.read = (key) => {
        readAt.push(clock.monotonicNow());
        return read(key);
      };
      await clock.run(2000);
      for (const [index, interval] of intervals.entries()) {
        expect((readAt[index + 1] ?? 0) - (readAt[index] ?? 0)).toBeCloseTo(interval, 2);
      }
    }
  });

  test('wait one lease of their own settings if the holder’s lease lasts longer, and then ask', async () => {
    const { clock, upstream, instance } = startFleet();
    upstream.takesMs = 20_000;
    void instance(0, { leaseMs: 30_000 }).ask();
    await clock.run(0);
    upstream.takesMs = 100;
    const waiter = instance().ask();
    await clock.run(leaseMs - 1);
    expect(upstream.requests).toHaveLength(1);
    await clock.run(101);
    expect(await waiter).toMatchObject({ answer: { kind: 'found' }, cache: { status: 'forward', isStored: false } });
    expect(upstream.requests).toHaveLength(2);
  });
});

describe('B10: directives that no fetch under way can meet', () => {
  test.each<readonly [string, Partial<RequestDirectives>]>([
    ['max-age=0', { maxAgeMs: 0 }],
    ['no-cache', { noCache: true }],
    ['a min-fresh as long as freshness', { minFreshMs: freshForMs }],
  ])('%s: 30 at once on two instances do not queue', async (_title, directives) => {
    const { clock, upstream, ask, instance } = startFleet({ random: Math.random });
    upstream.takesMs = 300;
    const other = instance();
    const all = Array.from({ length: 30 }, (_, index) => (index % 2 === 0 ? ask : other.ask)({}, directives));
    await clock.run(300);
    for (const { answer } of await Promise.all(all)) expect(answer).toMatchObject({ kind: 'found', ageMs: 300 });
    expect(upstream.requests).toHaveLength(30);
  });

  test('one of them takes the lease and stores its answer; the others store nothing', async () => {
    const { clock, upstream, ask } = startFleet();
    upstream.takesMs = 300;
    const all = Array.from({ length: 5 }, () => ask({}, { maxAgeMs: 0 }));
    await clock.run(300);
    const stored = (await Promise.all(all)).map(({ cache }) => cache.status === 'forward' && cache.isStored);
    expect(stored.filter(Boolean)).toHaveLength(1);
  });

  test.each<readonly [string, Partial<RequestDirectives>]>([
    ['max-age=1', { maxAgeMs: 1000 }],
    ['min-fresh=299', { minFreshMs: freshForMs - 1000 }],
  ])(
    '%s: look-ups that did not get their answer from one fetch do not queue for the next',
    async (_title, directives) => {
      const { clock, upstream, ask } = startFleet({ random: Math.random });
      upstream.takesMs = 1500;
      const all = Array.from({ length: 30 }, () => ask({}, directives));
      await clock.run(1500 + 200 + 1500 + 200);
      for (const { answer } of await Promise.all(all)) expect(answer).toMatchObject({ kind: 'found' });
    },
  );

  test('max-age=0 gets a stale entry if the upstream fails, as it may', async () => {
    const { clock, upstream, ask } = startFleet();
    upstream.outcome = found(OLD);
    await ask();
    clock.advance(freshForMs + staleWhileRevalidateMs);
    upstream.outcome = { kind: 'failed', failure: 'connection' };
    expect(await ask({}, { maxAgeMs: 0 })).toMatchObject({
      answer: { body: OLD },
      cache: { detail: 'stale-if-error' },
    });
  });
});

describe('a store that fails during a wait', () => {
  test('a poll that fails is not an outage: the look-up polls again', async () => {
    const { clock, store, upstream, ask } = startFleet();
    upstream.takesMs = 400;
    const holder = ask();
    const waiter = ask();
    await clock.run(0);
    store.failing.add('read');
    await clock.run(100);
    store.failing.clear();
    await clock.run(600);
    expect(await holder).toMatchObject({ cache: { isStored: true } });
    expect(await waiter).toMatchObject({ cache: { status: 'collapsed' }, storeFailure: undefined });
    expect(upstream.requests).toHaveLength(1);
  });

  test.each(['down', 'late'] as const)(
    'polls that fail for CACHE_TIMEOUT_MS are: the look-up asks for itself (%s)',
    async (trouble) => {
      const { clock, store, upstream, ask } = startFleet();
      upstream.takesMs = 2000;
      const holder = ask();
      const waiter = ask();
      await clock.run(500);
      store.failure = { reason: 'TimeoutError', trouble };
      store.failing.add('read');
      upstream.takesMs = 50;
      await clock.run(storeTimeoutMs + 200 + 50);
      expect(await waiter).toMatchObject({ answer: { kind: 'found' }, cache: { status: 'forward', reason: 'bypass' } });
      store.failing.clear();
      await clock.run(2000);
      expect(await holder).toMatchObject({ cache: { isStored: true } });
      expect(upstream.requests).toHaveLength(2);
    },
  );

  test('throttled polls are not, while the store has served a look-up a short time ago', async () => {
    const { clock, store, upstream, ask } = startFleet();
    upstream.takesMs = 600;
    const holder = ask();
    const waiter = ask();
    await clock.run(0);
    store.failure = { reason: 'ThrottlingException', trouble: 'throttled' };
    store.failing.add('read');
    await clock.run(400);
    store.failing.clear();
    await clock.run(600);
    expect(await holder).toMatchObject({ cache: { isStored: true } });
    expect(await waiter).toMatchObject({ cache: { status: 'collapsed' }, storeFailure: undefined });
  });

  test('polls that always fail end, and the look-up asks for itself', async () => {
    const { clock, store, upstream, ask } = startFleet();
    upstream.takesMs = 2400;
    void ask();
    const waiter = ask();
    await clock.run(0);
    store.failing.add('read');
    await clock.run(leaseMs + 2400);
    expect(await waiter).toMatchObject({ answer: { kind: 'found' } });
  });

  test('a fault of the service in a poll does not count as an outage', async () => {
    const { clock, store, upstream, ask } = startFleet();
    upstream.takesMs = 400;
    const holder = ask();
    const waiter = ask();
    const outcome = expect(waiter).rejects.toThrow('a bug');
    await clock.run(0);
    store.read = async () => {
      throw new TypeError('a bug');
    };
    await clock.run(1000);
    await outcome;
    await holder;
  });

  test('the report has the reason of the failure', async () => {
    const { store, ask } = startFleet();
    store.takeLease = async () => {
      throw new StoreUnavailableError('ThrottlingException');
    };
    expect(await ask()).toMatchObject({ storeFailure: 'ThrottlingException', cache: { reason: 'bypass' } });
  });
});

describe('an upstream that throttles', () => {
  const THROTTLED: UpstreamFailure = { kind: 'failed', failure: 'throttled', retryAfterMs: 5000 };

  test('pauses the fleet through the store, for as long as the upstream said', async () => {
    const { clock, store, upstream, ask, instance } = startFleet();
    upstream.outcome = THROTTLED;
    await ask();
    expect(store.pauses.get('v2')).toMatchObject({ since: clock.now(), until: clock.now() + 5000 });
    upstream.outcome = found(NEW);
    clock.advance(2000);
    const other = { identifierName: 'wechat' };
    expect(await instance().ask(other)).toMatchObject({
      answer: { ...THROTTLED, retryAfterMs: 3000 },
      cache: { status: 'forward', reason: 'miss', isStored: false },
      upstreamCall: undefined,
    });
    expect(await ask({}, { noStore: true })).toMatchObject({ answer: { failure: 'throttled' } });
    expect(upstream.requests).toHaveLength(1);
    clock.advance(3000);
    expect(await instance().ask(other)).toMatchObject({ answer: { body: NEW } });
  });

  test('gets no call, and the stale entry is served', async () => {
    const { clock, store, upstream, instance, ask } = startFleet();
    upstream.outcome = found(OLD);
    await ask();
    clock.advance(freshForMs + staleWhileRevalidateMs);
    const since = clock.now();
    store.pauses.set('v2', { since, until: since + 5000, turns: 0, probedAt: since });
    expect(await instance().ask()).toMatchObject({
      answer: { body: OLD },
      cache: { detail: 'stale-if-error' },
      maskedFailure: 'throttled',
      upstreamCall: undefined,
    });
    expect(upstream.requests).toHaveLength(1);
  });

  test('B7: without a time to wait pauses the fleet too: 60 misses in 4.3 s make a few calls', async () => {
    const { clock, upstream, instance, ask } = startFleet();
    upstream.outcome = { kind: 'failed', failure: 'throttled' };
    const fleet = [ask, instance().ask, instance().ask];
    for (let miss = 0; miss < 60; miss += 1) {
      await fleet[miss % 3]?.({ identifierValue: `MP${miss}` });
      clock.advance(72);
    }
    expect(upstream.requests.length).toBeLessThanOrEqual(4);
  });

  test('pauses no look-up if it fails in another way', async () => {
    const { store, upstream, ask } = startFleet();
    upstream.outcome = { kind: 'failed', failure: 'server-error', retryAfterMs: 5000 };
    await ask();
    expect(store.calls).not.toContain('writePause');
    upstream.outcome = found(NEW);
    expect(await ask()).toMatchObject({ answer: { body: NEW } });
  });
});
