import { createRequire } from 'node:module';
import { describe, expect, jest, test } from '@jest/globals';
import {
  type CountryCode,
  type Examples,
  getCountries,
  getExampleNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/core';
import { COUNTRY_CODES, isCountry } from '../../../../functions/customer/identifier/countries.ts';
import { type MobileResult, readMobile } from '../../../../functions/customer/identifier/mobile.ts';
import { phoneMetadata as world } from '../../../../functions/customer/identifier/phone-metadata-world.ts';
import { cutToCallingCode, withoutFormats } from '../../../../infra/phone-library.ts';
import { fc, runs } from '../../../support/properties.ts';

const WORLD = { near: world, world: async () => world };
const read = (text: string, defaultCountry: string, mayLackPlus = false) =>
  readMobile(text, { defaultCountry, phoneMetadata: WORLD, mayLackPlus });
const said = (result: MobileResult) => ('number' in result ? result.number : result.problem);

/** A row of the decision: rule, default country, text, number or problem, why. */
type Row = readonly [rule: string, country: string, text: string, result: string, why: string];

const PLAIN: readonly Row[] = [
  ['form', 'IN', '9876543210', '919876543210', 'digits'],
  ['form', 'IN', '(98765) 43-210', '919876543210', 'punctuation is cut'],
  ['form', 'IN', '(+91) 98765-43.210', '919876543210', 'a + behind a parenthesis is before the digits'],
  ['form', 'IN', '91+9876543210', 'no-number', 'a + inside'],
  ['form', 'IN', '++919876543210', 'no-number', 'two +'],
  ['form', 'IN', '+', 'no-number', 'no digits'],
  ['form', 'IN', '().-', 'no-number', 'punctuation alone'],
  ['form', 'IN', '', 'no-number', 'nothing'],
  ['form', 'IN', '+91 98765 43210 ext. 5', 'no-number', 'an extension'],
  ['form', 'IN', '9876543210;ext=5', 'no-number', 'an extension of RFC 3966'],
  ['form', 'IN', 'tel:9876543210', 'no-number', 'text before it'],
  ['form', 'IN', '9876543210 (home)', 'no-number', 'text behind it'],
  ['form', 'IN', '9876543210\n', 'no-number', 'a line break'],
  ['form', 'IN', '\u00a09876543210', 'no-number', 'a space outside ASCII'],
  ['form', 'IN', '98765–43210', 'no-number', 'a dash outside ASCII'],
  ['form', 'IN', '９８７６５４３２１０', 'no-number', 'full-width digits'],
  ['form', 'IN', '٩٨٧٦٥٤٣٢١٠', 'no-number', 'Arabic-Indic digits'],
  ['form', 'IN', '9'.repeat(257), 'no-number', 'too long'],
  ['form', 'IN', `98765${' '.repeat(246)}43210`, '919876543210', '256 characters'],
  ['form', 'IN', `98765${' '.repeat(247)}43210`, 'no-number', '257 characters, punctuation included'],

  ['1', 'ID', '0811234567.0', 'decimal', 'a spreadsheet'],
  ['1', 'IN', '9876543210.0', 'decimal', 'a spreadsheet'],
  ['1', 'IN', '+919876543210.0', 'decimal', 'with a country code'],
  ['1', 'IN', '98.765.432.1.0', 'decimal', 'dots before it, too'],
  ['1', 'IN', '987654321.5', 'decimal', 'any digit'],
  ['1', 'IN', '9876543210.00', 'decimal', 'zeros alone behind the one dot'],
  ['1', 'ID', '811 234 567.00', 'decimal', 'spaces between thousands: with the zeros it is valid too'],
  ['1', 'ID', '+62 811 234 567.0000', 'decimal', 'with a country code, and other zeros'],
  ['1', 'FR', '06 12 34 56.00', '33612345600', 'spaces, but not between thousands'],
  ['1', 'IN', '98.76.54.32.00', '919876543200', 'zeros behind the last of several dots'],
  ['1', 'IN', '98765.43210', '919876543210', 'one dot, with more than zeros behind it'],
  ['1', 'IN', '98.76.54.32.10', '919876543210', 'pairs of digits'],
  ['1', 'IN', '9876543210.', '919876543210', 'a dot at the end'],

  ['2', 'IN', '+91 98765 43210', '919876543210', 'a number of the default country'],
  ['2', 'IN', '0091 9876543210', '919876543210', '00'],
  ['2', 'IN', '+91 (0)98765 43210', '919876543210', 'a trunk 0'],
  ['2', 'IN', '+91 (0)0 98765 43210', '919876543210', 'two of them'],
  ['2', 'IN', '+6591234567', '6591234567', 'from abroad'],
  ['2', 'IN', '006591234567', '6591234567', 'from abroad with 00'],
  ['2', 'DE', '+4915123456789', '4915123456789', 'R1'],
  ['2', 'DE', '+49 (0)1512 3456789', '4915123456789', 'R1 with a trunk 0'],
  ['2', 'IN', '+912222345678', '912222345678', 'a landline is possible'],
  ['2', 'MX', '+5215512345678', '5215512345678', 'not possible any more, and yet customers are registered so'],
  ['2', 'BJ', '+22997123456', '22997123456', 'not possible any more'],
  ['2', 'IN', '+22997123456', '22997123456', 'not possible any more, from abroad'],
  ['2', 'IN', '0022997123456', '22997123456', 'not possible any more, with 00'],
  ['2', 'IN', '+99912345', '99912345', '8 digits of no country'],
  ['2', 'IN', '+999123456789012', '999123456789012', '15 digits of no country'],
  ['2', 'IN', '+9991234', 'no-number', '7 digits of no country'],
  ['2', 'IN', '+9991234567890123', 'no-number', '16 digits of no country'],
  ['2', 'IN', '+0919876543210', 'no-number', 'a 0 first'],
  ['2', 'IN', '000919876543210', 'no-number', 'a 0 first behind 00'],
  ['2', 'US', '011 91 98765 43210', '919876543210', 'the own prefix of US'],
  ['2', 'US', '00 91 98765 43210', '919876543210', '00, though it is not the prefix of US'],
  ['2', 'US', '011 229 97123456', '22997123456', 'not possible any more, with the own prefix'],
  ['2', 'JP', '010 91 98765 43210', '919876543210', 'the own prefix of JP'],
  ['2', 'RU', '8~10 91 98765 43210', 'no-number', 'a wave is no punctuation'],
  ['2', 'RU', '810 91 98765 43210', '919876543210', 'the own prefix of RU'],
  ['2', 'SG', '001 91 98765 43210', '919876543210', 'an own prefix of SG, longer than 00'],
  ['2', 'SG', '0091 98765 43210', '919876543210', '00, though 009 is an own prefix too'],
  ['2', 'ID', '008 91 98765 43210', '919876543210', 'an own prefix of ID'],
  ['2', 'ID', '0086 138 0013 8000', '8613800138000', '00, though 008 is an own prefix too'],
  ['2', 'HK', '0065 9123 4567', '6591234567', '00, though 006 is an own prefix too'],
  ['2', 'SG', '001 6582345678', 'two-numbers', '+65 behind 001, +1 behind 00: both are valid'],
  ['2', 'SG', '001 6591234567', '6591234567', '+65 behind 001 is valid, +1 behind 00 is not'],
  ['2', 'SG', '00 22997123456', '22997123456', '00 first, where no reading is possible'],
  ['2', 'ID', '00979123456789', '79123456789', 'a mobile of RU behind 009; +979 behind 00 is no mobile'],
  ['2', 'IN', '+80012345678', '80012345678', 'a toll-free number of no country is possible'],
  ['2', 'FI', '994501234567', '994501234567', 'not a prefix, but the calling code of AZ'],
  ['2', 'FI', '994 91 98765 43210', '919876543210', 'an own prefix of FI'],

  ['4 national valid', 'IN', '09876543210', '919876543210', 'a trunk 0'],
  ['4 national valid', 'GB', '07911123456', '447911123456', 'a trunk 0'],
  ['4 national valid', 'US', '212 555 1234', '12125551234', 'ten digits'],
  ['4 national valid', 'US', '1 212 555 1234', '12125551234', 'a trunk 1, which is the calling code too'],
  ['4 national valid', 'US', '416 555 0123', '14165550123', 'of another country with the same calling code'],
  ['4 national valid', 'ZA', '0821234567', '27821234567', 'a trunk 0'],
  ['4 national valid', 'ID', '0811234567', '62811234567', 'a trunk 0'],
  ['4 national valid', 'ID', '81234567890', '6281234567890', 'without its trunk 0; 81 is the calling code of JP'],
  ['4 national valid', 'SG', '91234567', '6591234567', 'eight digits; 91 is the calling code of IN'],
  ['4 calling code', 'IN', '919876543210', '919876543210', 'as the upstream lists it'],
  [
    '4 calling code',
    'DE',
    '4915123456789',
    '4915123456789',
    'R1: as the upstream lists it; possible as a national number',
  ],
  ['4 calling code', 'ID', '62811234567', '62811234567', 'possible as a national number'],
  ['4 calling code', 'XK', '38343201234', '38343201234', 'possible as a national number'],
  ['4 calling code', 'ZA', '27821234567', '27821234567', 'as the upstream lists it'],
  ['4 calling code', 'ZA', '278444248', '278444248', 'ZA has short numbers, too; possible as a national number'],
  ['4 calling code', 'GB', '447911123456', '447911123456', 'as the upstream lists it'],
  ['4 calling code', 'IN', '91 098765 43210', '919876543210', 'a trunk 0 behind the calling code'],
  ['4 national possible', 'IN', '07911123456', '917911123456', 'a number of GB that is possible in IN'],
  ['4 national possible', 'IN', '6591234567', '916591234567', 'a number of SG that is possible in IN'],
  ['4 national possible', 'IN', '2222345678', '912222345678', 'a landline'],
  ['4 national possible', 'IN', '912222345678', '912222345678', 'a landline as the upstream lists it'],
  ['4 national possible', 'CA', '600 8206', '16008206', 'seven digits, which are not possible behind +1'],
  ['4 international valid', 'SG', '919876543210', '919876543210', 'a number of IN'],
  ['4 international valid', 'US', '919876543210', '919876543210', 'a number of IN'],
  ['4 international valid', 'US', '4915123456789', '4915123456789', 'a number of DE'],
  ['4 international valid', 'GB', '6591234567', '446591234567', 'not reached: it is possible in GB'],
  ['4 international valid', 'US', '882337123456', '882337123456', 'a mobile of no country'],
  ['4', 'US', '80012345678', 'no-number', 'a toll-free number of no country is no mobile'],
  ['4', 'US', '979123456789', 'no-number', 'a premium-rate number of no country is no mobile'],
  ['4', 'US', '883510012345', 'no-number', 'an Internet telephone of no country is no mobile'],
  ['4', 'IN', '12345', 'no-number', 'too short'],
  ['4', 'IN', '987654321098765432', 'no-number', 'too long'],
  ['4', 'US', '5215512345678', 'no-number', 'without a prefix, a number that is not possible is not believed'],
  ['4', 'SG', '22997123456', '6522997123456', 'not reached: it is possible in SG'],
];

/** Rows where a + may have been lost. */
const AFTER_A_SPACE: readonly Row[] = [
  ['3', 'IN', '9876543210', '919876543210', 'national is valid, +98 is not'],
  ['3', 'IN', '919876543210', '919876543210', 'international is valid, national is not'],
  ['3', 'IN', '6591234567', '6591234567', 'R14: +65 is valid, national is not'],
  ['3', 'DE', '4915123456789', '4915123456789', 'R1: international is valid, national is not'],
  ['3', 'IN', '(65) 9123-4567', '6591234567', 'punctuation before the digits'],
  ['3', 'US', '12125551234', '12125551234', 'both are valid and one number'],
  ['3', 'IN', '8613800138000', '8613800138000', 'a number of CN'],
  ['3', 'SG', '91234567', '6591234567', 'national is valid, +91 is not'],
  ['3', 'CN', '19876543210', '8619876543210', 'national is valid, +1 987 is not'],
  ['3', 'IN', '9613123456', 'lost-plus', 'a number of IN, and with a + one of LB'],
  ['3', 'ID', '883510012345', '62883510012345', 'national is valid, +883 is an Internet telephone and no mobile'],
  ['3', 'IN', '80012345678', 'lost-plus', '+800 is toll-free and no mobile: none is valid'],
  ['3', 'IN', '2222345678', 'lost-plus', 'a landline: none is valid'],
  ['3', 'MX', '5215512345678', 'lost-plus', 'none is valid'],
  ['3', 'IN', '12345', 'lost-plus', 'none is valid'],
  ['3', 'CA', '6008206', 'lost-plus', 'seven digits that are possible in CA: none is valid'],
  ['1', 'IN', '9876543210.0', 'decimal', 'rule 1 comes first'],
  ['2', 'IN', '+919876543210', '919876543210', 'rule 2 comes first'],
  ['2', 'IN', '00919876543210', '919876543210', 'rule 2 comes first'],
  ['2', 'US', '011919876543210', '919876543210', 'rule 2 comes first'],
];

describe('a mobile number', () => {
  test.each(PLAIN)('K5, rule %s: in %s %j is %s (%s)', async (_rule, country, text, result) => {
    expect(said(await read(text, country))).toBe(result);
  });

  test.each(AFTER_A_SPACE)('R14, rule %s: in %s %j after a space is %s (%s)', async (_rule, country, text, result) => {
    expect(said(await read(text, country, true))).toBe(result);
  });

  test('every country that libphonenumber knows may be the default, and no other', () => {
    expect([...COUNTRY_CODES].sort()).toEqual([...getCountries(world)].sort());
    expect(COUNTRY_CODES.filter((code) => !isCountry(code))).toEqual([]);
    expect(['', 'in', 'IND', 'ZZ', '001', 'IN ', '__proto__'].filter(isCountry)).toEqual([]);
  });
});

/** Default countries whose prefixes, trunk digits and lengths differ. */
const HOMES = [
  'IN',
  'DE',
  'ID',
  'XK',
  'ZA',
  'SG',
  'GB',
  'US',
  'BR',
  'FI',
  'HK',
  'RU',
  'MX',
  'IT',
  'CI',
  'CV',
  'AU',
] as const;

/** A valid mobile number of each country that has an example, as E.164. */
const EXAMPLES = getCountries(world).flatMap((country) => {
  const examples = createRequire(import.meta.url)('libphonenumber-js/mobile/examples') as Examples;
  const number = getExampleNumber(country, examples, world);
  return number?.isValid() ? [{ country, number: number.number }] : [];
});

const digits = fc.string({ unit: fc.constantFrom(...'0123456789'), maxLength: 18 });
const starts = fc.constantFrom(
  '',
  '+',
  '00',
  '0',
  '000',
  '011',
  '001',
  '810',
  '994',
  '+0',
  '+91',
  '+4900',
  '91',
  '910',
  '49',
  '521',
  '1',
);
const example = fc.constantFrom(...EXAMPLES);
/** An example with one digit changed, put in or left out. */
const damaged = fc
  .tuple(example, fc.nat(20), fc.constantFrom('', '0', '5', '77'), fc.nat(1))
  .map(([{ number }, at, put, cut]) => {
    const position = 1 + (at % (number.length - 1));
    return number.slice(0, position) + put + number.slice(position + cut);
  });
const dialled = fc.oneof(
  fc.tuple(starts, digits).map((parts) => parts.join('')),
  damaged,
  damaged.map((number) => number.slice(1)),
);
const home = fc.constantFrom<CountryCode>(...HOMES);

describe('a mobile number, whatever it is', () => {
  test('there is an example of nearly every country', () => {
    expect(EXAMPLES.length).toBeGreaterThan(230);
  });

  test('reads as itself again with a + before it, in every country', async () => {
    await fc.assert(
      fc.asyncProperty(dialled, home, home, fc.boolean(), async (text, country, other, mayLackPlus) => {
        const result = await read(text, country, mayLackPlus);
        if (!('number' in result)) return;
        expect(result.number).toMatch(/^[1-9][0-9]{4,18}$/);
        expect(await read(`+${result.number}`, other)).toEqual(result);
      }),
      runs(3000),
    );
  });

  test('is the same number in every format', async () => {
    const groups = fc.array(fc.tuple(fc.constantFrom(' ', '-', '.', ' - ', ') ', '('), fc.nat(20)), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(example, home, groups, async ({ country, number }, elsewhere, cuts) => {
        const parsed = parsePhoneNumberFromString(number, world);
        const formatted = (text: string) =>
          cuts.reduce((cut, [mark, at]) => {
            // Not before the + nor before the last digit: a dot there is rule 1.
            const position = 1 + (at % Math.max(1, cut.length - 3));
            return cut.slice(0, position) + mark + cut.slice(position);
          }, text);
        // One dot with zeros alone behind it is rule 1 too: +82102.0000000 is a decimal number.
        fc.pre(!/^\+(?:\d+|\d{1,3}(?: \d{3})+)\.0+$/.test(formatted(number)));
        const one = { number: number.slice(1) };
        for (const text of [number, parsed?.formatInternational() ?? '', `00${number.slice(1)}`, formatted(number)]) {
          expect([text, await read(text, country)]).toEqual([text, one]);
        }
        expect(await read(formatted(number), elsewhere)).toEqual(one);
        expect(await read(parsed?.formatNational() ?? '', country)).toEqual(one);
      }),
      runs(1000),
    );
  });

  test('K1: is read as the upstream lists it in every country, with its country code and no +', async () => {
    for (const { country, number } of EXAMPLES) {
      expect([country, await read(number.slice(1), country)]).toEqual([country, { number: number.slice(1) }]);
    }
  });

  test('is refused, or counts as without a space, where a + may have been lost and rule 4 is certain', async () => {
    await fc.assert(
      fc.asyncProperty(dialled, home, async (text, country) => {
        const result = await read(text, country, true);
        const [plain, plus] = [await read(text, country), await read(`+${text}`, country)];
        if ('number' in result) expect([plain, plus]).toContainEqual(result);
      }),
      runs(1000),
    );
  });
});

describe('the phone metadata', () => {
  /** Cut as the bundler cuts it. */
  const bundled = (country: string) => ({
    near: cutToCallingCode(withoutFormats(world), country),
    world: async () => withoutFormats(world),
  });

  test('of the world is not loaded for a number of the default country', async () => {
    const load = jest.fn(async () => world);
    const phoneMetadata = { near: bundled('IN').near, world: load };
    for (const text of ['9876543210', '+91 98765 43210', '0091 9876543210', '09876543210', '919876543210']) {
      const result = await readMobile(text, { defaultCountry: 'IN', phoneMetadata, mayLackPlus: false });
      expect(result).toEqual({ number: '919876543210' });
    }
    expect(load).not.toHaveBeenCalled();
    expect(await readMobile('+447911123456', { defaultCountry: 'IN', phoneMetadata, mayLackPlus: false })).toEqual({
      number: '447911123456',
    });
    expect(load).toHaveBeenCalled();
  });

  test('reads a default country that is not at hand with that of the world', async () => {
    const options = { defaultCountry: 'GB', phoneMetadata: bundled('IN'), mayLackPlus: false };
    expect(await readMobile('07911123456', options)).toEqual({ number: '447911123456' });
  });

  test('that the bundler has cut reads every text as that of the world does', async () => {
    const cuts = new Map(HOMES.map((country) => [country as CountryCode, bundled(country)]));
    await fc.assert(
      fc.asyncProperty(dialled, home, fc.boolean(), async (text, defaultCountry, mayLackPlus) => {
        const phoneMetadata = cuts.get(defaultCountry) ?? WORLD;
        const cut = await readMobile(text, { defaultCountry, phoneMetadata, mayLackPlus });
        expect(cut).toEqual(await read(text, defaultCountry, mayLackPlus));
      }),
      runs(3000),
    );
  });
});
