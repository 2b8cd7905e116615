import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { NO_DIRECTIVES, readDirectives } from '../../../functions/lookup/directives.ts';

describe('the request directives of Cache-Control', () => {
  test.each([
    [undefined, {}],
    ['', {}],
    ['no-cache', { noCache: true }],
    ['NO-CACHE, No-Store', { noCache: true, noStore: true }],
    ['only-if-cached', { onlyIfCached: true }],
    ['max-age=60', { maxAgeMs: 60_000 }],
    ['max-age="60"', { maxAgeMs: 60_000 }],
    ['max-age = 60', { maxAgeMs: 60_000 }],
    ['max-age=0', { maxAgeMs: 0 }],
    ['max-age=60, max-age=10', { maxAgeMs: 10_000 }],
    ['min-fresh=5,min-fresh=20', { minFreshMs: 20_000 }],
    ['max-age=99999999999999999999', { maxAgeMs: 2 ** 31 * 1000 }],
    [' ,, max-age=1 ,no-transform, foo=bar', { maxAgeMs: 1000 }],
  ])('of %j are %j', (header, directives) => {
    expect(readDirectives(header)).toEqual({ ...NO_DIRECTIVES, ...directives });
  });

  test.each([
    'max-age',
    'max-age=',
    'max-age=-1',
    'max-age=1.5',
    'max-age=1s',
    "max-age='1'",
    'max-age="1',
    'min-fresh',
    'private',
    'nocache',
    'no cache',
  ])('ignore %j, which is malformed or unknown', (header) => {
    expect(readDirectives(header)).toEqual(NO_DIRECTIVES);
  });

  test('are read from any text without throwing', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (header) => void readDirectives(header)));
  });
});
