import { describe, expect, test } from '@jest/globals';
import { toLowerCaseSpelling, withoutCase } from '../../../../functions/customer/identifier/letter-case.ts';
import { anyCharacter, fc } from '../../../support/properties.ts';

describe('the lower-case spelling', () => {
  test.each([
    ['AbC-1', 'abc-1'],
    ['ÄÖÜ', 'äöü'],
    ['ΑΒΓ', 'αβγ'],
    ['名', '名'],
    ['𐐀', '𐐨'],
    // A character outside ASCII stays if its lower case would be a letter of ASCII.
    ['\u212a', '\u212a'],
    ['\u0130', '\u0130'],
  ])('of %j is %j', (text, lower) => {
    expect(toLowerCaseSpelling(text)).toBe(lower);
  });

  test('stays as it is when it is written again, and is one for both cases of ASCII', () => {
    fc.assert(
      fc.property(fc.string({ unit: anyCharacter }), (text) => {
        const lower = toLowerCaseSpelling(text);
        expect(toLowerCaseSpelling(lower)).toBe(lower);
        expect([...lower]).toHaveLength([...text].length);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), (text) => {
        expect(toLowerCaseSpelling(text.toUpperCase())).toBe(text.toLowerCase());
      }),
    );
  });
});

test('texts that differ only in letter case have one lower-case spelling', () => {
  expect(withoutCase('AbC')).toBe(withoutCase('aBc'));
  expect(withoutCase('\u212a')).toBe(withoutCase('K'));
  expect(withoutCase('abc')).not.toBe(withoutCase('abd'));
});
