import { describe, expect, test } from '@jest/globals';
import { cacheUseOf, readCacheStatus, sentenceOf } from '../../console/lookup/cache-status.js';

// Tests every form of contract §1, and its meaning for the page.
describe('Cache-Status, read', () => {
  test.each([
    ['lookaside; hit; ttl=287', 'hit', 287, 'The cache answered.'],
    ['lookaside; hit; ttl=-12; detail=stale-while-revalidate', 'stale', -12, 'The cache answered at once'],
    ['lookaside; hit; ttl=-900; detail=stale-if-error', 'stale', -900, 'Capillary failed or was too slow'],
    ['lookaside; hit; ttl=-40; detail=max-stale', 'stale', -40, 'The cache answered with an older reply, because'],
    ['lookaside; fwd=miss; fwd-status=200; stored', 'miss', undefined, 'The cache had no reply.'],
    ['lookaside; fwd=miss; fwd-status=200', 'miss', undefined, 'The cache had no reply.'],
    ['lookaside; fwd=miss; collapsed', 'collapsed', undefined, 'Another look-up was asking'],
    ['lookaside; fwd=stale; fwd-status=200; stored', 'miss', undefined, 'The reply in the cache was too old.'],
    ['lookaside; fwd=request; fwd-status=200; stored', 'miss', undefined, 'This look-up wanted a newer reply.'],
    ['lookaside; fwd=bypass; fwd-status=200', 'bypass', undefined, 'The cache is off'],
    ['lookaside; detail=invalid_identifier', 'none', undefined, 'Neither the cache nor Capillary was asked.'],
    [null, 'none', undefined, 'Neither the cache nor Capillary was asked.'],
  ] as const)('%s is %s', (header, outcome, ttlSeconds, sentence) => {
    const use = readCacheStatus(header);
    expect(use).toMatchObject({ outcome, ttlSeconds, isStored: header?.endsWith('; stored') ?? false });
    expect(sentenceOf(use).startsWith(sentence)).toBe(true);
  });
});

describe('a look-up of two halves, one of them from the cache', () => {
  const partly = 'The cache had a part of the reply. Capillary was asked for the rest.';
  const answered = (cacheStatus: string, ageSeconds: number, durationMs: number) =>
    cacheUseOf({ cacheStatus, ageSeconds, durationMs });

  test.each(['miss', 'stale', 'request'])('is recognised by an age beyond its own duration: fwd=%s', (reason) => {
    const header = `lookaside; fwd=${reason}; fwd-status=200; stored`;
    const use = answered(header, 21, 300);
    expect(use).toMatchObject({ outcome: 'miss', isStored: true, isPartly: true });
    expect(sentenceOf(use)).toBe(partly);
    expect(sentenceOf(answered(header, 0, 300))).not.toBe(partly);
    expect(sentenceOf(answered(header, 4, 4200))).not.toBe(partly);
  });

  test.each([
    'lookaside; hit; ttl=270',
    'lookaside; hit; ttl=-9; detail=stale-while-revalidate',
    'lookaside; fwd=miss; collapsed',
    'lookaside; fwd=bypass; fwd-status=200',
  ])('is none for %s, however old the reply is', (header) => {
    expect(answered(header, 21, 300)).toEqual(readCacheStatus(header));
  });
});
