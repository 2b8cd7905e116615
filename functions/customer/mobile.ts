import { type MetadataJson, parsePhoneNumberFromString } from 'libphonenumber-js/core';

/** Where the facts about phone numbers come from. */
export interface PhoneMetadata {
  /** At hand: describes at least the countries that share the default country's calling code. */
  readonly near: MetadataJson;
  /** Describes every country. Loaded only for a number that `near` cannot read. */
  readonly world: () => Promise<MetadataJson>;
}

const PUNCTUATION = /[ \-.()]/g;
const DIALLED = /^\+?[0-9]+$/;

/**
 * The one spelling of a mobile number: digits with the country code, no `+` (contract §1, identifiers).
 *
 * `+91 98765 43210`, `0091 9876543210`, `09876543210` and `9876543210` are one number where the default country is IN.
 * The number must be a possible one where it belongs (its length fits), without an extension or text around it.
 *
 * @param defaultCountry ISO 3166-1 alpha-2: where a number without a country code belongs
 * @returns undefined when the text is no such number
 */
export async function canonicalMobile(
  spelling: string,
  defaultCountry: string,
  { near, world }: PhoneMetadata,
): Promise<string | undefined> {
  const dialled = spelling.replace(PUNCTUATION, '');
  // The parser alone would find a number inside other text, read Arabic digits and glue extensions.
  if (!DIALLED.test(dialled)) return undefined;
  return read(dialled, defaultCountry, near) ?? read(dialled, defaultCountry, await world());
}

function read(dialled: string, country: string, metadata: MetadataJson): string | undefined {
  if (!isCountryIn(country, metadata)) return undefined;
  const number = parsePhoneNumberFromString(dialled, { defaultCountry: country, extract: false }, metadata);
  return number?.isPossible() ? number.number.slice('+'.length) : undefined;
}

function isCountryIn(country: string, metadata: MetadataJson): country is keyof MetadataJson['countries'] {
  return Object.hasOwn(metadata.countries, country);
}
