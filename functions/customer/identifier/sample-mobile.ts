import { type CountryCode, getCountryCallingCode, Metadata } from 'libphonenumber-js/core';
import type { IdentifierReading } from '../request/reading.ts';

/**
 * A mobile number of the default country, by its length. It may belong to a real person: do not look it up. The code
 * reads it as it reads most numbers, with only the metadata of the default country.
 *
 * @returns a `+`, the calling code and digits; undefined if the loaded metadata does not describe the country
 */
export function sampleMobile({ defaultCountry, phoneMetadata }: IdentifierReading): string | undefined {
  const { near } = phoneMetadata;
  if (!Object.hasOwn(near.countries, defaultCountry)) return undefined;
  const country = defaultCountry as CountryCode;
  const plans = new Metadata(near);
  plans.selectNumberingPlan(country);
  const length = plans.numberingPlan?.possibleLengths()?.findLast((each) => each <= 10);
  return length === undefined ? undefined : `+${getCountryCallingCode(country, near)}${'5'.repeat(length)}`;
}
