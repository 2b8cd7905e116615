import { InvalidRequestError } from '../request/invalid-request-error.ts';
import type { IdentifierReading, TextOrigin } from '../request/reading.ts';
import { toCustomerId } from './customer-id.ts';
import type { IdentifierName } from './identifier-name.ts';
import { toLowerCaseSpelling } from './letter-case.ts';
import { type MobileProblem, readMobile } from './mobile.ts';
import { isPlainText, lengthOf, MAX_TEXT_LENGTH, withoutOuterSpaces } from './plain-text.ts';

/** A name-value pair that finds a customer. */
export interface Identifier {
  readonly name: IdentifierName;
  /** The one spelling of the value, which makes the key. */
  readonly value: string;
}

/** An identifier in its one spelling, with the value that goes upstream. */
export interface ReadIdentifier {
  readonly identifier: Identifier;
  /** The value that goes upstream. It differs from the one spelling only if the upstream ignores the letter case. */
  readonly sent: string;
}

/** More facts about a given identifier. */
export interface IdentifierOptions {
  /** The name that the caller gave, for the refusal. Default: v2's name. */
  readonly given?: string;
  /** The part of the request that the value comes from. Default: `payload`. */
  readonly origin?: TextOrigin;
}

/**
 * Changes an identifier's value into its one spelling, by the table of contract §1.
 *
 * | name | accepted | spellings that are one | sent upstream |
 * |---|---|---|---|
 * | mobile | see `readMobile` | see `readMobile` | digits with the country code |
 * | email | printable ASCII, one `@`, no space inside | letter case | lower-cased |
 * | cardnumber | any | spaces inside removed; hyphens and case kept | in that spelling |
 * | id | a whole number, see `toCustomerId` | numerically equal ones: `101`, `0101`, `101.0` | digits, no leading zeros |
 * | externalId | any | letter case, only if dual eligibility is on | unchanged |
 * | the others | any | none: case kept | unchanged |
 *
 * @throws {InvalidRequestError} `invalid_identifier`, without the value
 */
export async function readIdentifier(
  name: IdentifierName,
  text: string,
  reading: IdentifierReading,
  { given = `The identifierValue given for ${name}`, origin }: IdentifierOptions = {},
): Promise<ReadIdentifier> {
  const value = checkedText(given, text);
  switch (name) {
    case 'mobile':
      return inOneSpelling(name, await mobile(given, value, reading, origin === 'query' && text.startsWith(' ')));
    case 'email':
      return inOneSpelling(name, email(given, value));
    case 'cardnumber':
      return inOneSpelling(name, value.replaceAll(' ', ''));
    case 'id':
      return inOneSpelling(name, customerId(given, value));
    case 'externalId': {
      // The upstream ignores the letter case if dual eligibility is on (upstream notes §1).
      const isCaseIgnored = reading.primaryIdentifier !== undefined;
      return { identifier: { name, value: isCaseIgnored ? toLowerCaseSpelling(value) : value }, sent: value };
    }
    default:
      return inOneSpelling(name, value);
  }
}

function inOneSpelling(name: IdentifierName, value: string): ReadIdentifier {
  return { identifier: { name, value }, sent: value };
}

/**
 * The one spelling of an identifier, for a caller that sends nothing upstream.
 *
 * @throws as `readIdentifier`
 */
export async function toIdentifier(
  name: IdentifierName,
  text: string,
  reading: IdentifierReading,
  options?: IdentifierOptions,
): Promise<Identifier> {
  return (await readIdentifier(name, text, reading, options)).identifier;
}

/** The text without outer ASCII spaces, if it may be an identifier at all. */
function checkedText(given: string, text: string): string {
  const value = withoutOuterSpaces(text);
  if (value === '' || lengthOf(value) === undefined) {
    const problem = value === '' ? 'is empty' : 'is too long';
    throw invalidIdentifier(given, `${problem}; allowed are 1 to ${MAX_TEXT_LENGTH} characters without outer spaces`);
  }
  if (!isPlainText(value)) {
    throw invalidIdentifier(given, 'holds a control or format character or a lone surrogate; send plain text');
  }
  return value;
}

async function mobile(
  given: string,
  value: string,
  { defaultCountry, phoneMetadata }: IdentifierReading,
  mayLackPlus: boolean,
): Promise<string> {
  const result = await readMobile(value, { defaultCountry, phoneMetadata, mayLackPlus });
  if ('number' in result) return result.number;
  throw invalidIdentifier(given, MOBILE_PROBLEMS[result.problem](defaultCountry));
}

const MOBILE_PROBLEMS: Readonly<Record<MobileProblem, (defaultCountry: string) => string>> = {
  'no-number': (country) =>
    'is not a mobile number; allowed are ASCII digits, spaces and + - . ( ), with the country code or as dialled in ' +
    `${country}, without an extension`,
  decimal: () =>
    'ends in a dot and one digit, or in a dot and zeros, as a spreadsheet writes a number; send the number without them',
  'lost-plus': () =>
    'starts with a space, and may have lost a +. In a query string a + is written %2B; write it like this, or send no space',
  'two-numbers': () => 'starts with an international prefix that gives two different numbers; send a + in its place',
};

function email(given: string, value: string): string {
  // Non-ASCII is refused before folding: the Kelvin sign lower-cases to k.
  if (!/^[\x21-\x3f\x41-\x7e]+@[\x21-\x3f\x41-\x7e]+$/.test(value)) {
    throw invalidIdentifier(
      given,
      'is not an e-mail address; allowed is printable ASCII with one @ and no space inside',
    );
  }
  return value.toLowerCase();
}

function customerId(given: string, value: string): string {
  const id = toCustomerId(value);
  if (id === undefined) throw invalidIdentifier(given, 'is not a customer id; allowed are the digits 0 to 9');
  return id;
}

function invalidIdentifier(given: string, problem: string): InvalidRequestError {
  return new InvalidRequestError('invalid_identifier', `${given} ${problem}.`);
}
