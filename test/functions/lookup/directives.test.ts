import { describe, expect, test } from '@jest/globals';
import { NO_DIRECTIVES, readDirectives } from '../../../functions/lookup/directives.ts';
import { anyCharacter, fc } from '../../support/properties.ts';

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
    ['max-stale', { maxStaleMs: Number.POSITIVE_INFINITY }],
    ['max-stale=60', { maxStaleMs: 60_000 }],
    ['Max-Stale = "60"', { maxStaleMs: 60_000 }],
    ['max-stale=0', { maxStaleMs: 0 }],
    ['max-stale, max-stale=60', { maxStaleMs: 60_000 }],
    ['max-stale=60,max-stale=90', { maxStaleMs: 60_000 }],
    ['stale-if-error=60', { staleIfErrorMs: 60_000 }],
    ['stale-if-error=60, stale-if-error=10', { staleIfErrorMs: 10_000 }],
    ['stale-if-error=0', { staleIfErrorMs: 0 }],
    ['max-stale=99999999999999999999', { maxStaleMs: 2 ** 31 * 1000 }],
    ['no-store=1, only-if-cached', { noStore: true, onlyIfCached: true }],
    ['max-age=99999999999999999999', { maxAgeMs: 2 ** 31 * 1000 }],
    [' ,, max-age=1 ,no-transform, foo=bar', { maxAgeMs: 1000 }],
    ['foo="a, no-cache, b", max-age=1', { maxAgeMs: 1000 }],
    ['foo="a\\", only-if-cached, \\\\", max-age=1', { maxAgeMs: 1000 }],
    ['foo="",no-cache,bar=""', { noCache: true }],
    ['foo=" , no-cache', { noCache: true }],
    ['foo="\\", no-cache', { noCache: true }],
    ['max-age\t=\t60\t', { maxAgeMs: 60_000 }],
    [`${'x,'.repeat(8000)}max-age=60`, { maxAgeMs: 60_000 }],
    [`max-age=60,${'x,'.repeat(9000)}no-cache`, { maxAgeMs: 60_000 }],
    [`${' '.repeat(16_384 - 10)}max-age=60`, { maxAgeMs: 60_000 }],
    [`${' '.repeat(16_384 - 9)}max-age=60`, {}],
    // The cut is between the digits.
    [`no-store,${' '.repeat(16_384 - 9 - 9)}max-age=60`, { noStore: true }],
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
    'max-age=60=5',
    'max-stale=',
    'max-stale=-1',
    'max-stale=x',
    'stale-if-error',
    'stale-if-error=x',
    'stale-while-revalidate=60',
    'private',
    'nocache',
    'no cache',
    '"no-cache"',
    'foo="no-cache"',
    'foo="a,max-stale,b"',
    'foo="a,b", bar="c,no-store,d"',
  ])('ignore %j, which is malformed or unknown', (header) => {
    expect(readDirectives(header)).toEqual(NO_DIRECTIVES);
  });

  test('of a caller that sends none are empty', () => {
    expect(readDirectives(undefined)).toStrictEqual({
      noCache: false,
      noStore: false,
      onlyIfCached: false,
      maxAgeMs: undefined,
      minFreshMs: undefined,
      maxStaleMs: undefined,
      staleIfErrorMs: undefined,
    });
  });

  test('are those behind a text of many quotation marks that have no end', () => {
    const header = `"${'\\"'.repeat(8000)}`;
    expect(readDirectives(`${header.slice(0, 16_000)},no-cache`)).toEqual({ ...NO_DIRECTIVES, noCache: true });
  });

  test('are read from any text without throwing', () => {
    fc.assert(fc.property(fc.string({ unit: anyCharacter }), (header) => void readDirectives(header)));
  });
});
