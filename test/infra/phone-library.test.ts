import path from 'node:path';
import { runInThisContext } from 'node:vm';
import { beforeAll, expect, test } from '@jest/globals';
import { build } from 'esbuild';
import { COUNTRY_CODES } from '../../functions/customer/identifier/countries.ts';
import { phoneMetadata } from '../../functions/customer/identifier/phone-metadata-world.ts';
import { readPhoneNumber } from '../../functions/customer/identifier/phone-number.ts';
import { leanPhoneLibrary } from '../../infra/phone-library.ts';
import { fc, runs } from '../support/properties.ts';

/** Reads a number of the whole world with the library as it is deployed. */
let read: (dialled: string, country?: Country) => ReturnType<typeof readPhoneNumber>;

beforeAll(async () => {
  const { outputFiles } = await build({
    absWorkingDir: path.resolve(import.meta.dirname, '../..'),
    entryPoints: ['functions/customer/identifier/phone-number.ts'],
    bundle: true,
    write: false,
    format: 'iife',
    globalName: 'deployed',
    mainFields: ['module', 'main'],
    plugins: [leanPhoneLibrary('IN')],
  });
  const [file] = outputFiles;
  const deployed = runInThisContext(`(() => { ${file?.text}; return deployed; })()`);
  // The library accepts only objects of its own realm.
  const metadata = runInThisContext(`(${JSON.stringify(phoneMetadata)})`);
  read = (dialled, country) => deployed.readPhoneNumber(dialled, metadata, country);
});

/** The country of a number without a `+`. */
type Country = Parameters<typeof readPhoneNumber>[2];
const countries = fc.constantFrom(undefined, ...(COUNTRY_CODES as readonly Country[]));
/** Digits of any length, and digits that begin as a number of some country does. */
const digits = fc.oneof(
  fc.stringMatching(/^[0-9]{0,20}$/),
  fc
    .tuple(
      fc.constantFrom('', '0', '00', '011', ...Object.keys(phoneMetadata.country_calling_codes)),
      fc.stringMatching(/^[0-9]{4,12}$/),
    )
    .map((parts) => parts.join('')),
);

test('The deployed library reads digits as the whole library does', () => {
  fc.assert(
    fc.property(fc.constantFrom('', '+'), digits, countries, (plus, number, country) => {
      expect(read(`${plus}${number}`, country)).toEqual(readPhoneNumber(`${plus}${number}`, phoneMetadata, country));
    }),
    runs(2000),
  );
});

test.each([
  ['nothing', ''],
  ['a + alone', '+'],
  ['one digit', '9'],
  ['two digits', '98'],
  ['a + and two digits', '+98'],
  ['three digits', '987'],
  ['a + and three digits', '+987'],
  ['a valid number', '9876543210'],
  ['a valid number with +', '+919876543210'],
  ['a valid number with a trunk 0', '09876543210'],
  ['a number of another country', '+6591234567'],
  ['250 digits', '9'.repeat(250)],
  ['251 digits', '9'.repeat(251)],
])('The deployed library reads %s as the whole library does', (_, text) => {
  for (const country of [undefined, 'IN', 'SG', 'AR'] as const) {
    expect(read(text, country)).toEqual(readPhoneNumber(text, phoneMetadata, country));
  }
});

test.each([
  ['letters', '98765abcde'],
  ['a space inside', '98765 43210'],
  ['a hyphen', '98765-43210'],
  ['a second +', '+91+9876543210'],
  ['an extension', '9876543210;ext=5'],
  ['an extension in words', '9876543210 ext. 5'],
  ['a URI', 'tel:+919876543210'],
  ['a phone context', '9876543210;phone-context=+91'],
  ['full-width digits', '９８７６５４３２１０'],
  ['Arabic-Indic digits', '٩٨٧٦٥٤٣٢١٠'],
  ['a line break', '9876543210\n'],
])('The deployed library reads no number in a text with %s', (_, text) => {
  expect(read(text, 'IN')).toBeUndefined();
});
