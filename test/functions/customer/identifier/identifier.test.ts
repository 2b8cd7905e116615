import { describe, expect, test } from '@jest/globals';
import { readIdentifier, toIdentifier } from '../../../../functions/customer/identifier/identifier.ts';
import {
  IDENTIFIER_NAMES,
  type IdentifierName,
  toIdentifierName,
} from '../../../../functions/customer/identifier/identifier-name.ts';
import { InvalidRequestError } from '../../../../functions/customer/request/invalid-request-error.ts';
import { fc } from '../../../support/properties.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const read = async (name: IdentifierName, text: string) => (await toIdentifier(name, text, DEFAULT_READING)).value;

const CANONICAL: readonly [IdentifierName, string, string][] = [
  ['mobile', '+91 98765 43210', '919876543210'],
  ['mobile', '0091 9876543210', '919876543210'],
  ['mobile', '09876543210', '919876543210'],
  ['mobile', '9876543210', '919876543210'],
  ['mobile', '919876543210', '919876543210'],
  ['mobile', '  (+91) 98765-43.210 ', '919876543210'],
  ['mobile', '+44 7911 123456', '447911123456'],
  ['email', 'Bubalus@Example.COM', 'bubalus@example.com'],
  ['email', " o'neil+till@example.com ", "o'neil+till@example.com"],
  ['cardnumber', ' 1234 5678-9Ab ', '12345678-9Ab'],
  ['id', '566881933', '566881933'],
  ['id', '007', '7'],
  ['id', '101.0', '101'],
  ['id', ' 1.01E2 ', '101'],
  ['externalId', ' MpQ sP-100 ', 'MpQ sP-100'],
  ['wechat', 'oABc_1', 'oABc_1'],
  ['martjackId', 'Ünïcode', 'Ünïcode'],
  ['fbId', '１２３', '１２３'],
  ['cardExternalId', 'a b', 'a b'],
];

const REFUSED: readonly [IdentifierName, string, string][] = [
  ['mobile', '12345', 'too short to be possible'],
  ['mobile', '987654321098765432', 'too long to be possible'],
  ['mobile', '+91 98765 43210 ext. 5', 'an extension'],
  ['mobile', '9876543210;ext=5', 'an extension'],
  ['mobile', 'call 9876543210', 'text around it'],
  ['mobile', '９８７６５４３２１０', 'full-width digits'],
  ['mobile', '٩٨٧٦٥٤٣٢١٠', 'Arabic-Indic digits'],
  ['mobile', '९८७६५४३२१०', 'Devanagari digits'],
  ['mobile', '+', 'no digits'],
  ['mobile', '+099 123 456 789', 'a country code that starts with 0'],
  ['mobile', '9876543210.0', 'a spreadsheet’s number'],
  ['email', 'bubalus.example.com', 'no @'],
  ['email', 'bubalus@example@com', 'two @'],
  ['email', 'bubalus @example.com', 'a space inside'],
  ['email', '@example.com', 'nothing before the @'],
  ['email', 'bubalus@', 'nothing behind the @'],
  ['email', '\u212Aelvin@example.com', 'the Kelvin sign, which lower-cases to k'],
  ['email', 'ｂubalus@example.com', 'a full-width letter'],
  ['id', '12a', 'a letter'],
  ['id', '-12', 'a sign'],
  ['id', '12.5', 'a fraction'],
  ['id', '１２', 'full-width digits'],
  ['externalId', '', 'nothing'],
  ['externalId', '   ', 'nothing but spaces'],
  ['externalId', 'a'.repeat(257), '257 characters'],
  ['externalId', 'a\u0000b', 'a control character'],
  ['externalId', 'a\tb', 'a tab'],
  ['externalId', 'a\u200Bb', 'a format character'],
  ['externalId', '\uFEFFab', 'a byte order mark'],
  ['wechat', 'a\uD800', 'a lone surrogate'],
  ['cardnumber', '\u00AD1', 'a soft hyphen'],
];

describe('the one spelling of an identifier', () => {
  test.each(CANONICAL)('%s %j is %j', async (name, text, value) => {
    expect(await read(name, text)).toBe(value);
  });

  test.each(REFUSED)('refuses %s %j: %s', async (name, text) => {
    const refusal = await toIdentifier(name, text, DEFAULT_READING).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(InvalidRequestError);
    expect(refusal).toMatchObject({ code: 'invalid_identifier' });
  });

  test('counts characters, not UTF-16 units: 256 of them beyond the basic plane are accepted', async () => {
    expect(await read('externalId', '𝔘'.repeat(256))).toBe('𝔘'.repeat(256));
  });

  test('a refusal never repeats the value', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...IDENTIFIER_NAMES),
        fc.string({ unit: 'grapheme', minLength: 12 }),
        async (name, text) => {
          const refusal = await toIdentifier(name, text, DEFAULT_READING).catch((error: unknown) => error);
          if (refusal instanceof InvalidRequestError) expect(refusal.message).not.toContain(text);
        },
      ),
    );
  });

  test('an accepted value does not change if it is read again; a mobile number does not with a + before it (mobile.test.ts)', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...IDENTIFIER_NAMES.filter((name) => name !== 'mobile')),
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        async (name, text) => {
          const value = await read(name, text).catch(() => undefined);
          fc.pre(value !== undefined);
          expect(await read(name, value)).toBe(value);
        },
      ),
    );
  });

  test('an Indian mobile number is one, however it is grouped and prefixed', async () => {
    const separators = fc
      .array(fc.constantFrom('', ' ', '-', '.'), { minLength: 10, maxLength: 10 })
      // A dot before the last digit is refused.
      .map((gaps) => gaps.with(8, ' '));
    const national = fc
      .tuple(fc.constantFrom('6', '7', '8', '9'), fc.stringMatching(/^\d{9}$/))
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(
        national,
        separators,
        fc.constantFrom('', '0', '+91 ', '0091 '),
        async (number, gaps, prefix) => {
          const spelling = prefix + [...number].map((digit, position) => digit + gaps[position]).join('');
          expect(await read('mobile', spelling.replace(/\D+$/, ''))).toBe(`91${number}`);
        },
      ),
    );
  });

  test.each([
    ['externalid', 'externalId'],
    ['EXTERNALID', 'externalId'],
    ['externalID', 'externalId'],
    ['CardNumber', 'cardnumber'],
    [' mobile ', 'mobile'],
    ['card_number', 'cardnumber'],
    [' CARD_Number ', 'cardnumber'],
    [`${' '.repeat(250)}mobile`, 'mobile'],
    [`${' '.repeat(251)}mobile`, undefined],
    ['external_id', undefined],
    ['card_external_id', undefined],
    ['cardnumbers', undefined],
    ['phone', undefined],
    ['__proto__', undefined],
  ])('the name %j is %j in the documented spelling', (text, name) => {
    expect(toIdentifierName(text)).toBe(name);
  });
});

describe('the text of a refusal', () => {
  const refusal = (name: IdentifierName, text: string) =>
    read(name, text).then(
      () => 'accepted',
      (error: InvalidRequestError) => error.message,
    );

  test.each<[IdentifierName, string, RegExp]>([
    [
      'wechat',
      '   ',
      /^The identifierValue given for wechat is empty; allowed are 1 to 256 characters without outer spaces\.$/,
    ],
    ['wechat', 'x'.repeat(257), / is too long; allowed are 1 to 256 characters without outer spaces\.$/],
    [
      'wechat',
      'a\u0000',
      /^The identifierValue given for wechat holds a control or format character or a lone surrogate/,
    ],
    [
      'mobile',
      '12',
      /^The identifierValue given for mobile is not a mobile number; allowed are .* in IN, without an extension\.$/,
    ],
    [
      'mobile',
      '9876543210.0',
      /^The identifierValue given for mobile ends in a dot and one digit, or in a dot and zeros, as a spreadsheet writes a number; send the number without them\.$/,
    ],
    [
      'mobile',
      '9876543210.00',
      /^The identifierValue given for mobile ends in .* or in a dot and zeros, as a spreadsheet/,
    ],
    ['email', 'nobody', /^The identifierValue given for email is not an e-mail address; allowed is printable ASCII/],
    ['id', '7a', /^The identifierValue given for id is not a customer id; allowed are the digits 0 to 9\.$/],
  ])('%s, %j', async (name, text, message) => {
    expect(await refusal(name, text)).toMatch(message);
  });

  test('of a mobile number whose international prefix can be cut off in two ways: how to write it', async () => {
    const inSingapore = toIdentifier('mobile', '001 6582345678', { ...DEFAULT_READING, defaultCountry: 'SG' });
    await expect(inSingapore).rejects.toThrow(
      'The identifierValue given for mobile starts with an international prefix that gives two different numbers; send a + in its place.',
    );
  });

  test('does not exist for outer spaces, and for the shortest and the longest value', async () => {
    expect(await read('wechat', '   a b   ')).toBe('a b');
    expect(await read('wechat', 'a')).toBe('a');
    expect(await read('wechat', 'x'.repeat(256))).toHaveLength(256);
  });
});

describe('an external id, if dual eligibility is on', () => {
  const DUAL = { ...DEFAULT_READING, primaryIdentifier: 'externalId' as const };

  test.each([
    ['abc123', 'abc123', 'abc123'],
    ['ABC123', 'abc123', 'ABC123'],
    [' AbC-1 ', 'abc-1', 'AbC-1'],
    ['ÄÖ', 'äö', 'ÄÖ'],
    // The upstream may distinguish them from k and i: a key that merges them would show another customer.
    ['\u212a1', '\u212a1', '\u212a1'],
    ['\u01301', '\u01301', '\u01301'],
  ])('R16: %j is %j in any letter case, and goes upstream as %j', async (text, value, sent) => {
    expect(await readIdentifier('externalId', text, DUAL)).toEqual({ identifier: { name: 'externalId', value }, sent });
  });

  test('keeps its letter case if dual eligibility is off, and so does every other identifier', async () => {
    expect(await read('externalId', 'AbC')).toBe('AbC');
    for (const name of ['cardnumber', 'cardExternalId', 'wechat', 'martjackId', 'fbId'] as const) {
      expect(await readIdentifier(name, 'AbC', DUAL)).toEqual({ identifier: { name, value: 'AbC' }, sent: 'AbC' });
    }
  });
});

describe('a mobile number after a space', () => {
  test('R14: in a query string may have lost its +, and says how to write one', async () => {
    const options = { origin: 'query' as const, given: 'mobile' };
    const lost = toIdentifier('mobile', ' 2222345678', DEFAULT_READING, options);
    await expect(lost).rejects.toMatchObject({
      code: 'invalid_identifier',
      message:
        'mobile starts with a space, and may have lost a +. In a query string a + is written %2B; write it like this, or send no space.',
    });
    expect(await toIdentifier('mobile', ' 6591234567', DEFAULT_READING, options)).toMatchObject({
      value: '6591234567',
    });
    expect(await toIdentifier('mobile', '  98765 43210 ', DEFAULT_READING, options)).toMatchObject({
      value: '919876543210',
    });
    expect(await toIdentifier('mobile', '2222345678 ', DEFAULT_READING, options)).toMatchObject({
      value: '912222345678',
    });
  });

  test('R14: elsewhere is just a number after a space', async () => {
    expect(await read('mobile', ' 2222345678')).toBe('912222345678');
    expect(await read('mobile', ' 6591234567')).toBe('916591234567');
  });
});
