import { describe, expect, test } from '@jest/globals';
import { acceptsGzip, weightOf } from '../../../functions/rest/accept-encoding.ts';
import { anyCharacter, fc } from '../../support/properties.ts';

describe('Accept-Encoding', () => {
  test.each<[string | undefined, boolean]>([
    [undefined, false],
    ['', false],
    ['gzip', true],
    ['GZip', true],
    ['x-gzip', true],
    ['gzip, deflate', true],
    ['deflate, gzip;q=1.0, *;q=0.5', true],
    ['br;q=1.0, gzip;q=0.8', true],
    ['gzip;q=0', false],
    ['gzip;q=0.000', false],
    ['gzip ; q=0.001', true],
    ['gzip;Q=0.5', true],
    ['gzip;q=0, *', false],
    ['*', false],
    ['*;q=0, gzip', true],
    ['identity', false],
    ['identity, gzip', true],
    ['identity;q=1, gzip;q=0.5', false],
    ['identity;q=0.5, gzip;q=1', true],
    ['identity;q=0', false],
    ['deflate', false],
    ['br, zstd', false],
    ['gzipped', false],
    ['not-gzip', false],
    ['gzip;q=2', false],
    ['gzip;q=-1', false],
    ['gzip;q=0.1234', false],
    ['gzip;q=1.000', true],
    ['gzip;q=1.0000', false],
    ['gzip;q =1', true],
    ['gzip;qx=1', false],
    ['( gzip', false],
    ['gzip'.padStart(16_384), true],
    ['gzip'.padStart(16_385), false],
    ['gzip;level=9', false],
    [', ,gzip', true],
    [`${' '.repeat(20_000)}gzip`, false],
  ])('%j: gzip %j', (header, expected) => {
    expect(acceptsGzip(header)).toBe(expected);
  });

  test('the first element counts if a coding stands twice', () => {
    expect(weightOf('gzip;q=0.3, gzip;q=0.9', 'gzip')).toBe(0.3);
    expect(weightOf('gzip;q=0, gzip', 'gzip')).toBe(0);
  });

  test('any text is read without an error', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter, maxLength: 400 }), (text) => {
        const weight = weightOf(text, 'gzip');
        expect(weight === undefined || (weight >= 0 && weight <= 1)).toBe(true);
      }),
    );
    expect(weightOf(`gzip${' '.repeat(16_000)}`, 'gzip')).toBe(1);
    expect(weightOf(`gzip;${' '.repeat(16_000)}x`, 'gzip')).toBeUndefined();
  });
});
