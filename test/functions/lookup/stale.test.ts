import { describe, expect, test } from '@jest/globals';
import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import { FAILURE_KINDS, type UpstreamFailure } from '../../../functions/lookup/upstream.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { found, SILENTLY_REFUSED, said } from '../../support/scripted-upstream.ts';

const OLD = '{"id":1,"profiles":[{"firstName":"Old"}]}';
const NEW = '{"id":1,"profiles":[{"firstName":"New"}]}';
const DOWN: UpstreamFailure = { kind: 'failed', failure: 'connection' };
const { freshForMs, staleWhileRevalidateMs, staleIfErrorMs } = DEFAULT_POLICY.windows;
const SOFT_MS = DEFAULT_POLICY.staleSoftTimeoutMs;

/** A fleet with an entry of the customer, past stale-while-revalidate or only past its freshness. */
async function startStale(past: 'fresh' | 'stale-while-revalidate' = 'stale-while-revalidate') {
  const fleet = startFleet();
  const { clock, upstream, ask } = fleet;
  upstream.outcome = found(OLD);
  await ask();
  clock.advance(freshForMs + (past === 'fresh' ? 0 : staleWhileRevalidateMs));
  upstream.outcome = found(NEW);
  const revalidate = async () => {
    const [request] = fleet.revalidator.requests.splice(0);
    if (request === undefined) throw new Error('No revalidation was asked for.');
    return fleet.lookup(request, { ...NO_DIRECTIVES, minFreshMs: 0 }, 'revalidate');
  };
  return { ...fleet, revalidate };
}

describe('stale-if-error', () => {
  test.each(FAILURE_KINDS)('the stale entry is served when the upstream fails: %s', async (failure) => {
    const { upstream, ask } = await startStale();
    upstream.outcome = { kind: 'failed', failure };
    expect(await ask()).toMatchObject({
      answer: { kind: 'found', body: OLD, ttlMs: -staleWhileRevalidateMs },
      cache: { status: 'hit', detail: 'stale-if-error' },
      maskedFailure: failure,
      upstreamCall: { requestId: 'cap-1' },
    });
  });

  test.each([
    ['"not found"', said('not-found', 8015)],
    ['"erased"', said('erased', 1)],
    ['a refusal', said('refused', 8003)],
    ['a refusal without a readable error', SILENTLY_REFUSED],
  ])('%s is never masked', async (_title, outcome) => {
    const { upstream, ask } = await startStale();
    upstream.outcome = outcome;
    expect(await ask()).toMatchObject({
      answer: { kind: outcome.kind },
      cache: { status: 'forward', reason: 'stale' },
    });
    upstream.outcome = DOWN;
    const then = await ask();
    expect(then.answer.kind).toBe(outcome.kind === 'not-found' ? 'not-found' : 'failed');
  });

  test.each([
    ['no-cache', { noCache: true }],
    ['no-store', { noStore: true }],
    ['stale-if-error=899', { staleIfErrorMs: staleWhileRevalidateMs - 1000 }],
  ])('with %s the failure is the answer', async (_title, directives) => {
    const { upstream, ask } = await startStale();
    upstream.outcome = DOWN;
    expect(await ask({}, directives)).toMatchObject({ answer: DOWN, cache: { status: 'forward' } });
  });

  test('the failure is the answer past the window of the entry', async () => {
    const { clock, upstream, ask } = await startStale('fresh');
    clock.advance(staleIfErrorMs);
    upstream.outcome = DOWN;
    expect(await ask()).toMatchObject({ answer: DOWN, cache: { status: 'forward', reason: 'miss' } });
  });

  test('is judged when the entry is served: an entry that passes its window during the call is not served', async () => {
    const { clock, upstream, ask } = await startStale('fresh');
    clock.advance(staleIfErrorMs - 100);
    upstream.outcome = DOWN;
    upstream.takesMs = 100;
    const asked = ask();
    await clock.run(100);
    expect(await asked).toMatchObject({ answer: DOWN });
  });
});

describe('the soft timeout', () => {
  test('a slow fetch is given up for the stale answer, and aborted', async () => {
    const { clock, upstream, store, ask } = await startStale();
    upstream.takesMs = 2400;
    const asked = ask();
    let tookMs = 0;
    const startedAt = clock.now();
    void asked.then(() => {
      tookMs = clock.now() - startedAt;
    });
    await clock.run(2400);
    expect(tookMs).toBe(SOFT_MS);
    expect(await asked).toMatchObject({
      answer: { body: OLD, ageMs: freshForMs + staleWhileRevalidateMs + SOFT_MS },
      cache: { status: 'hit', detail: 'stale-if-error' },
      maskedFailure: 'timeout',
    });
    expect(upstream.abandonedCount).toBe(1);
    expect([...store.items.values()]).toMatchObject([{ lease: undefined, outcome: { kind: 'given-up' } }]);
  });

  test('an answer just in time is served and stored', async () => {
    const { clock, upstream, ask } = await startStale();
    upstream.takesMs = SOFT_MS - 1;
    const asked = ask();
    await clock.run(SOFT_MS);
    expect(await asked).toMatchObject({ answer: { body: NEW }, cache: { reason: 'stale', isStored: true } });
    expect(upstream.abandonedCount).toBe(0);
  });

  test('the soft timeout does not count the loading of code: an answer in time is served', async () => {
    const { clock, upstream, ask } = await startStale();
    // The cold start of a small instance: 700 ms until it can ask, and an upstream that takes 200.
    clock.busyMs = 700;
    upstream.takesMs = 900;
    const asked = ask();
    await clock.run(1000);
    expect(await asked).toMatchObject({ answer: { body: NEW }, cache: { reason: 'stale', isStored: true } });
    expect(upstream.abandonedCount).toBe(0);
  });

  test.each([
    ['that has no entry', {}, true],
    ['that said no-cache', { noCache: true }, false],
    ['that said no-store', { noStore: true }, false],
    ['that allows no entry so stale', { staleIfErrorMs: 1000 }, false],
  ])('does not apply for a caller %s', async (_title, directives, isEmpty) => {
    const { clock, upstream, store, ask } = await startStale();
    if (isEmpty) store.items.clear();
    upstream.takesMs = 2400;
    const asked = ask({}, directives);
    await clock.run(2400);
    expect(await asked).toMatchObject({ answer: { body: NEW } });
    expect(upstream.abandonedCount).toBe(0);
  });

  test('look-ups that wait for another get the stale answer after the same time', async () => {
    const { clock, upstream, ask } = await startStale();
    upstream.takesMs = 2400;
    // The holder accepts no entry so stale, and waits for its fetch to end.
    const holder = ask({}, { staleIfErrorMs: 0 });
    await clock.run(100);
    const waiter = ask();
    await clock.run(SOFT_MS);
    expect(await waiter).toMatchObject({ answer: { body: OLD }, cache: { detail: 'stale-if-error' } });
    await clock.run(2000);
    expect(await holder).toMatchObject({ answer: { body: NEW }, cache: { isStored: true } });
    expect(upstream.requests).toHaveLength(2);
  });

  test('a look-up without an entry takes over from a holder that gave up for its stale answer', async () => {
    const { clock, upstream, ask } = await startStale();
    upstream.takesMs = 2400;
    const holder = ask();
    await clock.run(100);
    const waiter = ask({}, { staleIfErrorMs: 0 });
    await clock.run(SOFT_MS + 200 + 2400);
    expect(await holder).toMatchObject({ answer: { body: OLD } });
    expect(await waiter).toMatchObject({ answer: { body: NEW }, cache: { isStored: true } });
    expect(upstream.requests).toHaveLength(3);
  });
});

describe('stale-while-revalidate', () => {
  test('serves at once and asks for one revalidation of the key, however many look-ups there are', async () => {
    const { clock, upstream, revalidator, ask } = await startStale('fresh');
    const [first, second] = [await ask(), await ask()];
    expect(first).toMatchObject({
      answer: { body: OLD },
      cache: { status: 'hit', detail: 'stale-while-revalidate' },
      isRevalidationAsked: true,
    });
    expect(second).toMatchObject({ cache: { detail: 'stale-while-revalidate' }, isRevalidationAsked: false });
    expect(revalidator.requests).toHaveLength(1);
    clock.advance(9999);
    expect(await ask()).toMatchObject({ isRevalidationAsked: false });
    // The event is lost on its way: the mark lapses.
    clock.advance(1);
    expect(await ask()).toMatchObject({ isRevalidationAsked: true });
    expect(upstream.requests).toHaveLength(1);
  });

  test('of many look-ups at once, one asks for the revalidation', async () => {
    const { revalidator, ask } = await startStale('fresh');
    const all = await Promise.all(Array.from({ length: 50 }, () => ask()));
    expect(all.filter(({ isRevalidationAsked }) => isRevalidationAsked)).toHaveLength(1);
    expect(revalidator.requests).toHaveLength(1);
  });

  test('asks for none while another look-up fetches the key', async () => {
    const { clock, upstream, revalidator, ask } = await startStale('fresh');
    upstream.takesMs = 500;
    const fetching = ask({}, { noCache: true });
    await clock.run(100);
    expect(await ask()).toMatchObject({ answer: { body: OLD }, isRevalidationAsked: false });
    await clock.run(500);
    expect(await fetching).toMatchObject({ cache: { isStored: true } });
    expect(revalidator.requests).toEqual([]);
  });

  test('a revalidation that succeeds makes the entry fresh, and lifts the hold-back', async () => {
    const { ask, revalidate, store } = await startStale('fresh');
    await ask();
    expect(await revalidate()).toMatchObject({ cache: { reason: 'stale', isStored: true } });
    expect(await ask()).toMatchObject({ answer: { body: NEW }, cache: { status: 'hit', detail: undefined } });
    expect([...store.items.values()]).toMatchObject([{ revalidation: undefined, outcome: undefined }]);
  });

  test('a revalidation gives its fetch the whole time: no caller waits', async () => {
    const { clock, upstream, ask, revalidate } = await startStale('fresh');
    await ask();
    upstream.takesMs = 2400;
    const revalidating = revalidate();
    await clock.run(2400);
    expect(await revalidating).toMatchObject({ answer: { body: NEW }, cache: { isStored: true } });
    expect(upstream.abandonedCount).toBe(0);
  });

  test('a failed revalidation holds back the next for 10 s, doubling to 60', async () => {
    const { clock, upstream, ask, revalidate } = await startStale('fresh');
    upstream.outcome = DOWN;
    for (const seconds of [10, 20, 40, 60, 60]) {
      expect(await ask()).toMatchObject({ isRevalidationAsked: true });
      await revalidate();
      clock.advance(seconds * 1000 - 1);
      expect(await ask()).toMatchObject({ cache: { detail: 'stale-while-revalidate' }, isRevalidationAsked: false });
      clock.advance(1);
    }
    expect(await ask()).toMatchObject({ isRevalidationAsked: true });
  });

  test('a failed revalidation never holds back a look-up without an entry', async () => {
    const { upstream, store, ask, revalidate } = await startStale('fresh');
    await ask();
    upstream.outcome = DOWN;
    await revalidate();
    upstream.outcome = found(NEW);
    expect([...store.items.values()]).toMatchObject([{ revalidation: { backoffMs: 10_000 } }]);
    expect(await ask({}, { noStore: true })).toMatchObject({ answer: { body: NEW } });
    expect(await ask({}, { minFreshMs: 0 })).toMatchObject({ answer: { body: NEW }, cache: { isStored: true } });
  });

  test('a failure of a key that has no entry holds nothing back', async () => {
    const { upstream, store, ask } = startFleet();
    upstream.outcome = DOWN;
    await ask();
    expect([...store.items.values()]).toMatchObject([{ revalidation: undefined, outcome: { kind: 'failed' } }]);
    upstream.outcome = found(NEW);
    expect(await ask()).toMatchObject({ answer: { body: NEW }, cache: { isStored: true } });
  });

  test('if the store fails to mark, the look-up asks for no revalidation, and the answer is served', async () => {
    const { store, revalidator, ask } = await startStale('fresh');
    store.failing.add('markRevalidation');
    expect(await ask()).toMatchObject({
      answer: { body: OLD },
      isRevalidationAsked: false,
      storeFailure: 'TimeoutError',
    });
    expect(revalidator.requests).toEqual([]);
  });

  test('a marked entry is not served while revalidating; the next look-up asks', async () => {
    const { store, revalidator, ask } = await startStale('fresh');
    const [key] = [...store.items.keys()].map((name) => JSON.parse(name));
    await store.markStale(key, 0);
    expect(await ask()).toMatchObject({
      answer: { body: NEW },
      cache: { status: 'forward', reason: 'stale', isStored: true },
    });
    expect(revalidator.requests).toEqual([]);
  });
});

describe('max-stale', () => {
  test('serves an entry that is stale for so long, and does not ask the upstream', async () => {
    const { upstream, revalidator, ask } = await startStale();
    expect(await ask({}, { maxStaleMs: staleWhileRevalidateMs })).toMatchObject({
      answer: { body: OLD },
      cache: { status: 'hit', detail: 'max-stale' },
      isRevalidationAsked: false,
    });
    expect(upstream.requests).toHaveLength(1);
    expect(revalidator.requests).toEqual([]);
    expect(await ask({}, { maxStaleMs: staleWhileRevalidateMs - 1 })).toMatchObject({ answer: { body: NEW } });
  });
});
