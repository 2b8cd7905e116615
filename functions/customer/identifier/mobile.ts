import { type CountryCode, getCountryCallingCode, Metadata, type MetadataJson } from 'libphonenumber-js/core';
import { isUnknownNumber, type PhoneNumberReading, readPhoneNumber } from './phone-number.ts';

/**
 * The source of the facts about phone numbers: libphonenumber's `mobile` metadata. For a country it knows mobile
 * numbers only. For a calling code without a country it knows other numbers too.
 */
export interface PhoneMetadata {
  /** Loaded already. Describes at least the countries that share the default country's calling code. */
  readonly near: MetadataJson;
  /** Describes every country. It is loaded only for a number that `near` cannot read. */
  readonly world: () => Promise<MetadataJson>;
}

/** How a mobile number is read. */
export interface MobileOptions {
  /** The country of a number without a country code: ISO 3166-1 alpha-2. */
  readonly defaultCountry: string;
  readonly phoneMetadata: PhoneMetadata;
  /** Whether the text may have lost a `+`: it came from a query string and started with a space. */
  readonly mayLackPlus: boolean;
}

/**
 * Why a text is not a mobile number.
 *
 * - `no-number`: it is not a number at all
 * - `decimal`: it ends in `.` and one digit, or in its one `.` and zeros, as a number from a spreadsheet does
 * - `lost-plus`: it may have lost an unescaped `+`, and the number is not certain
 * - `two-numbers`: its international prefix can be cut off in two ways, and each gives another number
 */
export type MobileProblem = 'no-number' | 'decimal' | 'lost-plus' | 'two-numbers';

/** A text as a mobile number: digits with the country code and no `+`, or the reason why it is not one. */
export type MobileResult = { readonly number: string } | { readonly problem: MobileProblem };

const PUNCTUATION = /[ \-.()]/g;
const DIALLED = /^\+?[0-9]+$/;

/** No number is longer, punctuation included. Characters. */
const MAX_LENGTH = 256;

/**
 * The one spelling of a mobile number: digits with the country code, no `+` (contract §1, "Mobile numbers").
 * Outer spaces are cut before.
 *
 * *Valid* is a valid mobile number of its country, *possible* is a number with a fitting length. *National* is the text
 * as a number of the default country, *international* is its digits with a `+` before them. The first row that fits
 * counts.
 *
 * | rule | the text | it is |
 * |---|---|---|
 * | | holds more than ASCII digits, space, `- . ( )`, and one `+` before them | refused |
 * | 1 | ends in `.` and one digit, or is a decimal number with zeros behind its one dot | refused |
 * | 2 | starts with `+`, `00` or the default country's own international prefix; possible behind it | that number |
 * | 2 | the same; 8 to 15 digits behind it, the first of them not 0 | those digits |
 * | 2 | the same | refused |
 * | 3 | may have lost a `+`; one of national and international is valid | that one |
 * | 3 | the same; both are valid and differ, or none is valid | refused |
 * | 4 | national is valid | national |
 * | 4 | starts with the default country's calling code; international is valid | international |
 * | 4 | national is possible | national |
 * | 4 | international is valid | international |
 * | 4 | anything else | refused |
 *
 * In rule 2 there may be two ways to cut the prefix off: SG has its own prefix `001` besides `00`. Digits without a
 * prefix may also seem to have one: FI has its own prefix `994`, which is the calling code of Azerbaijan. A valid
 * reading comes before a possible one. If two readings are equally good and differ, the text is refused.
 *
 * With a `+` before it, the result reads as the same number again.
 */
export async function readMobile(text: string, options: MobileOptions): Promise<MobileResult> {
  if (text.length > MAX_LENGTH) return { problem: 'no-number' };
  const dialled = text.replace(PUNCTUATION, '');
  // Without this check the library would find a number inside other text, read Arabic digits, and add extensions to the
  // number.
  if (!DIALLED.test(dialled)) return { problem: 'no-number' };
  if (isDecimal(text)) return { problem: 'decimal' };
  const country = await homeOf(options);
  const behind = behindPrefix(dialled, country);
  if (behind.length > 0) return readPrefixed(dialled, behind, country);
  return options.mayLackPlus ? readAfterSpace(dialled, country) : readPlain(dialled, country);
}

/**
 * Rule 1: whether it is a number as a spreadsheet writes it, perhaps with spaces between thousands: `811 234 567.00`.
 * Any other dot is punctuation: `06.12.34.56.00`.
 */
function isDecimal(text: string): boolean {
  return /\.[0-9]$/.test(text) || /^\+?(?:[0-9]+|[0-9]{1,3}(?: [0-9]{3})+)\.0+$/.test(text);
}

/** The default country, and the facts about phone numbers. */
interface Home {
  readonly country: CountryCode;
  /** Describes the default country at least. */
  readonly near: MetadataJson;
  readonly world: () => Promise<MetadataJson>;
}

async function homeOf({ defaultCountry, phoneMetadata: { near, world } }: MobileOptions): Promise<Home> {
  const country = defaultCountry as CountryCode;
  return { country, near: Object.hasOwn(near.countries, country) ? near : await world(), world };
}

/** The digits behind an international prefix, for each way to cut it off; none if there is no prefix. */
function behindPrefix(dialled: string, home: Home): readonly string[] {
  if (dialled.startsWith('+')) return [dialled.slice(1)];
  const own = new RegExp(`^(?:${internationalPrefix(home)})`).exec(dialled)?.[0] ?? '';
  const prefixes = new Set([...(dialled.startsWith('00') ? ['00'] : []), ...(own === '' ? [] : [own])]);
  return [...prefixes].map((prefix) => dialled.slice(prefix.length));
}

/** The default country's own international prefix, as a pattern. */
function internationalPrefix({ country, near }: Home): string {
  const plans = new Metadata(near);
  plans.selectNumberingPlan(country);
  return plans.numberingPlan?.IDDPrefix() ?? '';
}

/** Rule 2. */
async function readPrefixed(dialled: string, behind: readonly string[], home: Home): Promise<MobileResult> {
  const possible = (await Promise.all(behind.map((digits) => international(digits, home)))).filter(
    (reading) => reading !== undefined,
  );
  const whole = /^[1-9]/.test(dialled) ? await international(dialled, home) : undefined;
  const valid = [...possible, whole].filter((reading) => reading !== undefined).filter(({ isValid }) => isValid);
  const numbers = new Set((valid.length > 0 ? valid : possible).map(({ number }) => number));
  if (numbers.size > 1) return { problem: 'two-numbers' };
  // Numbering plans change: customers have numbers that the metadata does not know.
  const [number = behind.find(isUnknownNumber)] = numbers;
  return number === undefined ? { problem: 'no-number' } : { number };
}

/** Rule 3. */
async function readAfterSpace(dialled: string, home: Home): Promise<MobileResult> {
  const readings = [national(dialled, home), await international(dialled, home)].filter(
    (reading) => reading !== undefined,
  );
  const valid = readings.filter(({ isValid }) => isValid);
  const [number, other] = new Set(valid.map(({ number }) => number));
  return number !== undefined && other === undefined ? { number } : { problem: 'lost-plus' };
}

/** Rule 4. */
async function readPlain(dialled: string, home: Home): Promise<MobileResult> {
  const asNational = national(dialled, home);
  if (asNational?.isValid) return { number: asNational.number };
  const hasCallingCode = dialled.startsWith(getCountryCallingCode(home.country, home.near));
  const asNear = hasCallingCode ? readPhoneNumber(`+${dialled}`, home.near) : undefined;
  if (asNear?.isValid) return { number: asNear.number };
  if (asNational !== undefined) return { number: asNational.number };
  const asInternational = await international(dialled, home);
  return asInternational?.isValid ? { number: asInternational.number } : { problem: 'no-number' };
}

function national(dialled: string, { country, near }: Home): PhoneNumberReading | undefined {
  return readPhoneNumber(dialled, near, country);
}

async function international(digits: string, { near, world }: Home): Promise<PhoneNumberReading | undefined> {
  return readPhoneNumber(`+${digits}`, near) ?? readPhoneNumber(`+${digits}`, await world());
}
