import {
  type CountryCode,
  type MetadataJson,
  type PhoneNumber,
  parsePhoneNumberFromString,
} from 'libphonenumber-js/core';

/** A possible number, as libphonenumber reads it: its length is right. */
export interface PhoneNumberReading {
  /** Digits with the country code. */
  readonly number: string;
  /** Whether it is a valid mobile number. */
  readonly isValid: boolean;
}

/** The text is a number and nothing else: the library does not look for a number inside it. */
const WHOLE = { extract: false } as const;

/**
 * Reads a number until it stays the same: each reading of a number that is only possible may cut off one trunk 0
 * (`+91 00 98765 43210`). A valid number stays the same at once.
 *
 * @param dialled digits, perhaps with a `+` before them
 * @param defaultCountry the country of a number without a `+`
 * @returns undefined if it is not a possible number, as far as this metadata knows
 */
export function readPhoneNumber(
  dialled: string,
  metadata: MetadataJson,
  defaultCountry?: CountryCode,
): PhoneNumberReading | undefined {
  const options = { ...WHOLE, ...(defaultCountry !== undefined && { defaultCountry }) };
  let number = parsePhoneNumberFromString(dialled, options, metadata);
  let last = '';
  while (number?.isPossible()) {
    const digits = number.number.slice('+'.length);
    const isValid = isMobile(number);
    if (isValid || digits === last) return { number: digits, isValid };
    last = digits;
    number = parsePhoneNumberFromString(`+${digits}`, WHOLE, metadata);
  }
  return isUnknownNumber(last) ? { number: last, isValid: false } : undefined;
}

/**
 * Whether it is a valid mobile number. The `mobile` metadata knows only mobile numbers of countries. But for calling
 * codes of no country, such as 800 and 882, it also knows toll-free numbers, Internet telephones and others.
 */
function isMobile(number: PhoneNumber): boolean {
  return number.getType() === 'MOBILE';
}

/** Whether digits may be an international number that the metadata does not know: 8 to 15, the first of them not 0. */
export function isUnknownNumber(digits: string): boolean {
  return /^[1-9][0-9]{7,14}$/.test(digits);
}
