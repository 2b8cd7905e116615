import { expect, test } from '@jest/globals';
import { COUNTRY_CODES } from '../../../../functions/customer/identifier/countries.ts';
import { readMobile } from '../../../../functions/customer/identifier/mobile.ts';
import { phoneMetadata as near } from '../../../../functions/customer/identifier/phone-metadata-world.ts';
import { sampleMobile } from '../../../../functions/customer/identifier/sample-mobile.ts';

const world = () => Promise.reject(new Error('The metadata of the world were loaded.'));

test.each(COUNTRY_CODES)('the sample of %s is read without the metadata of the world', async (defaultCountry) => {
  const phoneMetadata = { near, world };
  const sample = sampleMobile({ defaultCountry, phoneMetadata, primaryIdentifier: undefined });
  const read = await readMobile(sample ?? '', { defaultCountry, phoneMetadata, mayLackPlus: false });
  expect(read).toEqual({ number: expect.stringMatching(/^\d{7,15}$/) });
});

test('a country has no sample if the metadata at hand does not describe it', () => {
  const phoneMetadata = { near: { ...near, countries: {} }, world };
  expect(sampleMobile({ defaultCountry: 'IN', phoneMetadata, primaryIdentifier: undefined })).toBeUndefined();
});
