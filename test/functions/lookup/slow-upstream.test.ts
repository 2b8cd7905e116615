import { describe, expect, test } from '@jest/globals';
import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import type { UpstreamFailure } from '../../../functions/lookup/upstream.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { found } from '../../support/scripted-upstream.ts';

// Tests an upstream that works, but slower than a usable stale entry waits for it.

const OLD = '{"id":1,"profiles":[{"firstName":"Old"}]}';
const NEW = '{"id":1,"profiles":[{"firstName":"New"}]}';
const DOWN: UpstreamFailure = { kind: 'failed', failure: 'connection' };
const { freshForMs, staleWhileRevalidateMs } = DEFAULT_POLICY.windows;
const SOFT_MS = DEFAULT_POLICY.staleSoftTimeoutMs;
const LONG_STALE_MS = freshForMs + staleWhileRevalidateMs;

/** A fleet that has the customer, long stale, and an upstream that takes 700 ms. */
async function startSlow() {
  const fleet = startFleet();
  const { clock, upstream, revalidator, ask, lookup } = fleet;
  upstream.outcome = found(OLD);
  await ask();
  clock.advance(LONG_STALE_MS);
  upstream.outcome = found(NEW);
  upstream.takesMs = 700;
  const answered = async <T>(asked: Promise<T>, ms = 3000) => {
    await clock.run(ms);
    return asked;
  };
  /** Runs the invocations that the revalidator was asked for. */
  const revalidate = () => {
    const [request] = revalidator.requests.splice(0);
    if (request === undefined) throw new Error('No revalidation was asked for.');
    return lookup(request, { ...NO_DIRECTIVES, minFreshMs: 0 }, 'revalidate');
  };
  const mark = () => [...fleet.store.items.values()][0]?.revalidation;
  return { ...fleet, answered, revalidate, mark };
}

describe('B2: an upstream that answers after the soft timeout', () => {
  test('still counts: the look-up that gives up asks for a revalidation, and the next one is a hit', async () => {
    const { clock, upstream, ask, answered, revalidate } = await startSlow();
    expect(await answered(ask(), SOFT_MS)).toMatchObject({
      answer: { body: OLD },
      cache: { status: 'hit', detail: 'stale-if-error' },
      isRevalidationAsked: true,
      isRevalidationLost: false,
    });
    expect(await answered(revalidate())).toMatchObject({ answer: { body: NEW }, cache: { isStored: true } });
    clock.advance(100);
    expect(await ask()).toMatchObject({ answer: { body: NEW }, cache: { status: 'hit', detail: undefined } });
    expect(upstream.requests).toHaveLength(3);
  });

  test('still counts for an entry that an event marked', async () => {
    const { clock, store, upstream, ask, answered, revalidate } = await startSlow();
    upstream.takesMs = 0;
    await ask();
    const [name = ''] = [...store.items.keys()];
    await store.markStale(JSON.parse(name), clock.now());
    upstream.outcome = found('{"id":1,"profiles":[{"firstName":"Newer"}]}');
    upstream.takesMs = 700;
    expect(await answered(ask(), SOFT_MS)).toMatchObject({ answer: { body: NEW }, isRevalidationAsked: true });
    await answered(revalidate());
    expect(await ask()).toMatchObject({ answer: { body: expect.stringContaining('Newer') }, cache: { status: 'hit' } });
  });

  test('is asked once in the background: six look-ups ask for one revalidation', async () => {
    const { revalidator, ask, answered } = await startSlow();
    for (let again = 0; again < 6; again += 1) await answered(ask(), SOFT_MS);
    expect(revalidator.requests).toHaveLength(1);
  });

  test('is remembered: after three give-ups the stale entry is served at once, and one look-up a second asks', async () => {
    const { clock, upstream, ask, answered } = await startSlow();
    for (let again = 0; again < 3; again += 1) await answered(ask(), SOFT_MS);
    const asked = upstream.requests.length;
    for (let again = 0; again < 20; again += 1) {
      expect(await answered(ask(), 0)).toMatchObject({ answer: { body: OLD }, cache: { detail: 'stale-if-error' } });
    }
    expect(upstream.requests).toHaveLength(asked);
    clock.advance(1000);
    const probe = ask();
    expect(await answered(ask(), 0)).toMatchObject({ answer: { body: OLD } });
    expect(await answered(probe, SOFT_MS)).toMatchObject({ answer: { body: OLD } });
    expect(upstream.requests).toHaveLength(asked + 1);
  });

  test('is still asked once a second if look-ups that never wait come before', async () => {
    const { clock, upstream, ask, answered } = await startSlow();
    for (let again = 0; again < 3; again += 1) await answered(ask(), SOFT_MS);
    clock.advance(1000);
    const asked = upstream.requests.length;
    expect(await answered(ask({}, { onlyIfCached: true }), 0)).toMatchObject({ answer: { kind: 'not-cached' } });
    upstream.takesMs = 100;
    expect(await answered(ask(), 100)).toMatchObject({ answer: { body: NEW }, cache: { isStored: true } });
    expect(upstream.requests).toHaveLength(asked + 1);
  });

  test('is remembered after an answer that took longer than a stale entry waits', async () => {
    const { upstream, ask, answered } = await startSlow();
    for (let again = 0; again < 3; again += 1) await answered(ask(), SOFT_MS);
    expect(await answered(ask({}, { noStore: true }), 700)).toMatchObject({ answer: { body: NEW } });
    const asked = upstream.requests.length;
    expect(await answered(ask(), 0)).toMatchObject({ answer: { body: OLD }, cache: { detail: 'stale-if-error' } });
    expect(upstream.requests).toHaveLength(asked);
  });

  test('is still asked first if an event marked the entry', async () => {
    const { clock, store, upstream, ask, answered } = await startSlow();
    for (let again = 0; again < 3; again += 1) await answered(ask(), SOFT_MS);
    const [name = ''] = [...store.items.keys()];
    await store.markStale(JSON.parse(name), clock.now());
    const asked = upstream.requests.length;
    expect(await answered(ask(), SOFT_MS)).toMatchObject({ answer: { body: OLD } });
    expect(upstream.requests).toHaveLength(asked + 1);
  });

  test('is waited for again once it answers in time', async () => {
    const { clock, upstream, ask, answered } = await startSlow();
    for (let again = 0; again < 3; again += 1) await answered(ask(), SOFT_MS);
    clock.advance(1000);
    upstream.takesMs = 100;
    expect(await answered(ask(), 100)).toMatchObject({ answer: { body: NEW }, cache: { isStored: true } });
    clock.advance(LONG_STALE_MS);
    expect(await answered(ask(), 100)).toMatchObject({ answer: { body: NEW }, cache: { isStored: true } });
  });

  test('still counts while look-ups go on: a revalidation waits until the look-ups give up their fetch, and then asks', async () => {
    const { clock, upstream, ask, answered, revalidate } = await startSlow();
    await answered(ask(), SOFT_MS);
    // The next look-up holds the lease when the revalidation comes.
    const next = ask();
    await clock.run(100);
    const revalidation = revalidate();
    await clock.run(3000);
    expect(await next).toMatchObject({ answer: { body: OLD }, cache: { detail: 'stale-if-error' } });
    expect(await revalidation).toMatchObject({ answer: { body: NEW }, cache: { status: 'forward', isStored: true } });
    expect(await ask()).toMatchObject({ answer: { body: NEW }, cache: { status: 'hit', detail: undefined } });
    expect(upstream.requests).toHaveLength(4);
  });

  test.each([25, 110, 150, 230, 350])('still counts for a marked entry with a look-up each %d ms', async (everyMs) => {
    const { clock, store, upstream, instance, answered, revalidate, ask } = await startSlow();
    upstream.outcome = found(OLD);
    upstream.takesMs = 2000;
    const tills = [1, 2, 3, 4].map(() => instance().ask);
    // The instances know that a fetch takes two seconds. The leases of look-ups that give up end sooner.
    for (const till of tills) await answered(till({}, { noCache: true }));
    upstream.outcome = found(NEW);
    const [name = ''] = [...store.items.keys()];
    await store.markStale(JSON.parse(name), clock.now());
    await answered(ask(), SOFT_MS);
    // The first of these look-ups has the lease when the revalidation comes.
    const asked: (Promise<unknown> | undefined)[] = [tills[0]?.()];
    await clock.run(7);
    const revalidation = revalidate();
    for (let count = 1; count * everyMs < 6000; count += 1) {
      asked.push(tills[count % 4]?.());
      await clock.run(everyMs);
    }
    expect(await revalidation).toMatchObject({ answer: { body: NEW }, cache: { status: 'forward', isStored: true } });
    await answered(Promise.all(asked));
  });

  test('causes no hold-back: a fetch that was given up is not a failed revalidation', async () => {
    const { clock, ask, answered, mark } = await startSlow();
    await answered(ask(), SOFT_MS);
    expect(mark()).toMatchObject({ backoffMs: 0, until: clock.now() + 10_000 });
  });

  test('keeps the hold-back of a revalidation that really failed', async () => {
    const { clock, upstream, ask, answered, revalidate, mark, revalidator } = await startSlow();
    await answered(ask(), SOFT_MS);
    upstream.outcome = DOWN;
    upstream.takesMs = 0;
    await revalidate();
    expect(mark()).toEqual({ until: clock.now() + 10_000, backoffMs: 10_000 });
    const held = mark();
    upstream.outcome = found(NEW);
    upstream.takesMs = 700;
    expect(await answered(ask(), SOFT_MS)).toMatchObject({ isRevalidationAsked: false });
    expect(mark()).toEqual(held);
    clock.advance(10_000);
    expect(await answered(ask(), SOFT_MS)).toMatchObject({ isRevalidationAsked: true });
    expect(mark()).toMatchObject({ backoffMs: 10_000 });
    expect(revalidator.requests).toHaveLength(1);
  });

  test('only a failed revalidation holds back the next: a look-up that fails does not', async () => {
    const { upstream, ask, mark } = await startSlow();
    upstream.outcome = DOWN;
    upstream.takesMs = 0;
    expect(await ask()).toMatchObject({ answer: { body: OLD }, maskedFailure: 'connection' });
    expect(mark()).toBeUndefined();
  });

  test('look-ups that waited for the one that gave up are answered with their stale entry', async () => {
    const { upstream, revalidator, ask, clock } = await startSlow();
    const all = [ask(), ask(), ask()];
    await clock.run(3000);
    for (const result of await Promise.all(all)) expect(result).toMatchObject({ answer: { body: OLD } });
    expect(upstream.requests).toHaveLength(2);
    expect(revalidator.requests).toHaveLength(1);
  });

  test('N64: the soft timeout counts from the start of the look-up, whatever it waited for first', async () => {
    const { clock, store, upstream, revalidator, ask } = await startSlow();
    const slowRead = store.hold('read', 'before');
    const startedAt = clock.now();
    let tookMs = 0;
    const asked = ask().then((result) => {
      tookMs = clock.now() - startedAt;
      return result;
    });
    await clock.run(400);
    await slowRead.release();
    await clock.run(3000);
    expect(await asked).toMatchObject({ answer: { body: OLD }, cache: { detail: 'stale-if-error' } });
    expect(tookMs).toBe(SOFT_MS);
    expect(upstream.requests).toHaveLength(2);
    expect(revalidator.requests).toHaveLength(1);
  });

  test('a late store does not end the soft timeout: the upstream is asked first', async () => {
    const { clock, store, upstream, ask } = await startSlow();
    upstream.takesMs = 50;
    const { takeLease, read } = store;
    // Another write was first, and the read that would show its look-up is late.
    store.takeLease = async () => {
      store.takeLease = takeLease;
      store.read = async () => {
        store.read = read;
        await clock.sleep(DEFAULT_POLICY.storeTimeoutMs);
        throw new StoreUnavailableError('TimeoutError', { trouble: 'late' });
      };
      return false;
    };
    const asked = ask();
    await clock.run(SOFT_MS);
    expect(await asked).toMatchObject({ answer: { body: NEW }, cache: { status: 'forward' } });
    expect(upstream.requests).toHaveLength(2);
  });

  test('a look-up that gets the item after the soft timeout asks for a revalidation, and nothing else', async () => {
    const { clock, store, upstream, revalidator, ask } = await startSlow();
    const slowRead = store.hold('read', 'before');
    const asked = ask();
    await clock.run(SOFT_MS);
    await slowRead.release();
    await clock.run(0);
    expect(await asked).toMatchObject({ answer: { body: OLD }, isRevalidationAsked: true, upstreamCall: undefined });
    expect(upstream.requests).toHaveLength(1);
    expect(revalidator.requests).toHaveLength(1);
  });
});

describe('B9: a revalidation that cannot be asked for', () => {
  test.each([
    ['after a fetch that was given up', LONG_STALE_MS, SOFT_MS],
    ['while a stale entry is served', freshForMs, 0],
  ])('takes its mark back, and is counted: %s', async (_title, ageMs, takesMs) => {
    const { clock, store, upstream, revalidator, ask } = startFleet();
    upstream.outcome = found(OLD);
    await ask();
    clock.advance(ageMs);
    upstream.takesMs = 700;
    revalidator.isReached = false;
    const asked = ask();
    await clock.run(takesMs);
    expect(await asked).toMatchObject({ answer: { body: OLD }, isRevalidationAsked: false, isRevalidationLost: true });
    expect([...store.items.values()]).toMatchObject([{ revalidation: undefined }]);
    revalidator.isReached = true;
    const next = ask();
    await clock.run(takesMs);
    expect(await next).toMatchObject({ isRevalidationAsked: true, isRevalidationLost: false });
  });
});
