import { describe, expect, test } from '@jest/globals';
import { NO_DIRECTIVES, type RequestDirectives } from '../../../functions/lookup/directives.ts';
import type { CacheEntry } from '../../../functions/lookup/entry.ts';
import {
  canJoin,
  type Decision,
  decide,
  expiryOf,
  type FreshnessWindows,
  freshnessLifetimeMs,
  toStandIn,
} from '../../../functions/lookup/freshness.ts';
import { cacheStatus } from '../../../functions/rest/cache-status.ts';
import { PLAIN_FACTS } from '../../support/lookup-results.ts';
import { fc, runs } from '../../support/properties.ts';

const WINDOWS: FreshnessWindows = {
  freshForMs: 300_000,
  staleWhileRevalidateMs: 900_000,
  staleIfErrorMs: 86_400_000,
  notFoundFreshForMs: 15_000,
};
const NOW = Date.UTC(2026, 10, 22);
const SWR_END = 300_000 + 900_000;
const SIE_END = 300_000 + 86_400_000;

function entry(ageMs: number, changes: Partial<CacheEntry> = {}): CacheEntry {
  const askedAt = NOW - ageMs;
  const kind = changes.kind ?? 'found';
  return {
    kind,
    status: 200,
    body: '{}',
    askedAt,
    freshnessCut: 0,
    expiresAt: expiryOf(kind, askedAt, WINDOWS),
    customer: 'hash',
    customerAliases: [],
    staleFrom: undefined,
    ...changes,
  };
}

const decision = (found: CacheEntry | undefined, directives: Partial<RequestDirectives> = {}, windows = WINDOWS) =>
  decide(found, { ...NO_DIRECTIVES, ...directives }, windows, NOW);

const forward = (reason: 'miss' | 'stale' | 'request') => ({ use: 'forward', reason });
const fresh = (ageMs: number, ttlMs: number) => ({ use: 'hit', detail: undefined, ageMs, ttlMs });
const stale = (detail: 'stale-while-revalidate' | 'max-stale', ttlMs: number) => ({ use: 'hit', detail, ttlMs });
const swr = (ttlMs: number) => stale('stale-while-revalidate', ttlMs);
/** Stored for longer than any window needs. */
const late = { expiresAt: NOW + 1 };

describe('the table of decide: what a look-up does with an item', () => {
  test.each<[string, CacheEntry | undefined, Partial<RequestDirectives>, object]>([
    // no-cache | any or none
    ['no-cache, nothing found', undefined, { noCache: true }, forward('request')],
    ['no-cache, fresh', entry(0), { noCache: true }, forward('request')],
    ['no-cache, stale, max-stale', entry(300_000), { noCache: true, maxStaleMs: 1e9 }, forward('request')],
    // anything else | none
    ['nothing found', undefined, {}, forward('miss')],
    ['nothing found, max-stale', undefined, { maxStaleMs: Number.POSITIVE_INFINITY }, forward('miss')],
    // stamped more than 5 s ahead of the clock
    ['stamped 5001 ms ahead', entry(-5001), {}, forward('miss')],
    ['stamped 5000 ms ahead', entry(-5000), {}, fresh(0, 300_000)],
    // past its own expiry
    ['past its own expiry', entry(10, { expiresAt: NOW }), {}, forward('miss')],
    ['1 ms before its own expiry', entry(10, { expiresAt: NOW + 1 }), {}, fresh(10, 299_990)],
    ['stale, past its own expiry', entry(300_000, { expiresAt: NOW }), { maxStaleMs: 1e9 }, forward('miss')],
    // max-age=N | fresh, older than N
    ['max-age met', entry(60_000), { maxAgeMs: 60_000 }, fresh(60_000, 240_000)],
    ['max-age not met', entry(60_001), { maxAgeMs: 60_000 }, forward('request')],
    ['max-age not met, max-stale', entry(60_001), { maxAgeMs: 60_000, maxStaleMs: 1e9 }, forward('request')],
    ['max-age=0, just asked', entry(0), { maxAgeMs: 0 }, fresh(0, 300_000)],
    // min-fresh=N | fresh for less than N
    ['min-fresh met', entry(240_000), { minFreshMs: 60_000 }, fresh(240_000, 60_000)],
    ['min-fresh not met', entry(240_001), { minFreshMs: 60_000 }, forward('request')],
    // anything else | fresh
    ['just asked', entry(0), {}, fresh(0, 300_000)],
    ['the last fresh millisecond', entry(299_999), {}, fresh(299_999, 1)],
    ['a tenth shorter, still fresh', entry(269_999, { freshnessCut: 0.1 }), {}, fresh(269_999, 1)],
    ['no-store, fresh', entry(0), { noStore: true }, fresh(0, 300_000)],
    ['not found, fresh', entry(14_999, { kind: 'not-found' }), {}, fresh(14_999, 1)],
    // marked stale
    ['marked stale at this moment', entry(10, { staleFrom: NOW }), {}, forward('stale')],
    ['marked stale', entry(10, { staleFrom: NOW - 1 }), {}, forward('stale')],
    ['marked stale by a clock that is ahead', entry(10, { staleFrom: NOW + 500 }), {}, forward('stale')],
    ['marked stale, max-stale', entry(10, { staleFrom: NOW - 1 }), { maxStaleMs: 1e9 }, forward('stale')],
    ['marked stale, older than max-age', entry(90_000, { staleFrom: NOW }), { maxAgeMs: 1 }, forward('stale')],
    // "not found"
    ['not found, past its time', entry(15_000, { kind: 'not-found', ...late }), {}, forward('stale')],
    [
      'not found, past its time, max-stale',
      entry(15_000, { kind: 'not-found', ...late }),
      { maxStaleMs: Number.POSITIVE_INFINITY },
      forward('stale'),
    ],
    ['not found, past its own expiry', entry(15_000, { kind: 'not-found' }), {}, forward('miss')],
    // no-store, min-fresh, or max-age without max-stale | stale
    ['no-store, stale', entry(300_000), { noStore: true }, forward('stale')],
    ['no-store, stale, max-stale', entry(300_000), { noStore: true, maxStaleMs: 1e9 }, forward('stale')],
    ['min-fresh=0, stale', entry(300_000), { minFreshMs: 0 }, forward('stale')],
    ['min-fresh, stale, max-stale', entry(300_000), { minFreshMs: 0, maxStaleMs: 1e9 }, forward('stale')],
    ['max-age, stale', entry(300_000), { maxAgeMs: 1e9 }, forward('stale')],
    // max-age=N, max-stale | stale, older than N
    ['max-age not met, stale, max-stale', entry(300_001), { maxAgeMs: 300_000, maxStaleMs: 1e9 }, forward('stale')],
    ['max-age met, stale, max-stale', entry(300_001), { maxAgeMs: 300_001, maxStaleMs: 1e9 }, swr(-1)],
    // max-stale=N | stale for more than N
    ['max-stale=0, stale', entry(300_000), { maxStaleMs: 0 }, forward('stale')],
    ['max-stale=1, stale for a second', entry(301_000), { maxStaleMs: 1000 }, swr(-1000)],
    ['max-stale=1, stale for more than a second', entry(301_001), { maxStaleMs: 1000 }, forward('stale')],
    [
      'max-stale=1, max-age met, stale for more than a second',
      entry(301_001),
      { maxStaleMs: 1000, maxAgeMs: 1e9 },
      forward('stale'),
    ],
    // anything else | within STALE_WHILE_REVALIDATE_SECONDS
    ['no longer fresh', entry(300_000), {}, swr(-1)],
    ['a tenth shorter, no longer fresh', entry(270_000, { freshnessCut: 0.1 }), {}, swr(-1)],
    ['the last millisecond of stale-while-revalidate', entry(SWR_END - 1), {}, swr(-899_999)],
    ['stale-if-error does not matter there', entry(300_001), { staleIfErrorMs: 0 }, swr(-1)],
    // max-stale | stale, within STALE_IF_ERROR_SECONDS
    ['max-stale met', entry(SWR_END), { maxStaleMs: 900_000 }, stale('max-stale', -900_000)],
    ['max-stale not met', entry(SWR_END + 1), { maxStaleMs: 900_000 }, forward('stale')],
    [
      'max-stale without a limit, the last millisecond of stale-if-error',
      entry(SIE_END - 1, late),
      { maxStaleMs: Number.POSITIVE_INFINITY },
      stale('max-stale', -86_399_999),
    ],
    [
      'max-stale without a limit, past stale-if-error',
      entry(SIE_END, late),
      { maxStaleMs: Number.POSITIVE_INFINITY },
      forward('stale'),
    ],
    // anything else | stale
    ['past stale-while-revalidate', entry(SWR_END), {}, forward('stale')],
  ])('%s', (_title, found, directives, expected) => {
    expect(decision(found, directives)).toMatchObject(expected);
  });

  test('with FRESH_SECONDS=0 nothing is fresh', () => {
    const windows = { ...WINDOWS, freshForMs: 0 };
    expect(decision(entry(0), {}, { ...windows, staleWhileRevalidateMs: 0 })).toEqual(forward('stale'));
    expect(decision(entry(0), {}, windows)).toEqual(forward('stale'));
    expect(decision(entry(0), { maxStaleMs: 1 }, windows)).toMatchObject(stale('max-stale', -1));
  });

  test('with a stale window of 0 nothing is served in it', () => {
    expect(decision(entry(300_000), {}, { ...WINDOWS, staleWhileRevalidateMs: 0 })).toEqual(forward('stale'));
    const off = { ...WINDOWS, staleWhileRevalidateMs: 0, staleIfErrorMs: 0 };
    expect(decision(entry(300_000, late), { maxStaleMs: Number.POSITIVE_INFINITY }, off)).toEqual(forward('stale'));
    expect(toStandIn(entry(300_000, late), NO_DIRECTIVES, off, NOW)).toBeUndefined();
  });

  test("uses today's windows, not the windows of the day on which the entry was written", () => {
    const today = { ...WINDOWS, freshForMs: 100_000, staleWhileRevalidateMs: 50_000 };
    expect(decision(entry(100_000), {}, today)).toMatchObject(swr(-1));
    expect(decision(entry(150_000), {}, today)).toEqual(forward('stale'));
  });
});

describe('whether a fetch under way can give the answer', () => {
  test.each<[string, Partial<RequestDirectives>, boolean]>([
    ['no directive', {}, true],
    ['no-cache', { noCache: true }, false],
    ['max-age=0: the answer is older when it is read', { maxAgeMs: 0 }, false],
    ['max-age=1', { maxAgeMs: 1000 }, true],
    ['min-fresh, less than an answer can be fresh for', { minFreshMs: WINDOWS.freshForMs - 1 }, true],
    [
      'min-fresh, as long as an answer is fresh at most: a part of it is over',
      { minFreshMs: WINDOWS.freshForMs },
      false,
    ],
  ])('%s', (_title, directives, expected) => {
    expect(canJoin({ ...NO_DIRECTIVES, ...directives }, WINDOWS)).toBe(expected);
  });

  test('not if nothing is ever fresh', () => {
    expect(canJoin(NO_DIRECTIVES, { ...WINDOWS, freshForMs: 0 })).toBe(false);
  });
});

describe('what may stand in for an upstream that fails', () => {
  const standing = (found: CacheEntry | undefined, directives: Partial<RequestDirectives> = {}, windows = WINDOWS) =>
    toStandIn(found, { ...NO_DIRECTIVES, ...directives }, windows, NOW);

  test.each<[string, CacheEntry | undefined, Partial<RequestDirectives>, object | undefined]>([
    ['nothing', undefined, {}, undefined],
    ['a stale entry', entry(300_000), {}, { ageMs: 300_000, ttlMs: -1 }],
    ['an entry past stale-while-revalidate', entry(SWR_END), {}, { ageMs: SWR_END, ttlMs: -900_000 }],
    ['an entry in its last millisecond', entry(SIE_END - 1, late), {}, { ttlMs: -86_399_999 }],
    ['an entry past stale-if-error', entry(SIE_END, late), {}, undefined],
    ['an entry past its own expiry', entry(300_000, { expiresAt: NOW }), {}, undefined],
    ['an entry stamped 5001 ms ahead', entry(-5001), {}, undefined],
    ['a fresh entry, too old for max-age', entry(60_000), { maxAgeMs: 1 }, { ageMs: 60_000, ttlMs: 240_000 }],
    [
      'a fresh entry, too old for max-age, stale-if-error=1',
      entry(1),
      { maxAgeMs: 0, staleIfErrorMs: 1000 },
      { ageMs: 1 },
    ],
    ['a fresh entry, too old for max-age, stale-if-error=0', entry(1), { maxAgeMs: 0, staleIfErrorMs: 0 }, undefined],
    ['a fresh entry, not for min-fresh, stale-if-error=0', entry(1), { minFreshMs: 1e9, staleIfErrorMs: 0 }, undefined],
    ['a marked entry', entry(10_000, { staleFrom: NOW - 4000 }), {}, { ageMs: 10_000, ttlMs: -4000 }],
    ['an entry marked by a clock that is ahead', entry(10, { staleFrom: NOW + 500 }), {}, { ageMs: 10, ttlMs: -1 }],
    ['an entry marked long after it was stale', entry(310_000, { staleFrom: NOW - 1 }), {}, { ttlMs: -10_000 }],
    ['"not found", fresh', entry(0, { kind: 'not-found' }), {}, undefined],
    ['"not found", stale', entry(15_000, { kind: 'not-found', ...late }), {}, undefined],
    ['any entry, if the caller said no-cache', entry(300_000), { noCache: true }, undefined],
    ['any entry, if the caller said no-store', entry(300_000), { noStore: true }, undefined],
    ['an entry stale for less than stale-if-error=10', entry(309_999), { staleIfErrorMs: 10_000 }, { ttlMs: -9999 }],
    ['an entry stale for stale-if-error=10', entry(310_000), { staleIfErrorMs: 10_000 }, undefined],
    ['a stale entry, stale-if-error=0', entry(300_000), { staleIfErrorMs: 0 }, undefined],
    ['an entry past the window, stale-if-error longer', entry(SIE_END, late), { staleIfErrorMs: 1e12 }, undefined],
  ])('%s', (_title, found, directives, expected) => {
    if (expected === undefined) expect(standing(found, directives)).toBeUndefined();
    else expect(standing(found, directives)).toMatchObject({ entry: found, ...expected });
  });
});

describe('for every entry, directive, window and clock', () => {
  const optionalMs = fc.option(fc.nat(2_000_000), { nil: undefined });
  const directives: fc.Arbitrary<RequestDirectives> = fc.record({
    noCache: fc.boolean(),
    noStore: fc.boolean(),
    onlyIfCached: fc.boolean(),
    maxAgeMs: optionalMs,
    minFreshMs: optionalMs,
    staleIfErrorMs: optionalMs,
    maxStaleMs: fc.option(fc.oneof(fc.nat(2_000_000), fc.constant(Number.POSITIVE_INFINITY)), { nil: undefined }),
  });
  const window = fc.oneof(fc.constant(0), fc.nat(2_000_000));
  const windows: fc.Arbitrary<FreshnessWindows> = fc.record({
    freshForMs: window,
    staleWhileRevalidateMs: window,
    staleIfErrorMs: window,
    notFoundFreshForMs: window,
  });
  const entries: fc.Arbitrary<CacheEntry> = fc.record({
    kind: fc.constantFrom('found' as const, 'not-found' as const),
    status: fc.constant(200),
    body: fc.constant('{}'),
    askedAt: fc.integer({ min: NOW - 4_000_000, max: NOW + 10_000 }),
    freshnessCut: fc.double({ min: 0, max: 5, noNaN: true }),
    expiresAt: fc.integer({ min: NOW - 500_000, max: NOW + 4_000_000 }),
    customer: fc.constant('hash'),
    customerAliases: fc.constant([]),
    staleFrom: fc.option(fc.integer({ min: NOW - 4_000_000, max: NOW + 1000 }), { nil: undefined }),
  });
  const RUNS = runs(3000);

  const usableByAnybody = (found: CacheEntry) => found.expiresAt > NOW && found.askedAt <= NOW + 5000;
  const ageOf = (found: CacheEntry) => Math.max(0, NOW - found.askedAt);

  test('nothing is served past its window', () => {
    fc.assert(
      fc.property(entries, directives, windows, (found, asked, today) => {
        const decided = decide(found, asked, today, NOW);
        if (decided.use !== 'hit') return;
        const ageMs = ageOf(found);
        expect(decided).toMatchObject({ ageMs, entry: found });
        expect(usableByAnybody(found)).toBe(true);
        expect(found.staleFrom).toBeUndefined();
        expect(asked.noCache).toBe(false);
        expect(ageMs).toBeLessThanOrEqual(asked.maxAgeMs ?? Number.POSITIVE_INFINITY);
        const { freshForMs, staleWhileRevalidateMs, staleIfErrorMs, notFoundFreshForMs } = today;
        if (decided.detail === undefined) {
          expect(ageMs).toBeLessThan(found.kind === 'found' ? freshForMs : notFoundFreshForMs);
          expect(decided.ttlMs).toBeGreaterThanOrEqual(asked.minFreshMs ?? 0);
          return;
        }
        expect(found.kind).toBe('found');
        expect([asked.noStore, asked.minFreshMs]).toEqual([false, undefined]);
        expect(ageMs).toBeLessThan(
          freshForMs + (decided.detail === 'max-stale' ? staleIfErrorMs : staleWhileRevalidateMs),
        );
        if (decided.detail === 'max-stale') expect(asked.maxStaleMs).toBeDefined();
        expect(-decided.ttlMs).toBeLessThanOrEqual(asked.maxStaleMs ?? Number.POSITIVE_INFINITY);
      }),
      RUNS,
    );
  });

  test('nothing stands in for the upstream past its window', () => {
    fc.assert(
      fc.property(entries, directives, windows, (found, asked, today) => {
        const stood = toStandIn(found, asked, today, NOW);
        if (stood === undefined) return;
        expect(usableByAnybody(found)).toBe(true);
        expect([found.kind, asked.noCache, asked.noStore]).toEqual(['found', false, false]);
        expect(stood).toMatchObject({ entry: found, ageMs: ageOf(found) });
        expect(stood.ageMs).toBeLessThan(today.freshForMs + today.staleIfErrorMs);
        if (found.staleFrom !== undefined) expect(stood.ttlMs).toBeLessThan(0);
        expect(Math.max(0, -stood.ttlMs)).toBeLessThan(asked.staleIfErrorMs ?? Number.POSITIVE_INFINITY);
      }),
      RUNS,
    );
  });

  test('a stale answer has a negative ttl in Cache-Status, and a fresh one has not', () => {
    const ttlOf = (hit: Extract<Decision, { use: 'hit' }>) => {
      const { ageMs, ttlMs } = hit;
      const status = cacheStatus({
        answer: { kind: 'found', status: 200, body: '', ageMs, ttlMs, customer: undefined, customerAliases: [] },
        cache: { status: 'hit', detail: hit.detail },
        ...PLAIN_FACTS,
      });
      return Number(/ttl=(-?\d+)/.exec(status)?.[1]);
    };
    fc.assert(
      fc.property(entries, directives, windows, (found, asked, today) => {
        const decided = decide(found, asked, today, NOW);
        if (decided.use === 'hit') expect(ttlOf(decided) < 0).toBe(decided.detail !== undefined);
        const stood = toStandIn(found, asked, today, NOW);
        if (stood === undefined) return;
        // A fresh one stands in too, if the caller asked for a newer one: it shows its own freshness.
        expect(ttlOf({ use: 'hit', detail: 'stale-if-error', ...stood }) < 0).toBe(stood.ttlMs <= 0);
      }),
      RUNS,
    );
  });

  test('an entry gives up a tenth of its freshness at most', () => {
    expect(freshnessLifetimeMs({ kind: 'found', freshnessCut: 5 }, WINDOWS)).toBe(270_000);
    expect(freshnessLifetimeMs({ kind: 'found', freshnessCut: 0.05 }, WINDOWS)).toBe(285_000);
    expect(freshnessLifetimeMs({ kind: 'not-found', freshnessCut: 0.1 }, WINDOWS)).toBe(15_000);
  });

  test('an entry is stored for its freshness plus the longer of the stale windows; "not found" as long as it is fresh', () => {
    expect(expiryOf('found', NOW, WINDOWS)).toBe(NOW + SIE_END);
    expect(expiryOf('found', NOW, { ...WINDOWS, staleIfErrorMs: 0 })).toBe(NOW + SWR_END);
    expect(expiryOf('not-found', NOW, WINDOWS)).toBe(NOW + 15_000);
  });
});
