import { describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { type CountryCode, getCountries, type MetadataJson } from 'libphonenumber-js/core';
import { COUNTRY_CODES } from '../../../functions/customer/countries.ts';
import { canonicalMobile } from '../../../functions/customer/mobile.ts';
import { phoneMetadata as world } from '../../../functions/customer/phone-metadata-world.ts';

/** Cut as the bundler cuts it: the countries that share a calling code. */
function cutTo(callingCode: string): MetadataJson {
  const codes = world.country_calling_codes[callingCode as keyof typeof world.country_calling_codes] as CountryCode[];
  return {
    ...world,
    country_calling_codes: { [callingCode]: codes },
    countries: Object.fromEntries(codes.map((code) => [code, world.countries[code]])),
    nonGeographic: {},
  } as unknown as MetadataJson;
}

describe('mobile numbers', () => {
  test('a number of the default country is read without the metadata of the world', async () => {
    const load = jest.fn(async () => world);
    expect(await canonicalMobile('9876543210', 'IN', { near: cutTo('91'), world: load })).toBe('919876543210');
    expect(load).not.toHaveBeenCalled();
  });

  test('a number from abroad is read with the metadata of the world', async () => {
    const metadata = { near: cutTo('91'), world: async () => world };
    expect(await canonicalMobile('+44 7911 123456', 'IN', metadata)).toBe('447911123456');
    expect(await canonicalMobile('0044 7911 123456', 'IN', metadata)).toBe('447911123456');
  });

  test('07911123456 is another number in GB than in IN', async () => {
    const metadata = { near: world, world: async () => world };
    expect(await canonicalMobile('07911123456', 'GB', metadata)).toBe('447911123456');
    expect(await canonicalMobile('07911123456', 'IN', metadata)).toBe('917911123456');
  });

  test('a default country that the metadata at hand does not hold is read with that of the world', async () => {
    const metadata = { near: cutTo('91'), world: async () => world };
    expect(await canonicalMobile('07911123456', 'GB', metadata)).toBe('447911123456');
  });

  test('the metadata that is cut reads every spelling as that of the world does', async () => {
    const cut = { near: cutTo('91'), world: async () => world };
    const whole = { near: world, world: async () => world };
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^(\+|00|0|91)?[0-9 ().-]{1,16}$/), async (spelling) => {
        expect(await canonicalMobile(spelling, 'IN', cut)).toBe(await canonicalMobile(spelling, 'IN', whole));
      }),
      { numRuns: 500 },
    );
  });

  test('every country that libphonenumber knows may be the default, and no other', () => {
    expect([...COUNTRY_CODES].sort()).toEqual([...getCountries(world)].sort());
  });
});
