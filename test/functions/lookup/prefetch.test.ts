import { describe, expect, test } from '@jest/globals';
import { NO_DIRECTIVES, type RequestDirectives } from '../../../functions/lookup/directives.ts';
import type { LookupPurpose } from '../../../functions/lookup/lookup-policy.ts';
import { PrefetchesUsed } from '../../../functions/lookup/prefetches-used.ts';
import { DEFAULT_POLICY, startFleet } from '../../support/fleet.ts';
import { DEFAULT_READING } from '../../support/request-reading.ts';
import { found, said } from '../../support/scripted-upstream.ts';

// A caller that expects a look-up soon (`Prefer: respond-async`). The upstream takes two seconds.

const UPSTREAM_MS = 2000;
const OLD = '{"id":1,"profiles":[{"firstName":"Old"}]}';
const NEW = '{"id":1,"profiles":[{"firstName":"New"}]}';
const { freshForMs, staleWhileRevalidateMs } = DEFAULT_POLICY.windows;
const LONG_STALE_MS = freshForMs + staleWhileRevalidateMs;
const AGES = { none: 0, fresh: 10_000, 'just stale': freshForMs, 'long stale': LONG_STALE_MS };

/** A fleet whose revalidations run at once, on an instance of their own. */
function startPrefetching() {
  const fleet = startFleet();
  const { clock, upstream, revalidator, instance } = fleet;
  upstream.takesMs = UPSTREAM_MS;
  upstream.outcome = found(NEW);
  const background = instance();
  const asked: boolean[] = [];
  revalidator.revalidate = async (request, { isForPrefetch } = { isForPrefetch: false }) => {
    asked.push(isForPrefetch);
    if (!revalidator.isReached) return false;
    background
      .lookup(request, { ...NO_DIRECTIVES, minFreshMs: 0 }, 'revalidate', undefined, { isForPrefetch })
      .catch(() => undefined);
    return true;
  };
  const timed = async <T>(asking: Promise<T>) => {
    const startedAt = clock.now();
    const result = await asking;
    return { ...result, tookMs: clock.now() - startedAt };
  };
  const prefetch = (directives: Partial<RequestDirectives> = {}, by = fleet.ask) =>
    timed(by({}, directives, DEFAULT_READING, 'prefetch'));
  const lookUp = (by = fleet.ask) => timed(by());
  const answered = async <T>(asking: Promise<T>, ms = 8000): Promise<T> => {
    await clock.run(ms);
    return asking;
  };
  const fill = async () => {
    upstream.takesMs = 0;
    upstream.outcome = found(OLD);
    await fleet.ask();
    upstream.takesMs = UPSTREAM_MS;
    upstream.outcome = found(NEW);
    upstream.requests.length = 0;
  };
  return { ...fleet, asked, prefetch, lookUp, answered, fill };
}

describe('a prefetch', () => {
  test('is answered at once, and the next look-up is a hit', async () => {
    const { prefetch, lookUp, clock, upstream, asked } = startPrefetching();
    expect(await prefetch()).toMatchObject({
      answer: { kind: 'pending', isPrefetch: true },
      cache: { status: 'forward', reason: 'miss', isStored: false },
      isRevalidationAsked: true,
      upstreamCall: undefined,
      tookMs: 0,
    });
    await clock.run(UPSTREAM_MS);
    expect(await lookUp()).toMatchObject({ answer: { body: NEW }, cache: { status: 'hit' }, tookMs: 0 });
    expect([upstream.requests.length, asked]).toEqual([1, [true]]);
  });

  test('fetches once, even if many callers ask on many instances', async () => {
    const { prefetch, answered, instance, upstream, asked } = startPrefetching();
    const instances = [0, 120, -120, 60].map((aheadMs) => instance(aheadMs));
    const all = Array.from({ length: 40 }, (_, index) => prefetch({}, instances[index % 4]?.ask));
    for (const { answer, tookMs } of await answered(Promise.all(all))) {
      expect([answer.kind, tookMs]).toEqual(['pending', 0]);
    }
    expect([upstream.requests.length, asked.length]).toEqual([1, 1]);
  });

  test('joins a fetch in progress, and a look-up joins the fetch of a prefetch', async () => {
    const { prefetch, lookUp, answered, clock, upstream, asked } = startPrefetching();
    const first = lookUp();
    await clock.run(10);
    expect(await prefetch()).toMatchObject({ answer: { kind: 'pending' }, isRevalidationAsked: false, tookMs: 0 });
    await answered(first);
    expect([upstream.requests.length, asked]).toEqual([1, []]);
    const other = startPrefetching();
    await other.prefetch();
    await other.clock.run(10);
    expect(await other.answered(other.lookUp())).toMatchObject({ cache: { status: 'collapsed' } });
    expect(other.upstream.requests).toHaveLength(1);
  });

  test.each<[string, number, object, number]>([
    ['fresh: nothing is fetched', 1000, { cache: { status: 'hit' }, isRevalidationAsked: false }, 0],
    ['just stale', freshForMs, { cache: { status: 'forward', reason: 'stale' }, isRevalidationAsked: true }, 1],
    ['long stale', LONG_STALE_MS, { cache: { status: 'forward', reason: 'stale' }, isRevalidationAsked: true }, 1],
  ])('of an entry that is %s', async (_title, ageMs, expected, calls) => {
    const { prefetch, clock, fill, upstream } = startPrefetching();
    await fill();
    clock.advance(ageMs);
    expect(await prefetch()).toMatchObject({ answer: { kind: 'pending' }, tookMs: 0, ...expected });
    await clock.run(UPSTREAM_MS);
    expect(upstream.requests).toHaveLength(calls);
  });

  test('of a fresh "not found" fetches nothing', async () => {
    const { prefetch, answered, ask, upstream } = startPrefetching();
    upstream.outcome = said('not-found', 8015);
    await answered(ask());
    expect(await prefetch()).toMatchObject({ answer: { kind: 'pending' }, cache: { status: 'hit' } });
    expect(upstream.requests).toHaveLength(1);
  });

  test('of an entry that an event marked fetches a newer one', async () => {
    const { prefetch, clock, fill, store, upstream } = startPrefetching();
    await fill();
    for (const [name, item] of store.items) {
      store.items.set(name, { ...item, entry: { ...item.entry!, staleFrom: clock.now() } });
    }
    expect(await prefetch()).toMatchObject({ answer: { kind: 'pending' }, isRevalidationAsked: true });
    await clock.run(UPSTREAM_MS);
    expect(upstream.requests).toHaveLength(1);
  });

  test.each<[string, number | undefined, object]>([
    [
      'and there is no entry: the look-up makes the fetch itself',
      undefined,
      { answer: { body: NEW }, tookMs: UPSTREAM_MS },
    ],
    ['and the entry is just stale: it is the answer', freshForMs, { answer: { body: OLD }, tookMs: 0 }],
    ['and the entry is long stale: it is the answer', LONG_STALE_MS, { answer: { body: OLD }, tookMs: 0 }],
  ])('that no function takes over, %s', async (_title, ageMs, expected) => {
    const { prefetch, answered, clock, fill, revalidator } = startPrefetching();
    if (ageMs !== undefined) await fill();
    clock.advance(ageMs ?? 0);
    revalidator.isReached = false;
    expect(await answered(prefetch())).toMatchObject(expected);
  });

  test('of a stale entry that is purged at that moment is still made: the prefetch reads again, and asks', async () => {
    const { prefetch, lookUp, clock, fill, store, upstream, asked } = startPrefetching();
    await fill();
    clock.advance(freshForMs);
    const gate = store.hold('markRevalidation', 'before');
    const prefetching = prefetch();
    await gate.reached;
    store.items.clear();
    await gate.release();
    expect(await prefetching).toMatchObject({ answer: { kind: 'pending' }, isRevalidationAsked: true });
    await clock.run(UPSTREAM_MS);
    expect(await lookUp()).toMatchObject({ answer: { body: NEW }, cache: { status: 'hit' }, tookMs: 0 });
    expect([upstream.requests.length, asked.length]).toEqual([1, 1]);
  });

  test.each(['down', 'late', 'throttled'] as const)(
    'of a stale entry is a look-up if its mark is %s',
    async (trouble) => {
      const { prefetch, clock, fill, store } = startPrefetching();
      await fill();
      clock.advance(freshForMs);
      store.failing.add('markRevalidation');
      store.failure = { reason: trouble, trouble };
      expect(await prefetch()).toMatchObject({
        answer: { body: OLD },
        isRevalidationAsked: false,
        isRevalidationLost: true,
      });
    },
  );

  // RFC 7240 §2: a preference that cannot be honoured is ignored.
  test.each<[string, Partial<RequestDirectives>, keyof typeof AGES, 'found' | 'pending' | 'not-cached', number]>([
    ['no-cache', { noCache: true }, 'fresh', 'found', 1],
    ['no-cache', { noCache: true }, 'none', 'found', 1],
    ['no-store', { noStore: true }, 'none', 'found', 1],
    ['no-store', { noStore: true }, 'fresh', 'pending', 0],
    ['only-if-cached', { onlyIfCached: true }, 'none', 'not-cached', 0],
    ['only-if-cached', { onlyIfCached: true }, 'fresh', 'found', 0],
    ['only-if-cached', { onlyIfCached: true }, 'just stale', 'found', 1],
    ['only-if-cached', { onlyIfCached: true }, 'long stale', 'not-cached', 0],
    ['only-if-cached, max-stale', { onlyIfCached: true, maxStaleMs: LONG_STALE_MS }, 'long stale', 'found', 0],
    ['max-age=0', { maxAgeMs: 0 }, 'none', 'found', 1],
    ['max-age=60', { maxAgeMs: 60_000 }, 'none', 'pending', 1],
    ['max-age=60', { maxAgeMs: 60_000 }, 'fresh', 'pending', 0],
    ['max-age=1', { maxAgeMs: 1000 }, 'fresh', 'found', 1],
  ])('beside %j %j, entry: %s: %s, and %d calls', async (_name, directives, entry, kind, calls) => {
    const { prefetch, answered, clock, fill, upstream } = startPrefetching();
    if (entry !== 'none') await fill();
    clock.advance(AGES[entry]);
    expect((await answered(prefetch(directives))).answer.kind).toBe(kind);
    expect(upstream.requests).toHaveLength(calls);
  });

  test('without an answer of the store is a look-up', async () => {
    const { prefetch, answered, store } = startPrefetching();
    store.failing.add('read');
    expect(await answered(prefetch())).toMatchObject({ answer: { kind: 'found' }, cache: { reason: 'bypass' } });
  });
});

describe('an entry that a prefetch fetched', () => {
  test('is counted when it is first served, once on each instance, and costs a hit one read', async () => {
    const { prefetch, lookUp, clock, instance, store } = startPrefetching();
    await prefetch();
    await clock.run(UPSTREAM_MS);
    expect(store.entries).toMatchObject([{ isPrefetched: true }]);
    expect(await prefetch()).not.toHaveProperty('isPrefetchUsed');
    store.calls.length = 0;
    expect(await lookUp()).toMatchObject({ isPrefetchUsed: true });
    expect(store.calls).toEqual(['read']);
    expect(await lookUp()).not.toHaveProperty('isPrefetchUsed');
    expect(await lookUp(instance().ask)).toMatchObject({ isPrefetchUsed: true });
  });

  test('is not counted if a look-up fetched it, or a revalidation for a stale hit', async () => {
    const { lookUp, answered, clock, asked, store } = startPrefetching();
    await answered(lookUp());
    expect(await lookUp()).not.toHaveProperty('isPrefetchUsed');
    clock.advance(freshForMs);
    await answered(lookUp());
    expect(asked).toEqual([false]);
    expect(store.entries[0]).not.toHaveProperty('isPrefetched');
    expect(await lookUp()).not.toHaveProperty('isPrefetchUsed');
  });

  test.each<[LookupPurpose]>([['revalidate'], ['audit']])(
    'is not counted if no prefetch asked for it: %s',
    async (purpose) => {
      const { ask, lookUp, answered } = startPrefetching();
      await answered(ask({}, {}, DEFAULT_READING, purpose));
      expect(await lookUp()).not.toHaveProperty('isPrefetchUsed');
    },
  );

  test('is not counted if the caller of the prefetch got it as its answer, because no function took over', async () => {
    const { prefetch, lookUp, answered, revalidator } = startPrefetching();
    revalidator.isReached = false;
    expect(await answered(prefetch())).toMatchObject({ answer: { body: NEW } });
    expect(await lookUp()).not.toHaveProperty('isPrefetchUsed');
  });

  test('is known by its key and its age; the oldest one is forgotten after a thousand', () => {
    const used = new PrefetchesUsed();
    const key = (n: number) => ({ partition: `p${n}`, variant: 'v' });
    const entry = { isPrefetched: true, askedAt: 1 } as const;
    expect(used.noteUse(key(0), { askedAt: 1 })).toBe(false);
    expect([used.noteUse(key(0), entry), used.noteUse(key(0), entry)]).toEqual([true, false]);
    expect(used.noteUse(key(0), { ...entry, askedAt: 2 })).toBe(true);
    for (let n = 1; n < 999; n += 1) used.noteUse(key(n), entry);
    expect(used.noteUse(key(0), entry)).toBe(false);
    used.noteUse(key(999), entry);
    expect([used.noteUse(key(999), entry), used.noteUse(key(0), entry)]).toEqual([false, true]);
  });
});
