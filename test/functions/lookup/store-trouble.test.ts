import { describe, expect, test } from '@jest/globals';
import { randomFrom } from '../../../cli/forecast/random.ts';
import { createInvalidation } from '../../../functions/lookup/invalidation.ts';
import type { StoreTrouble } from '../../../functions/lookup/store-unavailable-error.ts';
import { failFirst } from '../../support/failing-operations.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import type { StoreOperation } from '../../support/gated-cache-store.ts';
import { found } from '../../support/scripted-upstream.ts';

// Tests a store that fails, throttles or is late in one operation, while the upstream works.

const BODY = '{"id":1,"profiles":[{"firstName":"Old"}]}';
const { keySecrets, leaseMs, storeTimeoutMs } = DEFAULT_POLICY;
const OTHERS = 5;

/** A fleet with a store that fails as the test says: an operation, at its nth call. */
function start(random: () => number = Math.random) {
  const fleet = startFleet({ random });
  const { clock, store, upstream, ask } = fleet;
  upstream.outcome = found(BODY);
  upstream.takesMs = 200;
  /** Lets the first calls of an operation fail, this number of them. */
  const fail = (operation: StoreOperation, times: number, trouble: StoreTrouble) =>
    failFirst(store, clock, operation, Array(times).fill(trouble));
  /** One look-up that asks first, and others that ask during its fetch; and how long each took. */
  const crowd = async () => {
    const startedAt = clock.now();
    const timed = async (asked: ReturnType<typeof ask>) => {
      const result = await asked;
      return { result, tookMs: clock.now() - startedAt };
    };
    const all = [timed(ask())];
    await clock.run(20);
    for (let other = 0; other < OTHERS; other += 1) all.push(timed(ask()));
    await clock.run(10_000);
    return Promise.all(all);
  };
  const leases = () => [...store.items.values()].filter(({ lease }) => lease !== undefined);
  return { ...fleet, fail, crowd, leases };
}

describe('B3: one operation of the holder that does not succeed', () => {
  test.each<readonly [StoreOperation, StoreTrouble]>([
    ['addToIndex', 'throttled'],
    ['addToIndex', 'late'],
    ['addToIndex', 'down'],
    ['writeEntry', 'throttled'],
    ['writeEntry', 'late'],
    ['writeEntry', 'down'],
    ['readPause', 'throttled'],
    ['readPause', 'late'],
    ['readPause', 'down'],
  ])('leaves no lease behind, and delays no look-up: %s %s', async (operation, trouble) => {
    const { fail, crowd, leases } = start();
    fail(operation, 1, trouble);
    for (const { result, tookMs } of await crowd()) {
      expect(result.answer).toMatchObject({ kind: 'found', body: BODY });
      expect(tookMs).toBeLessThan(1000);
    }
    expect(leases()).toEqual([]);
  });

  test.each<StoreOperation>(['addToIndex', 'writeEntry'])('is sent again if it is throttled: %s', async (operation) => {
    const { upstream, fail, crowd } = start();
    fail(operation, 2, 'throttled');
    const [first, ...others] = await crowd();
    expect(first?.result.cache).toMatchObject({ status: 'forward', isStored: true });
    for (const { result } of others) expect(result.cache).toMatchObject({ status: 'collapsed' });
    expect(upstream.requests).toHaveLength(1);
  });

  test('makes no pause if every read of the pause fails: one call, all look-ups are answered', async () => {
    const { store, upstream, crowd } = start();
    store.failing.add('readPause');
    store.failure = { reason: 'ThrottlingException', trouble: 'throttled' };
    for (const { result, tookMs } of await crowd()) {
      expect(result.answer).toMatchObject({ kind: 'found' });
      expect(result.storeFailure).toBeUndefined();
      expect(tookMs).toBeLessThan(1000);
    }
    expect(upstream.requests).toHaveLength(1);
  });

  test('costs one timeout if the store is silent about the pause: the look-up does not ask for it again', async () => {
    const { clock, store, upstream, ask } = start();
    upstream.takesMs = 0;
    const gate = store.hold('readPause', 'before');
    const answered = ask();
    await gate.reached;
    await gate.timeOut();
    await clock.run(1);
    expect(await answered).toMatchObject({ cache: { isStored: true }, storeFailure: undefined });
    // The call that timed out was never made.
    expect(store.calls).not.toContain('readPause');
  });

  test('is tried once more if it is the end of the lease', async () => {
    const { store, upstream, fail, crowd, leases } = start();
    upstream.outcome = { kind: 'failed', failure: 'server-error' };
    fail('endLease', 1, 'down');
    for (const { result, tookMs } of await crowd()) {
      expect(result.answer).toMatchObject({ kind: 'failed', failure: 'server-error' });
      expect(tookMs).toBeLessThan(1000);
    }
    expect(upstream.requests).toHaveLength(1);
    expect(store.calls).toContain('endLease');
    expect(leases()).toEqual([]);
  });

  test('releases a lease that may have been taken, so that the next look-up does not wait', async () => {
    const { clock, store, upstream, ask, leases } = start();
    const write = store.hold('takeLease', 'after');
    const first = ask();
    await write.reached;
    await write.timeOut();
    await clock.run(1000);
    expect(await first).toMatchObject({ answer: { body: BODY }, cache: { reason: 'bypass', isStored: false } });
    expect(leases()).toEqual([]);
    const next = ask();
    await clock.run(200);
    expect(await next).toMatchObject({ cache: { status: 'forward', isStored: true } });
    expect(upstream.requests).toHaveLength(2);
  });
});

describe('a store that refuses the writes of fetches', () => {
  const NEW = '{"id":1,"profiles":[{"firstName":"New"}]}';
  const { freshForMs, staleWhileRevalidateMs } = DEFAULT_POLICY.windows;

  /** A fleet whose upstream has a newer profile than the entry, which no look-up may serve while the upstream is well. */
  async function startStale(how: 'long stale' | 'marked') {
    const fleet = start();
    const { clock, upstream, store, ask } = fleet;
    const filling = ask();
    await clock.run(1000);
    await filling;
    if (how === 'long stale') clock.advance(freshForMs + staleWhileRevalidateMs);
    else await createInvalidation({ store, clock, keySecrets }).customers(['1'], 'mark-stale');
    clock.advance(1000);
    upstream.outcome = found(NEW);
    return { ...fleet, callsBefore: upstream.requests.length };
  }

  test.each(['long stale', 'marked'] as const)('once: no other look-up serves the %s entry instead', async (how) => {
    for (const operation of ['addToIndex', 'writeEntry'] as const) {
      const { upstream, fail, crowd, callsBefore } = await startStale(how);
      fail(operation, 1, 'down');
      for (const { result } of await crowd()) expect(result.answer).toMatchObject({ kind: 'found', body: NEW });
      expect(upstream.requests).toHaveLength(callsBefore + 2);
    }
  });

  test.each<readonly [StoreOperation, StoreTrouble]>([
    ['addToIndex', 'throttled'],
    ['addToIndex', 'down'],
    ['writeEntry', 'throttled'],
    ['writeEntry', 'down'],
  ])('always: after two fetches the others wait no longer: %s %s', async (operation, trouble) => {
    const { store, upstream, fail, crowd } = start();
    fail(operation, 100, trouble);
    for (const { result, tookMs } of await crowd()) {
      expect(result.answer).toMatchObject({ kind: 'found', body: BODY });
      expect(tookMs).toBeLessThan(1500);
    }
    expect(upstream.requests).toHaveLength(1 + OTHERS);
    expect([...store.items.values()]).toMatchObject([{ outcome: { kind: 'not-stored', why: 'unwritten' } }]);
  });
});

describe('a store that throttles', () => {
  test('is read again, and is not bypassed: a fresh entry is a hit', async () => {
    const { clock, upstream, ask, fail } = start();
    const filling = ask();
    await clock.run(1000);
    await filling;
    fail('read', 2, 'throttled');
    const asked = ask();
    await clock.run(storeTimeoutMs);
    expect(await asked).toMatchObject({ cache: { status: 'hit', detail: undefined }, storeFailure: undefined });
    expect(upstream.requests).toHaveLength(1);
  });

  test('and answers no look-up: one look-up waits as long as for a lease, the next ones for the timeout of the store', async () => {
    const { clock, store, upstream, ask } = start();
    store.failing.add('read');
    store.failure = { reason: 'ThrottlingException', trouble: 'throttled' };
    const timed = async () => {
      const startedAt = clock.now();
      const asked = ask().then((result) => ({ result, tookMs: clock.now() - startedAt }));
      await clock.run(10_000);
      return asked;
    };
    const times: number[] = [];
    for (let n = 1; n <= 3; n += 1) {
      const { result, tookMs } = await timed();
      expect(result).toMatchObject({
        answer: { body: BODY },
        cache: { status: 'forward', reason: 'bypass' },
        storeFailure: 'ThrottlingException',
      });
      expect(upstream.requests).toHaveLength(n);
      times.push(tookMs);
    }
    const [first = 0, ...others] = times;
    expect(first).toBeLessThanOrEqual(leaseMs + 200);
    for (const tookMs of others) expect(tookMs).toBeLessThanOrEqual(storeTimeoutMs + 200);

    store.failing.clear();
    expect((await timed()).result.cache).toMatchObject({ isStored: true });
    store.failing.add('read');
    const { tookMs } = await timed();
    expect(tookMs).toBeGreaterThan(storeTimeoutMs + 200);
  });

  test.each([0.3, 0.5])(
    'for a share of %d of its calls: 200 look-ups of a cold key make two calls at most',
    async (share) => {
      const { clock, store, upstream, ask } = start();
      upstream.takesMs = 300;
      store.throttled = { share, random: randomFrom(7) };
      const all = Array.from({ length: 200 }, () => ask());
      await clock.run(20_000);
      for (const { answer } of await Promise.all(all)) expect(answer).toMatchObject({ kind: 'found' });
      expect(upstream.requests.length).toBeLessThanOrEqual(2);
    },
  );

  test('makes no call for 200 look-ups of a fresh key', async () => {
    const { clock, store, upstream, ask } = start(randomFrom(1));
    const filling = ask();
    await clock.run(1000);
    await filling;
    store.throttled = { share: 0.3, random: randomFrom(7) };
    const all = Array.from({ length: 200 }, () => ask());
    await clock.run(5000);
    for (const { cache } of await Promise.all(all)) expect(cache).toMatchObject({ status: 'hit' });
    expect(upstream.requests).toHaveLength(1);
  });

  test('while a look-up waits for a vanished holder: that look-up fetches while there is time, and is answered', async () => {
    const { clock, store, upstream, ask } = start();
    upstream.takesMs = 2400;
    store.hold('addToIndex', 'before');
    void ask();
    await clock.run(0);
    const all = Array.from({ length: OTHERS }, () => ask());
    await clock.run(2000);
    store.failing.add('read');
    // For longer than one poll interval.
    await clock.run(300);
    store.failing.clear();
    store.hold('addToIndex', 'before');
    await clock.run(2 * leaseMs);
    const answers = await Promise.all(all.map((asked) => Promise.race([asked, 'none'])));
    const answered = answers.filter((each) => each !== 'none');
    // Most ask for themselves after CACHE_TIMEOUT_MS. If one takes over, it waits for the store for ever. All others have
    // an answer, and none is a 504.
    expect(answered.length).toBeGreaterThanOrEqual(OTHERS - 1);
    for (const each of answered) expect(each).toMatchObject({ answer: { kind: 'found' } });
  });
});
