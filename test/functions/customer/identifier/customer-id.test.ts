import { describe, expect, test } from '@jest/globals';
import { toCustomerId } from '../../../../functions/customer/identifier/customer-id.ts';
import { fc } from '../../../support/properties.ts';

describe('a customer id', () => {
  test.each([
    ['101', '101'],
    ['0101', '101'],
    ['101.0', '101'],
    ['101.000', '101'],
    ['1.01E2', '101'],
    ['1.01e+2', '101'],
    ['1.01e002', '101'],
    ['101e0', '101'],
    ['1010e-1', '101'],
    ['0.101e3', '101'],
    ['00.00101E5', '101'],
    ['481516230.0', '481516230'],
    ['4.8151623E8', '481516230'],
    ['9007199254740993', '9007199254740993'],
    ['9007199254740993.0', '9007199254740993'],
    ['9.007199254740993E15', '9007199254740993'],
    ['18446744073709551616', '18446744073709551616'],
    ['1e3', '1000'],
    ['0', '0'],
    ['000', '0'],
    ['0.0', '0'],
    ['0E999', '0'],
    ['0e-5', '0'],
    ['1e255', `1${'0'.repeat(255)}`],
    ['9'.repeat(256), '9'.repeat(256)],
  ])('K3: %s is %s', (text, id) => {
    expect(toCustomerId(text)).toBe(id);
  });

  test.each([
    [undefined],
    [''],
    [' 101'],
    ['101 '],
    ['-101'],
    ['-0'],
    ['+101'],
    ['101.5'],
    ['101.'],
    ['.101e3'],
    ['1e-1'],
    ['10e-3'],
    ['00100e-6'],
    ['100e-3'],
    ['101e'],
    ['1.01E1'],
    ['1e99999999999999999999'],
    ['1e-99999999999999999999'],
    ['1e256'],
    ['9'.repeat(257)],
    [`${'0'.repeat(256)}1`],
    ['0x65'],
    ['1_000'],
    ['1,000'],
    ['NaN'],
    ['Infinity'],
    ['١٠١'],
    ['１０１'],
    ['101\n'],
  ])('is not %j', (text) => {
    expect(toCustomerId(text)).toBeUndefined();
  });

  test('K3: has one spelling, however it is written as a number', () => {
    const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    const zeros = fc.integer({ min: 0, max: 9 }).map((count) => '0'.repeat(count));
    fc.assert(
      fc.property(
        id,
        zeros,
        zeros,
        fc.nat(19),
        fc.constantFrom('e', 'E', 'e+', 'E+0'),
        (value, lead, trail, shift, e) => {
          const digits = String(value).padStart(shift + 1, '0');
          const scientific = `${lead}${digits.slice(0, digits.length - shift)}.${digits.slice(digits.length - shift)}${trail}0${e}${shift}`;
          expect(toCustomerId(scientific)).toBe(String(value));
          expect(toCustomerId(`${lead}${value}`)).toBe(String(value));
          expect(toCustomerId(`${value}.0${trail}`)).toBe(String(value));
          expect(toCustomerId(`${value}${trail}e-${trail.length}`)).toBe(String(value));
        },
      ),
    );
  });

  test('K3: is never the same for numbers that differ', () => {
    const id = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    fc.assert(
      fc.property(id, id, (one, other) => {
        fc.pre(one !== other);
        expect(toCustomerId(`${one}.0`)).not.toBe(toCustomerId(String(other)));
      }),
    );
  });

  test('reads as itself', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{1,30}(\.0{1,5})?([eE][0-9]{1,2})?$/), (text) => {
        const once = toCustomerId(text);
        expect(once).toMatch(/^(?:0|[1-9][0-9]*)$/);
        expect(toCustomerId(once)).toBe(once);
      }),
    );
  });
});
