import { describe, expect, test } from '@jest/globals';
import { toIdentifier } from '../../../../functions/customer/identifier/identifier.ts';
import {
  IDENTIFIER_NAMES,
  type IdentifierName,
  toListedIdentifierName,
} from '../../../../functions/customer/identifier/identifier-name.ts';
import { toListedIdentifiers } from '../../../../functions/customer/identifier/listed-identifier.ts';
import { anyCharacter, fc, runs } from '../../../support/properties.ts';
import { DEFAULT_READING } from '../../../support/request-reading.ts';

const IN_GERMANY = { ...DEFAULT_READING, defaultCountry: 'DE' };
const DUAL = { ...DEFAULT_READING, primaryIdentifier: 'externalId' as const };
const read = async (name: IdentifierName, text: string, reading = DEFAULT_READING) =>
  (await toListedIdentifiers(name, text, reading)).map(({ value }) => value);

describe('an identifier that the upstream lists', () => {
  test.each<[IdentifierName, string, string[]]>([
    ['mobile', '919876543210', ['919876543210']],
    ['mobile', '+919876543210', ['919876543210']],
    ['mobile', '9876543210', ['919876543210', '9876543210']],
    ['mobile', '6591234567', ['916591234567', '6591234567']],
    ['mobile', '919876543210.0', ['919876543210']],
    ['mobile', '9.1987654321E11', ['919876543210']],
    ['mobile', '0', []],
    ['mobile', 'n/a', []],
    ['mobile', '', []],
    ['id', '481516230.0', ['481516230']],
    ['id', '4.8151623E8', ['481516230']],
    ['id', 'x', []],
    ['email', 'Neha@Example.com', ['neha@example.com']],
    ['email', 'nobody', []],
    ['cardnumber', '1234 5678', ['12345678']],
    ['cardnumber', '1.234567890123456E15', ['1.234567890123456E15', '1234567890123456']],
    ['cardnumber', '12345678.0', ['12345678.0', '12345678']],
    ['cardnumber', '0012', ['0012']],
    ['externalId', '1E5', ['1E5']],
    ['externalId', 'AbC', ['AbC']],
    ['cardnumber', ' CL-5\t', ['CL-5']],
    ['email', 'neha@example.com\r\n', ['neha@example.com']],
    ['mobile', '\u00a0919876543210\n', ['919876543210']],
  ])('K1: as %s %j is %j', async (name, text, values) => {
    expect(await read(name, text)).toEqual(values);
  });

  test('K1: R1: a number of the default country is that number alone', async () => {
    expect(await read('mobile', '4915123456789', IN_GERMANY)).toEqual(['4915123456789']);
  });

  test('R16: an external id is in lower case, if dual eligibility is on', async () => {
    expect(await toListedIdentifiers('externalId', 'AbC', DUAL)).toEqual([{ name: 'externalId', value: 'abc' }]);
  });

  test('never throws, whatever the value is, and equals the identifier that a caller asks for with the same value', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...IDENTIFIER_NAMES),
        fc.oneof(fc.string({ unit: anyCharacter }), fc.stringMatching(/^\+?[0-9]{0,16}(\.0)?$/)),
        async (name, text) => {
          const listed = await read(name, text);
          const asked = await toIdentifier(name, text, DEFAULT_READING).catch(() => undefined);
          if (asked !== undefined) expect(listed).toContain(asked.value);
        },
      ),
      runs(1000),
    );
  });
});

describe('the name of an identifier in an event', () => {
  test.each([
    ['mobile', 'mobile'],
    ['externalId', 'externalId'],
    ['external_id', 'externalId'],
    ['EXTERNALID', 'externalId'],
    ['cardnumber', 'cardnumber'],
    ['cardNumber', 'cardnumber'],
    ['card_number', 'cardnumber'],
    ['cardNumbers', 'cardnumber'],
    ['cardexternalid', 'cardExternalId'],
    ['card_external_id', 'cardExternalId'],
    [' email ', 'email'],
    [`${' '.repeat(251)}email`, 'email'],
    [`${' '.repeat(252)}email`, undefined],
    ['id', 'id'],
    ['customerId', undefined],
    ['unionId', undefined],
    ['', undefined],
    ['__proto__', undefined],
  ])('%j is %j', (text, name) => {
    expect(toListedIdentifierName(text)).toBe(name);
  });
});
