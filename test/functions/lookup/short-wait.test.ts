import { describe, expect, test } from '@jest/globals';
import { NO_DIRECTIVES, type RequestDirectives } from '../../../functions/lookup/directives.ts';
import type { LookupPolicy } from '../../../functions/lookup/lookup-policy.ts';
import { StoreUnavailableError } from '../../../functions/lookup/store-unavailable-error.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found, said } from '../../support/scripted-upstream.ts';

// Tests a caller with a short wait (`Prefer: wait`). The upstream takes two seconds.

const WAIT_MS = 400;
const UPSTREAM_MS = 2000;
const OLD = '{"id":1,"profiles":[{"firstName":"Old"}]}';
const NEW = '{"id":1,"profiles":[{"firstName":"New"}]}';
const { freshForMs, staleWhileRevalidateMs, staleIfErrorMs } = DEFAULT_POLICY.windows;
const LONG_STALE_MS = freshForMs + staleWhileRevalidateMs;
const PENDING = { answer: { kind: 'pending' }, cache: { status: 'forward', reason: 'miss', isStored: false } };

/** A fleet whose revalidations run, at once and on an instance of their own. */
function startWaiting(policy: Partial<LookupPolicy> = {}) {
  const fleet = startFleet({ policy });
  const { clock, store, upstream, revalidator, instance } = fleet;
  upstream.takesMs = UPSTREAM_MS;
  upstream.outcome = found(NEW);
  const background = instance();
  let delayMs = 5;
  revalidator.revalidate = async (request) => {
    revalidator.requests.push(request);
    if (!revalidator.isReached) return false;
    clock
      .sleep(delayMs)
      .then(() => background.lookup(request, { ...NO_DIRECTIVES, minFreshMs: 0 }, 'revalidate'))
      .catch(() => undefined);
    return true;
  };
  /** Asks, and returns how long it took. */
  const ask = async (waitMs: number | undefined, directives: Partial<RequestDirectives> = {}, by = fleet) => {
    const startedAt = clock.now();
    const result = await by.ask({}, directives, DEFAULT_READING, 'answer', { waitMs });
    return { ...result, tookMs: clock.now() - startedAt };
  };
  const answered = async <T>(asked: Promise<T>, ms = 8000): Promise<T> => {
    await clock.run(ms);
    return asked;
  };
  /** Fills the cache quickly, with the old profile. */
  const fill = async () => {
    upstream.takesMs = 0;
    upstream.outcome = found(OLD);
    await ask(undefined);
    upstream.takesMs = UPSTREAM_MS;
    upstream.outcome = found(NEW);
    upstream.requests.length = 0;
  };
  const late = (ms: number) => {
    delayMs = ms;
  };
  return { ...fleet, store, background, ask, answered, fill, late };
}

describe('a cold customer, an upstream that takes two seconds', () => {
  test.each([0, 1, 50, 400, 1999])('a caller that waits for %d ms is told "pending" then', async (waitMs) => {
    const { ask, answered } = startWaiting();
    const result = await answered(ask(waitMs));
    expect(result).toMatchObject({ ...PENDING, isRevalidationAsked: true, upstreamCall: undefined });
    expect(result.tookMs).toBe(waitMs);
  });

  test('the fetch continues: the next request is a hit, after one upstream call', async () => {
    const { ask, answered, clock, upstream } = startWaiting();
    await answered(ask(WAIT_MS), WAIT_MS);
    await clock.run(UPSTREAM_MS);
    expect(await ask(WAIT_MS)).toMatchObject({ answer: { body: NEW }, cache: { status: 'hit' }, tookMs: 0 });
    expect(upstream.requests).toHaveLength(1);
  });

  test('an answer within the wait is served like the fetch of another look-up', async () => {
    const { ask, answered, upstream } = startWaiting();
    upstream.takesMs = 200;
    const { tookMs, ...result } = await answered(ask(WAIT_MS));
    expect(result).toMatchObject({ answer: { body: NEW }, cache: { status: 'collapsed', reason: 'miss' } });
    expect(result).toMatchObject({ isRevalidationAsked: true, isRevalidationLost: false });
    expect(tookMs).toBeLessThan(WAIT_MS);
    expect(upstream.requests).toHaveLength(1);
  });

  test.each([0, 100, 400])(
    'each of many callers on four instances is told after %d ms; one call, one invocation',
    async (waitMs) => {
      const { answered, ask, instance, upstream, revalidator, clock } = startWaiting();
      const fleet = [0, 120, -120, 60].map((aheadMs) => instance(aheadMs));
      const asked = Array.from({ length: 40 }, async (_, index) => {
        await clock.sleep(index);
        return ask(waitMs, {}, { ...startFleet(), ...fleet[index % 4]! });
      });
      const results = await answered(Promise.all(asked));
      for (const { answer, tookMs } of results) {
        expect(answer.kind).toBe('pending');
        expect(tookMs).toBeLessThanOrEqual(waitMs);
      }
      expect(upstream.requests).toHaveLength(1);
      expect(revalidator.requests).toHaveLength(1);
    },
  );

  test('each is told within 60 ms of its wait, if each call of the store takes 6 ms', async () => {
    const { answered, ask, instance, upstream, store, clock } = startWaiting();
    for (const name of ['read', 'takeLease', 'markRevalidation', 'readPause', 'addToIndex', 'writeEntry'] as const) {
      const apply = store[name].bind(store) as (...given: unknown[]) => Promise<unknown>;
      Object.assign(store, {
        [name]: async (...given: unknown[]) => {
          await clock.sleep(6);
          return apply(...given);
        },
      });
    }
    const fleet = [0, 120, -120, 60].map((aheadMs) => instance(aheadMs));
    const asked = Array.from({ length: 100 }, async (_, index) => {
      await clock.sleep(15 * index);
      return ask(WAIT_MS, {}, { ...startFleet(), ...fleet[index % 4]! });
    });
    const results = await answered(Promise.all(asked));
    expect(results.every(({ answer }) => answer.kind === 'pending')).toBe(true);
    expect(Math.max(...results.map(({ tookMs }) => tookMs))).toBeLessThanOrEqual(WAIT_MS + 60);
    expect(upstream.requests).toHaveLength(1);
  });

  test('a short wait joins a fetch in progress for a caller that waits', async () => {
    const { ask, answered, clock, upstream, revalidator } = startWaiting();
    const first = ask(undefined);
    await clock.run(10);
    const [patient, hasty] = await answered(Promise.all([first, ask(WAIT_MS)]));
    expect(patient).toMatchObject({ answer: { body: NEW }, cache: { status: 'forward', isStored: true } });
    expect(hasty).toMatchObject({ ...PENDING, tookMs: WAIT_MS, isRevalidationAsked: false });
    expect([upstream.requests.length, revalidator.requests.length]).toEqual([1, 0]);
  });

  test('a caller that waits for as long as a lease lasts gets its own fetch', async () => {
    const { ask, answered, revalidator } = startWaiting();
    const result = await answered(ask(DEFAULT_POLICY.leaseMs));
    expect(result).toMatchObject({ answer: { body: NEW }, cache: { status: 'forward', isStored: true } });
    expect(revalidator.requests).toEqual([]);
  });

  test('a caller that waited for a lease that lapsed hands its fetch over', async () => {
    const { ask, answered, store, upstream } = startWaiting();
    store.failing.add('writeEntry');
    store.failing.add('endLease');
    upstream.takesMs = 0;
    await ask(undefined);
    store.failing.clear();
    upstream.takesMs = UPSTREAM_MS;
    const result = await answered(ask(4000));
    expect(result).toMatchObject({ answer: { kind: 'pending' }, tookMs: 4000 });
  });
});

describe('the answer of a fetch that was handed over', () => {
  test('fails at once: the caller fails as it does', async () => {
    const { ask, answered, upstream } = startWaiting();
    upstream.takesMs = 0;
    upstream.outcome = { kind: 'failed', failure: 'connection' };
    const result = await answered(ask(WAIT_MS));
    expect(result).toMatchObject({ answer: { kind: 'failed', failure: 'connection' }, cache: { status: 'collapsed' } });
    expect(result.tookMs).toBeLessThan(WAIT_MS);
    expect(upstream.requests).toHaveLength(1);
  });

  test('failed: the next caller asks again at once', async () => {
    const { ask, answered, upstream, clock } = startWaiting();
    upstream.takesMs = 0;
    upstream.outcome = { kind: 'failed', failure: 'connection' };
    await answered(ask(WAIT_MS), WAIT_MS);
    upstream.outcome = found(NEW);
    upstream.takesMs = 100;
    expect(await answered(ask(WAIT_MS))).toMatchObject({ answer: { body: NEW } });
    await clock.run(1);
    expect(upstream.requests).toHaveLength(2);
  });

  test.each([
    ['erased', said('erased', 8015)],
    ['refused', said('refused', 618)],
    ['incomplete', found(NEW, { isComplete: false })],
  ])('is not stored (%s): a caller that asks again is not told "pending" for ever', async (_title, outcome) => {
    const { ask, answered, upstream, clock } = startWaiting();
    upstream.outcome = outcome;
    expect(await answered(ask(WAIT_MS), WAIT_MS)).toMatchObject(PENDING);
    await clock.run(UPSTREAM_MS);
    expect((await answered(ask(WAIT_MS))).answer.kind).toBe(outcome.kind);
    expect(upstream.requests).toHaveLength(2);
  });

  test('is "not found": the next request is a hit', async () => {
    const { ask, answered, upstream } = startWaiting();
    upstream.outcome = said('not-found', 8015);
    await answered(ask(WAIT_MS), UPSTREAM_MS + WAIT_MS);
    expect(await ask(WAIT_MS)).toMatchObject({ answer: { kind: 'not-found' }, cache: { status: 'hit' } });
  });

  test('is purged: later answers come from later fetches', async () => {
    const { ask, answered, store, upstream, clock } = startWaiting();
    const first = ask(WAIT_MS);
    await clock.run(WAIT_MS);
    expect(await first).toMatchObject(PENDING);
    store.items.clear();
    await clock.run(UPSTREAM_MS);
    expect(await answered(ask(WAIT_MS), WAIT_MS)).toMatchObject(PENDING);
    expect(upstream.requests).toHaveLength(2);
  });
});

describe('a hand-over', () => {
  test('that fails: the caller waits without a limit, and the mark is taken back', async () => {
    const { ask, answered, revalidator, store } = startWaiting();
    revalidator.isReached = false;
    const result = await answered(ask(WAIT_MS));
    expect(result).toMatchObject({
      answer: { body: NEW },
      cache: { status: 'forward', reason: 'miss', isStored: true },
      isRevalidationAsked: false,
      isRevalidationLost: true,
      tookMs: UPSTREAM_MS,
    });
    expect(store.calls).toContain('takeBackMark');
  });

  test('that comes late is requested once more after two seconds; there is still one call', async () => {
    const { ask, answered, late, revalidator, upstream } = startWaiting();
    late(3000);
    expect(await answered(ask(WAIT_MS), 1000)).toMatchObject(PENDING);
    expect(await answered(ask(WAIT_MS), 1500)).toMatchObject(PENDING);
    expect(revalidator.requests).toHaveLength(1);
    expect(await answered(ask(WAIT_MS), 8000)).toMatchObject(PENDING);
    expect(revalidator.requests).toHaveLength(2);
    expect(upstream.requests).toHaveLength(1);
  });

  test.each(['throttled', 'late'] as const)('to a store with marks that are %s: the caller waits', async (trouble) => {
    const { ask, answered, store, upstream } = startWaiting();
    store.failing.add('markRevalidation');
    store.failure = { reason: trouble, trouble };
    expect(await answered(ask(WAIT_MS))).toMatchObject({ answer: { body: NEW } });
    expect(upstream.requests).toHaveLength(1);
  });

  test('with a mark that the store did not confirm is still requested', async () => {
    const { ask, answered, store, revalidator } = startWaiting();
    const mark = store.markRevalidation.bind(store);
    let isFirst = true;
    store.markRevalidation = async (...parameters) => {
      const isMarked = await mark(...parameters);
      if (!isFirst) return isMarked;
      isFirst = false;
      store.failing.add('markRevalidation');
      store.failure = { reason: 'throttled', trouble: 'throttled' };
      return mark(...parameters).finally(() => store.failing.clear());
    };
    expect(await answered(ask(WAIT_MS))).toMatchObject({ ...PENDING, tookMs: WAIT_MS });
    expect(revalidator.requests).toHaveLength(1);
  });

  test('with a mark that is written late, after the look-up sent it again, is still requested', async () => {
    const { ask, answered, store, clock, revalidator } = startWaiting();
    const mark = store.markRevalidation.bind(store);
    const sent: Parameters<typeof mark>[] = [];
    store.markRevalidation = async (...parameters) => {
      const [first] = sent;
      sent.push(parameters);
      if (first === undefined) {
        // Meanwhile the store answers the instance: it is late, and not down.
        await clock.sleep(50);
        await ask(undefined, { onlyIfCached: true });
        throw new StoreUnavailableError('TimeoutError', { trouble: 'late' });
      }
      if (sent.length === 2) await mark(...first);
      return mark(...parameters);
    };
    expect(await answered(ask(WAIT_MS))).toMatchObject({ ...PENDING, tookMs: WAIT_MS });
    expect(sent).toHaveLength(2);
    expect(revalidator.requests).toHaveLength(1);
  });

  test('to a store that is down: the caller waits, and bypasses the cache', async () => {
    const { ask, answered, store } = startWaiting();
    store.failing.add('read');
    expect(await answered(ask(WAIT_MS))).toMatchObject({ answer: { body: NEW }, cache: { reason: 'bypass' } });
  });

  test('without a cache: the caller waits', async () => {
    const { ask, clock, upstream } = startFleet({ isCacheOn: false });
    upstream.takesMs = UPSTREAM_MS;
    const asked = ask({}, {}, DEFAULT_READING, 'answer', { waitMs: 0 });
    await clock.run(UPSTREAM_MS);
    expect(await asked).toMatchObject({ answer: { kind: 'found' }, cache: { reason: 'bypass' } });
  });

  test('does not happen for a revalidation, whatever its payload says: it is the fetch', async () => {
    const { ask, clock, upstream, revalidator } = startFleet();
    upstream.takesMs = UPSTREAM_MS;
    const asked = ask({}, {}, DEFAULT_READING, 'revalidate', { waitMs: 0 });
    await clock.run(UPSTREAM_MS);
    expect(await asked).toMatchObject({ answer: { kind: 'found' } });
    expect(revalidator.requests).toEqual([]);
  });
});

describe('an entry', () => {
  test.each<[string, number, object]>([
    ['fresh', 1000, { cache: { status: 'hit', detail: undefined }, tookMs: 0 }],
    ['within stale-while-revalidate', freshForMs, { cache: { detail: 'stale-while-revalidate' }, tookMs: 0 }],
    ['long stale', LONG_STALE_MS, { cache: { detail: 'stale-if-error' }, tookMs: WAIT_MS, isRevalidationAsked: true }],
    ['too old', freshForMs + staleIfErrorMs, { answer: { kind: 'pending' }, tookMs: WAIT_MS }],
  ])('that is %s is the best answer within the wait', async (_title, ageMs, expected) => {
    const { ask, answered, clock, fill } = startWaiting();
    await fill();
    clock.advance(ageMs);
    expect(await answered(ask(WAIT_MS))).toMatchObject(expected);
  });

  test('that is long stale waits for the soft timeout at most', async () => {
    const { ask, answered, clock, fill } = startWaiting();
    await fill();
    clock.advance(LONG_STALE_MS);
    const result = await answered(ask(2000));
    expect(result).toMatchObject({ answer: { body: OLD }, tookMs: DEFAULT_POLICY.staleSoftTimeoutMs });
  });

  test('that callers with a short wait do not wait for does not make the upstream slow to others', async () => {
    const { ask, answered, clock, fill, upstream } = startWaiting();
    await fill();
    clock.advance(LONG_STALE_MS);
    upstream.takesMs = 300;
    upstream.outcome = { kind: 'failed', failure: 'server-error' };
    for (let times = 0; times < 4; times += 1) await answered(ask(10), 1000);
    upstream.outcome = found(NEW);
    clock.advance(60_000);
    expect(await answered(ask(undefined))).toMatchObject({ answer: { body: NEW } });
  });
});

// RFC 7240 §2: a preference that cannot be honoured is ignored. The caller then waits for as long as it takes.
describe('a short wait beside Cache-Control', () => {
  type Answered = 'found' | 'pending' | 'not-cached' | 'failed';
  test.each<[string, Partial<RequestDirectives>, 'none' | 'fresh' | 'long stale', Answered, number]>([
    ['no-cache', { noCache: true }, 'none', 'found', UPSTREAM_MS],
    ['no-cache', { noCache: true }, 'fresh', 'found', UPSTREAM_MS],
    ['no-store', { noStore: true }, 'none', 'found', UPSTREAM_MS],
    ['no-store', { noStore: true }, 'fresh', 'found', 0],
    ['only-if-cached', { onlyIfCached: true }, 'none', 'not-cached', 0],
    ['only-if-cached', { onlyIfCached: true }, 'fresh', 'found', 0],
    ['max-age=0', { maxAgeMs: 0 }, 'none', 'found', UPSTREAM_MS],
    ['max-age=0', { maxAgeMs: 0 }, 'fresh', 'found', UPSTREAM_MS],
    ['max-age=5', { maxAgeMs: 5000 }, 'none', 'pending', WAIT_MS],
    ['max-age=5', { maxAgeMs: 5000 }, 'fresh', 'found', UPSTREAM_MS],
    ['max-age=5', { maxAgeMs: 5000 }, 'long stale', 'found', WAIT_MS],
    ['min-fresh=60', { minFreshMs: 60_000 }, 'none', 'pending', WAIT_MS],
    ['min-fresh=299', { minFreshMs: 299_000 }, 'fresh', 'found', UPSTREAM_MS],
    ['min-fresh=300', { minFreshMs: 300_000 }, 'none', 'found', UPSTREAM_MS],
    ['max-stale', { maxStaleMs: Number.POSITIVE_INFINITY }, 'none', 'pending', WAIT_MS],
    ['max-stale', { maxStaleMs: Number.POSITIVE_INFINITY }, 'long stale', 'found', 0],
    ['stale-if-error=0', { staleIfErrorMs: 0 }, 'long stale', 'pending', WAIT_MS],
  ])('%s, entry: %s %s: %s after %d ms', async (_name, directives, entry, kind, tookMs) => {
    const { ask, answered, clock, fill } = startWaiting();
    if (entry !== 'none') await fill();
    clock.advance(entry === 'long stale' ? LONG_STALE_MS : 10_000);
    const result = await answered(ask(WAIT_MS, directives));
    expect([result.answer.kind, result.tookMs]).toEqual([kind, tookMs]);
  });

  test('max-age that the fetched answer does not meet: a caller that asks again waits for an answer', async () => {
    const { ask, answered, clock, upstream } = startWaiting();
    expect(await answered(ask(WAIT_MS, { maxAgeMs: 1000 }), WAIT_MS)).toMatchObject(PENDING);
    await clock.run(UPSTREAM_MS);
    const result = await answered(ask(WAIT_MS, { maxAgeMs: 1000 }));
    expect(result).toMatchObject({ answer: { kind: 'found' }, cache: { status: 'forward', reason: 'request' } });
    expect(upstream.requests).toHaveLength(2);
  });
});

test('without a wait nothing is handed over, and nothing is pending', async () => {
  const { ask, answered, revalidator, store } = startWaiting();
  expect(await answered(ask(undefined))).toMatchObject({ answer: { kind: 'found' }, tookMs: UPSTREAM_MS });
  expect(revalidator.requests).toEqual([]);
  expect(store.calls).toEqual(['read', 'takeLease', 'readPause', 'addToIndex', 'writeEntry']);
});
