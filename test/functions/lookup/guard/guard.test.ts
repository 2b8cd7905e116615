import { describe, expect, test } from '@jest/globals';
import { Guard } from '../../../../functions/lookup/guard/guard.ts';
import { LOOKUPS_TOGETHER } from '../../../../functions/lookup/guard/pending.ts';
import type { LookupResult } from '../../../../functions/lookup/lookup-result.ts';
import type { StoreTrouble } from '../../../../functions/lookup/store-unavailable-error.ts';
import { PLAIN_FACTS } from '../../../support/lookup-results.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { MemoryCallerCounts } from '../../../support/memory-caller-counts.ts';
import { fc } from '../../../support/properties.ts';

const LIMITS = { notFound: 20, sharePercent: 80 };
const STORE_TIMEOUT_MS = 150;
const MINUTES_10 = 600_000;
const CALLER = 'key a1b2c3d4e5';

const FORWARD = { status: 'forward', reason: 'miss', fwdStatus: 404, isStored: true } as const;
const HIT = { status: 'hit', ttlMs: 1000, detail: undefined } as const;
const resultOf = (kind: string, cache: object, more: object = {}) =>
  ({ ...PLAIN_FACTS, answer: { kind }, cache, ...more }) as unknown as LookupResult;

const RESULTS = {
  found: resultOf('found', FORWARD),
  hit: resultOf('found', HIT),
  nobody: resultOf('not-found', FORWARD),
  erased: resultOf('erased', FORWARD),
  'nobody, collapsed': resultOf('not-found', { status: 'collapsed' }),
  'nobody, a hit': resultOf('not-found', HIT),
  refused: resultOf('refused', FORWARD),
  failed: resultOf('failed', FORWARD),
  pending: resultOf('pending', { ...FORWARD, isStored: false }),
  'nobody, the store failing': resultOf('not-found', FORWARD, { storeFailure: 'TimeoutError' }),
};
type Came = keyof typeof RESULTS;

/** A fleet of guards over one store. */
function start({ instances = 1, limits = LIMITS } = {}) {
  const clock = new ManualClock();
  const store = new MemoryCallerCounts();
  const hash = (caller: string) => `hash of ${caller}`;
  const guards = Array.from(
    { length: instances },
    () => new Guard({ clock, store, limits, hash, storeTimeoutMs: STORE_TIMEOUT_MS }),
  );
  /** Makes a look-up, as the function does. Returns whether the caller got its answer. */
  const isAnswered = async (came: Came, { at = 0, caller = CALLER, leftMs = 5000 } = {}) => {
    const guard = guards[at % instances];
    if (guard === undefined) throw new Error('no instance');
    if (guard.refusedForMs(caller) !== undefined) return false;
    return (await guard.counted(caller, [RESULTS[came]], leftMs)) === undefined;
  };
  /** How many of this number of look-ups got an answer. */
  const answersTo = async (count: number, came: Came, options: Parameters<typeof isAnswered>[1] = {}) => {
    let answered = 0;
    for (let n = 0; n < count; n += 1) if (await isAnswered(came, { at: n, ...options })) answered += 1;
    return answered;
  };
  return { clock, store, guards, isAnswered, answersTo };
}

describe('a caller that tries numbers out', () => {
  test('is refused from the look-up on that exceeds the number, and is told for how long', async () => {
    const { answersTo, guards, clock } = start();
    clock.advance(MINUTES_10 - (clock.now() % MINUTES_10) + 1000);
    expect(await answersTo(100, 'nobody')).toBe(LIMITS.notFound + LOOKUPS_TOGETHER - 1);
    expect(guards[0]?.refusedForMs(CALLER)).toBe(MINUTES_10 - 1000);
  });

  test('is refused whatever it asks for, and is answered again when the window has passed', async () => {
    const { answersTo, guards, clock } = start();
    await answersTo(30, 'nobody');
    expect(await answersTo(3, 'hit')).toBe(0);
    const leftMs = guards[0]?.refusedForMs(CALLER) ?? 0;
    clock.advance(leftMs - 1);
    expect(guards[0]?.refusedForMs(CALLER)).toBe(1);
    clock.advance(1);
    expect(guards[0]?.refusedForMs(CALLER)).toBeUndefined();
    expect(await answersTo(20, 'nobody')).toBe(20);
  });

  test('is refused on each instance after its next look-up there that finds no customer', async () => {
    const { answersTo, isAnswered } = start({ instances: 3 });
    await answersTo(30, 'nobody', { at: 0 });
    expect(await isAnswered('hit', { at: 1 })).toBe(true);
    expect(await isAnswered('found', { at: 1 })).toBe(true);
    expect(await isAnswered('nobody', { at: 1 })).toBe(false);
    expect(await isAnswered('hit', { at: 1 })).toBe(false);
    expect(await isAnswered('hit', { at: 2 })).toBe(true);
  });

  test('is refused on each instance after its next pending look-up there', async () => {
    const { answersTo, isAnswered } = start({ instances: 2 });
    await answersTo(30, 'nobody', { at: 0 });
    expect(await isAnswered('pending', { at: 1 })).toBe(false);
  });

  test.each<[Came, boolean]>([
    ['nobody', true],
    ['erased', true],
    ['nobody, collapsed', true],
    ['nobody, a hit', true],
    ['nobody, the store failing', false],
    ['found', false],
    ['hit', false],
    ['refused', false],
    ['failed', false],
    ['pending', false],
  ])('gets counted: %s, %p', async (came, isTrying) => {
    const { answersTo } = start();
    expect((await answersTo(200, came)) < 200).toBe(isTrying);
  });

  test('is refused even if it never waits for the upstream and learns only from hits that there is no customer', async () => {
    const { isAnswered } = start();
    let answered = 0;
    for (let n = 0; n < 100; n += 1) {
      await isAnswered('pending');
      if (await isAnswered('nobody, a hit')) answered += 1;
    }
    expect(answered).toBeGreaterThanOrEqual(LIMITS.notFound);
    expect(answered).toBeLessThanOrEqual(LIMITS.notFound + LOOKUPS_TOGETHER);
  });

  test.each([1, 3])(
    'is refused even if it first asks for all numbers without waiting, and then reads the answers: hits on %i instances',
    async (instances) => {
      const { answersTo } = start({ instances });
      expect(await answersTo(300, 'pending')).toBe(300);
      const answered = await answersTo(300, 'nobody, a hit');
      expect(answered).toBeGreaterThanOrEqual(LIMITS.notFound);
      expect(answered).toBeLessThanOrEqual(LIMITS.notFound + (LOOKUPS_TOGETHER - 1) * instances);
    },
  );

  test('is refused even if another caller asks, and it only reads the answers: hits, one by one or in a batch', async () => {
    const { answersTo, guards } = start();
    expect(await answersTo(300, 'pending', { caller: 'key other' })).toBe(300);
    expect(await answersTo(300, 'nobody, a hit')).toBe(LIMITS.notFound + LOOKUPS_TOGETHER - 1);
    const batch = Array.from({ length: 100 }, () => RESULTS['nobody, a hit']);
    expect(await guards[0]?.counted('key third', batch, 5000)).toBeGreaterThan(0);
  });

  test('does not cause the refusal of another caller', async () => {
    const { answersTo } = start({ instances: 2 });
    await answersTo(60, 'nobody');
    expect(await answersTo(20, 'nobody', { caller: 'key other' })).toBe(20);
    expect(await answersTo(20, 'nobody', { caller: 'source 192.0.2.7' })).toBe(20);
  });

  test('a batch counts each of its look-ups', async () => {
    const { guards, store } = start();
    const batch = Array.from({ length: 100 }, () => RESULTS.nobody);
    expect(await guards[0]?.counted(CALLER, batch, 5000)).toBeGreaterThan(0);
    expect(store.calls).toEqual(['addCounts']);
  });

  test('a batch asks the store for one look-up that found no customer, and not at all if the store failed one of them', async () => {
    const { guards, store } = start();
    const [guard] = guards;
    await guard?.counted(CALLER, [RESULTS.nobody, RESULTS['nobody, the store failing']], 5000);
    expect(store.calls).toEqual([]);
    await guard?.counted(CALLER, [RESULTS.hit, RESULTS.nobody, RESULTS.found], 5000);
    expect(store.calls).toEqual(['addCounts']);
  });

  test('is not refused in a window for its look-ups in the window before', async () => {
    const { answersTo, clock, guards, store } = start();
    await answersTo(9, 'hit');
    clock.advance(MINUTES_10);
    await answersTo(LOOKUPS_TOGETHER, 'nobody');
    expect([...store.sums.values()]).toEqual([{ lookups: LOOKUPS_TOGETHER, notFound: LOOKUPS_TOGETHER }]);

    // The window ends, and another look-up begins the next one, while the store adds up.
    const addCounts = store.addCounts.bind(store);
    store.addCounts = async (caller, windowEndsAt, counts) => {
      clock.advance(MINUTES_10);
      guards[0]?.counted('key other', [RESULTS.hit], 5000);
      return addCounts(caller, windowEndsAt, counts);
    };
    const batch = Array.from({ length: 100 }, () => RESULTS.nobody);
    expect(await guards[0]?.counted(CALLER, batch, 5000)).toBeUndefined();
    expect(guards[0]?.refusedForMs(CALLER)).toBeUndefined();
  });

  test('after the time of day is set back, is counted in the window of the new time', async () => {
    const { answersTo, clock, guards } = start();
    await answersTo(30, 'nobody');
    clock.advance(-2 * MINUTES_10);
    expect(guards[0]?.refusedForMs(CALLER)).toBeUndefined();
    expect(await answersTo(100, 'nobody')).toBe(24);
  });
});

describe('the cost of the guard', () => {
  test('a hit that finds a customer asks the store nothing, and neither does a look-up that finds a customer', async () => {
    const { answersTo, store } = start();
    await answersTo(1000, 'hit');
    await answersTo(1000, 'found');
    await answersTo(LOOKUPS_TOGETHER - 1, 'nobody, a hit');
    await answersTo(1000, 'hit');
    // Many, but without time for the store: the next hit that finds no customer asks it.
    await answersTo(LOOKUPS_TOGETHER, 'nobody, a hit', { leftMs: 0 });
    await answersTo(1000, 'hit');
    expect(store.calls).toEqual([]);
  });

  test('a hit that finds a customer asks the store nothing, however many found no customer without time to ask', async () => {
    const { answersTo, store } = start();
    await answersTo(10 * LOOKUPS_TOGETHER, 'nobody, a hit', { leftMs: 0 });
    await answersTo(1000, 'hit');
    expect(store.calls).toEqual([]);
  });

  test('of hits that find no customer, one in five asks the store, once', async () => {
    const { answersTo, store } = start({ limits: { ...LIMITS, notFound: 1000 } });
    await answersTo(10 * LOOKUPS_TOGETHER, 'nobody, a hit');
    expect(store.calls).toEqual(Array.from({ length: 10 }, () => 'addCounts'));
  });

  test('of hits that find no customer, no more than one in five asks a store that throttles', async () => {
    const { answersTo, store } = start({ limits: { ...LIMITS, notFound: 1000 } });
    store.trouble = 'throttled';
    await answersTo(10 * LOOKUPS_TOGETHER, 'nobody, a hit');
    expect(store.calls).toHaveLength(10);
    store.trouble = undefined;
    await answersTo(LOOKUPS_TOGETHER, 'nobody, a hit');
    const counted = 11 * LOOKUPS_TOGETHER;
    expect([...store.sums.values()]).toEqual([{ lookups: counted, notFound: counted }]);
  });

  test('a look-up that finds no customer asks the store once, and sends the counts of hits along', async () => {
    const { answersTo, store, clock } = start();
    await answersTo(9, 'hit');
    await answersTo(1, 'nobody');
    expect(store.calls).toEqual(['addCounts']);
    const end = (Math.floor(clock.now() / MINUTES_10) + 1) * MINUTES_10;
    expect([...store.sums]).toEqual([[`hash of ${CALLER} ${end}`, { lookups: 10, notFound: 1 }]]);
  });

  test('a few look-ups are not written yet: alone they say nothing', async () => {
    const { answersTo, store } = start({ instances: 1000 });
    // A thousand instances see one look-up each, and three in ten find no customer: all that would tell found no
    // customer.
    await answersTo(700, 'hit');
    expect(await answersTo(300, 'nobody')).toBe(300);
    expect([...store.sums.values()]).toEqual([{ lookups: 0, notFound: 0 }]);
    expect(new Set(store.calls)).toEqual(new Set(['readCounts']));
  });

  test('a look-up without time for the store leaves the count to the next one', async () => {
    const { isAnswered, store } = start();
    await isAnswered('nobody', { leftMs: 2 * STORE_TIMEOUT_MS - 1 });
    expect(store.calls).toEqual([]);
    await isAnswered('nobody', { leftMs: 2 * STORE_TIMEOUT_MS });
    expect(store.calls).toEqual(['readCounts']);
  });

  test('ten thousand callers are counted, and further ones are not: the memory of an instance is limited', async () => {
    const { guards, store } = start();
    for (let n = 0; n < 10_000; n += 1) guards[0]?.counted(`source ${n}`, [RESULTS.hit], 5000);
    expect(guards[0]?.counted('source one more', [RESULTS.nobody], 5000)).toBeUndefined();
    expect(await guards[0]?.counted('source 7', [RESULTS.nobody], 5000)).toBeUndefined();
    expect(store.calls).toEqual(['readCounts']);
  });
});

describe('a store in trouble refuses no caller', () => {
  test.each<StoreTrouble>(['down', 'late', 'throttled'])('%s', async (trouble) => {
    const { answersTo, store } = start({ instances: 2 });
    store.trouble = trouble;
    expect(await answersTo(500, 'nobody')).toBe(500);
  });

  test('a count that the store throttled is added later', async () => {
    const { answersTo, store } = start();
    store.trouble = 'throttled';
    await answersTo(21, 'nobody');
    store.trouble = undefined;
    expect(await answersTo(1, 'nobody')).toBe(0);
  });

  test.each<StoreTrouble>(['down', 'late'])(
    'a count that may have been added is not added again: %s',
    async (trouble) => {
      const { answersTo, store } = start();
      store.trouble = trouble;
      await answersTo(5, 'nobody');
      store.trouble = undefined;
      await answersTo(5, 'nobody');
      const sums = [...store.sums.values()].reduce((sum, { lookups }) => sum + lookups, 0);
      expect(sums).toBe(trouble === 'late' ? 10 : 5);
    },
  );

  test('an error that does not come from the store is not hidden', async () => {
    const { guards, store } = start();
    store.readCounts = async () => {
      throw new TypeError('a bug');
    };
    await expect(guards[0]?.counted(CALLER, [RESULTS.nobody], 5000)).rejects.toThrow('a bug');
  });
});

describe('for all look-ups, whichever instances they reach:', () => {
  const instances = fc.integer({ min: 1, max: 6 });
  const anyCame = fc.constantFrom<Came>(...(Object.keys(RESULTS) as Came[]));
  const lookups = <T>(came: fc.Arbitrary<T>, maxLength: number) =>
    fc.array(fc.record({ came, at: fc.nat(5), passMs: fc.constantFrom(0, 0, 0, 1000) }), { maxLength });

  test('a caller within the number of look-ups without a customer is never refused', async () => {
    await fc.assert(
      fc.asyncProperty(instances, lookups(anyCame, 150), async (size, made) => {
        const { isAnswered, clock } = start({ instances: size });
        let tried = 0;
        for (const { came, at, passMs } of made) {
          const isTry = came.startsWith('nobody') || came === 'erased';
          if (isTry && tried >= LIMITS.notFound) continue;
          if (isTry) tried += 1;
          expect(await isAnswered(came, { at })).toBe(true);
          clock.advance(passMs);
        }
      }),
    );
  });

  test('a caller that finds a customer in two look-ups of any five on an instance is never refused at 80 %', async () => {
    await fc.assert(
      fc.asyncProperty(instances, lookups(fc.boolean(), 400), async (size, made) => {
        const { isAnswered } = start({ instances: size });
        const lastOf = Array.from({ length: size }, (): boolean[] => []);
        for (const { came: isWanted, at } of made) {
          const last = lastOf[at % size] ?? [];
          const isNobody = isWanted && last.slice(-4).filter((each) => each).length < 3;
          last.push(isNobody);
          expect(await isAnswered(isNobody ? 'nobody' : 'hit', { at })).toBe(true);
        }
      }),
    );
  });

  test('a caller that never finds a customer gets as many answers as the number says, and four more for each instance', async () => {
    await fc.assert(
      fc.asyncProperty(instances, fc.array(fc.nat(5), { minLength: 250, maxLength: 250 }), async (size, reached) => {
        const { isAnswered } = start({ instances: size });
        const answered = Array.from({ length: size }, () => 0);
        for (const at of reached) {
          if (await isAnswered('nobody', { at })) answered[at % size] = (answered[at % size] ?? 0) + 1;
        }
        const all = answered.reduce((sum, each) => sum + each, 0);
        expect(all).toBeGreaterThanOrEqual(Math.min(LIMITS.notFound, reached.length));
        expect(all).toBeLessThanOrEqual(LIMITS.notFound + (LOOKUPS_TOGETHER - 1) * size);
        for (let at = 0; at < size; at += 1) expect(await isAnswered('nobody', { at })).toBe(false);
      }),
    );
  });

  test('a store that fails now and then throws nothing, and never causes the refusal of a caller within the number', async () => {
    const trouble = fc.constantFrom<StoreTrouble | undefined>('down', 'late', 'throttled', undefined);
    const made = fc.array(fc.record({ trouble, at: fc.nat(5) }), { maxLength: LIMITS.notFound });
    await fc.assert(
      fc.asyncProperty(instances, made, async (size, all) => {
        const { isAnswered, store } = start({ instances: size });
        for (const each of all) {
          store.trouble = each.trouble;
          expect(await isAnswered('nobody', { at: each.at })).toBe(true);
        }
      }),
    );
  });
});
