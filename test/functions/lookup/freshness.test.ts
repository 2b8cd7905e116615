import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_DIRECTIVES, type RequestDirectives } from '../../../functions/lookup/directives.ts';
import type { CacheEntry } from '../../../functions/lookup/entry.ts';
import { decide, expiryOf, type FreshnessWindows, freshnessLifetimeMs } from '../../../functions/lookup/freshness.ts';

const WINDOWS: FreshnessWindows = {
  freshForMs: 300_000,
  staleWhileRevalidateMs: 900_000,
  staleIfErrorMs: 86_400_000,
  notFoundFreshForMs: 15_000,
};
const NOW = Date.UTC(2026, 10, 22);

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
    ...changes,
  };
}

const decision = (found: CacheEntry | undefined, directives: Partial<RequestDirectives> = {}, windows = WINDOWS) =>
  decide(found, { ...NO_DIRECTIVES, ...directives }, windows, NOW);

describe('what a look-up does with what it found: the table of decide', () => {
  test.each<[string, CacheEntry | undefined, Partial<RequestDirectives>, object]>([
    ['no-cache, nothing found', undefined, { noCache: true }, { use: 'forward', reason: 'request' }],
    ['no-cache, fresh', entry(0), { noCache: true }, { use: 'forward', reason: 'request' }],
    ['nothing found', undefined, {}, { use: 'forward', reason: 'miss' }],
    ['stamped 5001 ms ahead', entry(-5001), {}, { use: 'forward', reason: 'miss' }],
    ['stamped 5000 ms ahead', entry(-5000), {}, { use: 'hit', ageMs: 0, ttlMs: 300_000 }],
    ['past its own expiry', entry(10, { expiresAt: NOW }), {}, { use: 'forward', reason: 'miss' }],
    ['1 ms before its own expiry', entry(10, { expiresAt: NOW + 1 }), {}, { use: 'hit', ageMs: 10, ttlMs: 299_990 }],
    ['just asked', entry(0), {}, { use: 'hit', ageMs: 0, ttlMs: 300_000 }],
    ['the last fresh millisecond', entry(299_999), {}, { use: 'hit', ageMs: 299_999, ttlMs: 1 }],
    ['no longer fresh', entry(300_000), {}, { use: 'forward', reason: 'stale' }],
    ['a tenth shorter fresh', entry(270_000, { freshnessCut: 0.1 }), {}, { use: 'forward', reason: 'stale' }],
    [
      'a tenth shorter, still fresh',
      entry(269_999, { freshnessCut: 0.1 }),
      {},
      { use: 'hit', ageMs: 269_999, ttlMs: 1 },
    ],
    ['not found, fresh', entry(14_999, { kind: 'not-found' }), {}, { use: 'hit', ageMs: 14_999, ttlMs: 1 }],
    ['not found, past its time', entry(15_000, { kind: 'not-found' }), {}, { use: 'forward', reason: 'miss' }],
    ['max-age met', entry(60_000), { maxAgeMs: 60_000 }, { use: 'hit', ageMs: 60_000, ttlMs: 240_000 }],
    ['max-age not met', entry(60_001), { maxAgeMs: 60_000 }, { use: 'forward', reason: 'request' }],
    ['min-fresh met', entry(240_000), { minFreshMs: 60_000 }, { use: 'hit', ageMs: 240_000, ttlMs: 60_000 }],
    ['min-fresh not met', entry(240_001), { minFreshMs: 60_000 }, { use: 'forward', reason: 'request' }],
    ['no-store, fresh', entry(0), { noStore: true }, { use: 'hit', ageMs: 0, ttlMs: 300_000 }],
  ])('%s', (_title, found, directives, expected) => {
    expect(decision(found, directives)).toMatchObject(expected);
  });

  test('with FRESH_SECONDS=0 nothing is fresh', () => {
    expect(decision(entry(0), {}, { ...WINDOWS, freshForMs: 0 })).toEqual({ use: 'forward', reason: 'stale' });
  });

  test("uses today's windows, not those of the day the entry was written", () => {
    expect(decision(entry(200_000), {}, { ...WINDOWS, freshForMs: 100_000 })).toEqual({
      use: 'forward',
      reason: 'stale',
    });
  });

  test('never serves anything past its window, whatever the entry, directives and clock', () => {
    const directives = fc.record({
      ...{ noCache: fc.boolean(), noStore: fc.boolean(), onlyIfCached: fc.boolean() },
      maxAgeMs: fc.option(fc.nat(400_000), { nil: undefined }),
      minFreshMs: fc.option(fc.nat(400_000), { nil: undefined }),
    });
    const entries = fc.record({
      kind: fc.constantFrom('found' as const, 'not-found' as const),
      status: fc.constant(200),
      body: fc.constant('{}'),
      askedAt: fc.integer({ min: NOW - 500_000, max: NOW + 10_000 }),
      freshnessCut: fc.double({ min: 0, max: 5, noNaN: true }),
      expiresAt: fc.integer({ min: NOW - 500_000, max: NOW + 500_000 }),
    });
    fc.assert(
      fc.property(entries, directives, (found, asked) => {
        const decided = decide(found, asked, WINDOWS, NOW);
        if (decided.use !== 'hit') return;
        const ageMs = Math.max(0, NOW - found.askedAt);
        expect(ageMs).toBeLessThan(found.kind === 'found' ? WINDOWS.freshForMs : WINDOWS.notFoundFreshForMs);
        expect(found.expiresAt).toBeGreaterThan(NOW);
        expect(asked.noCache).toBe(false);
        expect(decided.ageMs).toBeLessThanOrEqual(asked.maxAgeMs ?? Number.POSITIVE_INFINITY);
        expect(decided.ttlMs).toBeGreaterThanOrEqual(asked.minFreshMs ?? 0);
      }),
      { numRuns: 2000 },
    );
  });

  test('an entry gives up a tenth of its freshness at most', () => {
    expect(freshnessLifetimeMs({ kind: 'found', freshnessCut: 5 }, WINDOWS)).toBe(270_000);
    expect(freshnessLifetimeMs({ kind: 'not-found', freshnessCut: 0.1 }, WINDOWS)).toBe(15_000);
  });

  test('is kept for the longer of the stale windows behind its freshness; "not found" as long as it is fresh', () => {
    expect(expiryOf('found', NOW, WINDOWS)).toBe(NOW + 300_000 + 86_400_000);
    expect(expiryOf('found', NOW, { ...WINDOWS, staleIfErrorMs: 0 })).toBe(NOW + 300_000 + 900_000);
    expect(expiryOf('not-found', NOW, WINDOWS)).toBe(NOW + 15_000);
  });
});
