import { describe, expect, test } from '@jest/globals';
import { toLowerCaseSpelling, withoutCase } from '../../../../functions/customer/identifier/letter-case.ts';
import { anyCharacter, fc } from '../../../support/properties.ts';

describe('the lower-case spelling', () => {
  test.each([
    ['AbC-1', 'abc-1'],
    ['ÄÖÜ', 'äöü'],
    ['ΑΒΓ', 'αβγ'],
    ['ΟΔΟΣ', 'οδοσ'],
    // The sigma at the end of a word.
    ['οδος', 'οδοσ'],
    ['ẞß', 'ßß'],
    ['名', '名'],
    ['𐐀', '𐐨'],
    // A character outside ASCII stays if its lower case would be a letter of ASCII.
    ['\u212a', '\u212a'],
    ['\u0130', '\u0130'],
    // The long s, and the i without a dot.
    ['\u017f\u0131', '\u017f\u0131'],
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

describe('texts that differ only in letter case', () => {
  test.each([
    ['AbC', 'aBc'],
    ['\u212a', 'K'],
    ['ΟΔΟΣ', 'οδος'],
    ['οδοσ', 'οδος'],
  ])('are one: %j and %j', (text, other) => {
    expect(withoutCase(text)).toBe(withoutCase(other));
  });

  test.each([
    ['abc', 'abd'],
    ['straße', 'strasse'],
    ['é', 'e'],
  ])('are not %j and %j', (text, other) => {
    expect(withoutCase(text)).not.toBe(withoutCase(other));
  });
});
