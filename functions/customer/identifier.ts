import { toCustomerId } from './customer-id.ts';
import { InvalidRequestError } from './invalid-request-error.ts';
import { canonicalMobile, type PhoneMetadata } from './mobile.ts';
import { isPlainText, lengthOf, MAX_TEXT_LENGTH, withoutOuterSpaces } from './plain-text.ts';

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
 * | id | digits | numerically equal spellings: `101`, `0101`, `101.0` |
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
      return { name, value: customerId(given, value) };
    default:
      return { name, value };
  }
}

/** The text without outer ASCII spaces, if it may be an identifier at all. */
function checkedText(given: string, text: string): string {
  const value = withoutOuterSpaces(text);
  if (value === '' || lengthOf(value) === undefined) {
    const problem = value === '' ? 'is empty' : 'is too long';
    throw invalid(given, `${problem}; allowed are 1 to ${MAX_TEXT_LENGTH} characters without outer spaces`);
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

function customerId(given: string, value: string): string {
  const id = toCustomerId(value);
  if (id === undefined) throw invalid(given, 'is no customer id; allowed are the digits 0 to 9');
  return id;
}

function invalid(given: string, problem: string): InvalidRequestError {
  return new InvalidRequestError('invalid_identifier', `${given} ${problem}.`);
}
