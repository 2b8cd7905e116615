import { InvalidRequestError } from './invalid-request-error.ts';
import { canonicalMobile, type PhoneMetadata } from './mobile.ts';

/** A name-value pair that finds a customer. */
export interface Identifier {
  readonly name: IdentifierName;
  /** The one spelling of the value, which makes the key and goes upstream. */
  readonly value: string;
}

/** The v2 API's identifier names, in the documented spelling ([S2] and [P], upstream notes §1). */
export const IDENTIFIER_NAMES = [
  'cardnumber',
  'cardExternalId',
  'email',
  'externalId',
  'fbId',
  'id',
  'martjackId',
  'mobile',
  'wechat',
] as const;
export type IdentifierName = (typeof IDENTIFIER_NAMES)[number];

const NAME_BY_LOWER_CASE = new Map(IDENTIFIER_NAMES.map((name) => [name.toLowerCase(), name]));

/** The documented spelling of an identifier's name, whatever its letter case; undefined when there is no such name. */
export function toIdentifierName(text: string): IdentifierName | undefined {
  return NAME_BY_LOWER_CASE.get(text.trim().toLowerCase());
}

/** The longest identifier, in characters (code points), outer spaces not counted. */
export const MAX_IDENTIFIER_LENGTH = 256;

/** How mobile numbers are read. */
export interface MobileReading {
  /** ISO 3166-1 alpha-2. */
  readonly defaultCountry: string;
  readonly phoneMetadata: PhoneMetadata;
}

/**
 * Brings an identifier's value into its one spelling, by the table of contract §1.
 *
 * | name | accepted | spellings that are one |
 * |---|---|---|
 * | mobile | ASCII digits, space, `+ - . ( )`; a possible number | with and without country code or national prefix |
 * | email | printable ASCII, one `@`, no space inside | letter case |
 * | cardnumber | any | spaces inside removed; hyphens and case kept |
 * | id | digits | none |
 * | the others | any | none: case kept |
 *
 * @param given what was given, for the refusal; by default as v2 names it
 * @throws {InvalidRequestError} `invalid_identifier`, without the value
 */
export async function toIdentifier(
  name: IdentifierName,
  text: string,
  reading: MobileReading,
  given = `The identifierValue given for ${name}`,
): Promise<Identifier> {
  const value = checkedText(given, text);
  switch (name) {
    case 'mobile':
      return { name, value: await mobile(given, value, reading) };
    case 'email':
      return { name, value: email(given, value) };
    case 'cardnumber':
      return { name, value: value.replaceAll(' ', '') };
    case 'id':
      return { name, value: digits(given, value) };
    default:
      return { name, value };
  }
}

/**
 * Whether a text holds no control or format character and no lone surrogate, which would become U+FFFD on its way
 * upstream: another customer's key, or nobody's.
 */
export function isPlainText(text: string): boolean {
  return !/[\p{Cc}\p{Cf}]/u.test(text) && text.isWellFormed();
}

/** A text without its outer ASCII spaces. */
export function withoutOuterSpaces(text: string): string {
  return text.replace(/^ +| +$/g, '');
}

/** The text without outer ASCII spaces, if it may be an identifier at all. */
function checkedText(given: string, text: string): string {
  const value = withoutOuterSpaces(text);
  const length = [...value].length;
  if (length < 1 || length > MAX_IDENTIFIER_LENGTH) {
    throw invalid(
      given,
      `has ${length} characters without its outer spaces; allowed are 1 to ${MAX_IDENTIFIER_LENGTH}`,
    );
  }
  if (!isPlainText(value)) {
    throw invalid(given, 'holds a control or format character or a lone surrogate; send plain text');
  }
  return value;
}

async function mobile(given: string, value: string, { defaultCountry, phoneMetadata }: MobileReading): Promise<string> {
  const number = await canonicalMobile(value, defaultCountry, phoneMetadata);
  if (number === undefined) {
    throw invalid(
      given,
      'is no possible phone number; allowed are ASCII digits, spaces and + - . ( ), with the country code or as dialled ' +
        `in ${defaultCountry}, without an extension`,
    );
  }
  return number;
}

function email(given: string, value: string): string {
  // Non-ASCII is refused before folding: the Kelvin sign lower-cases to k.
  if (!/^[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+$/.test(value)) {
    throw invalid(given, 'is no e-mail address; allowed is printable ASCII with one @ and no space inside');
  }
  return value.toLowerCase();
}

function digits(given: string, value: string): string {
  if (!/^[0-9]+$/.test(value)) throw invalid(given, 'is no customer id; allowed are the digits 0 to 9');
  return value;
}

function invalid(given: string, problem: string): InvalidRequestError {
  return new InvalidRequestError('invalid_identifier', `${given} ${problem}.`);
}
