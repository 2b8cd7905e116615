import { isPlainText, lengthOf, MAX_TEXT_LENGTH, withoutOuterSpaces } from '../identifier/plain-text.ts';
import { compileProjection, type Projection, ProjectionError } from '../reply/projection.ts';
import { invalidParameter } from './request-parameters.ts';

/*
 * Reads the values of parameters, each into its one spelling. `name` is the parameter's name, for the refusal.
 */

const MAX_INT32 = 2 ** 31 - 1;
const MAX_INT64 = 2n ** 63n - 1n;

/** A longer text is not a word that the service knows. Characters. */
const MAX_WORD_LENGTH = 64;

/** A text in lower case, if it may be a word; undefined if it is too long for one. */
function toLowerCaseWord(text: string): string | undefined {
  return text.length > MAX_WORD_LENGTH ? undefined : text.toLowerCase();
}

/** A word for a boolean, in lower case, and the boolean's one spelling. */
type BooleanWord = readonly [word: string, value: 'true' | 'false'];

/** v2's booleans. */
export const TRUE_OR_FALSE: readonly BooleanWord[] = [
  ['true', 'true'],
  ['false', 'false'],
];
/** v1.1's booleans: tills write 1 and 0 too. */
export const TRUE_FALSE_OR_DIGIT: readonly BooleanWord[] = [...TRUE_OR_FALSE, ['1', 'true'], ['0', 'false']];

/**
 * Reads a boolean in any letter case. Its one spelling is `true` or `false`.
 *
 * @throws {InvalidRequestError} if it is not one of the words
 */
export function readBoolean(name: string, text: string, words: readonly BooleanWord[]): string {
  const lower = toLowerCaseWord(text);
  const found = words.find(([word]) => word === lower);
  if (found === undefined) {
    const allowed = words.map(([word]) => word);
    throw invalidParameter(
      name,
      `is not a boolean; allowed are ${allowed.slice(0, -1).join(', ')} and ${allowed.at(-1)}`,
    );
  }
  return found[1];
}

/**
 * A 64-bit id without leading zeros.
 *
 * @throws {InvalidRequestError} if it is not one
 */
export function readInt64(name: string, text: string): string {
  const id = /^\d{1,32}$/.test(text) ? BigInt(text) : -1n;
  if (id < 0n || id > MAX_INT64) throw invalidParameter(name, `is not an id; allowed are digits, 0 to ${MAX_INT64}`);
  return String(id);
}

/**
 * A whole number from 0, without leading zeros.
 *
 * @param what the words for the refusal: `number of days`
 * @param zero the meaning of 0, for the refusal, if 0 has a special meaning
 * @throws {InvalidRequestError} if it is not one
 */
export function readWholeNumber(name: string, text: string, what: string, zero?: string): string {
  const number = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  if (number < 0 || number > MAX_INT32) {
    const from = zero === undefined ? '0' : `0 (${zero})`;
    throw invalidParameter(name, `is not a ${what}; allowed is a whole number, ${from} to ${MAX_INT32}`);
  }
  return String(number);
}

/**
 * Reads one of some words, in any letter case. Its one spelling is the documented one.
 *
 * @throws {InvalidRequestError} if it is not one of them
 */
export function readWord(name: string, text: string, words: readonly string[]): string {
  const lower = toLowerCaseWord(text);
  const word = words.find((candidate) => candidate.toLowerCase() === lower);
  if (word === undefined) {
    const oneOf = words.length > 1 ? 'one of ' : '';
    throw invalidParameter(name, `is not known; allowed is ${oneOf}${words.join(', ')}`);
  }
  return word;
}

/**
 * A text without its outer spaces; undefined if nothing is left.
 *
 * @throws {InvalidRequestError} if it is too long, or is not plain text
 */
export function readText(name: string, given: string | undefined): string | undefined {
  const text = withoutOuterSpaces(given ?? '');
  if (text === '') return undefined;
  if (lengthOf(text) === undefined || !isPlainText(text)) {
    throw invalidParameter(
      name,
      `is not allowed; allowed are 1 to ${MAX_TEXT_LENGTH} characters without control or format characters`,
    );
  }
  return text;
}

/**
 * A free text of the caller, without its outer spaces.
 *
 * @throws {InvalidRequestError} if it is empty, too long, or not plain text
 */
export function readFreeText(name: string, given: string): string {
  const text = readText(name, given);
  if (text === undefined) throw invalidParameter(name, 'is empty; leave it out, or give it a text');
  return text;
}

const AMOUNT = /^-?\d{1,15}(?:\.\d{1,6})?$/;

/**
 * A decimal number, as it is written.
 *
 * @throws {InvalidRequestError} if it is not one
 */
export function readAmount(name: string, text: string): string {
  if (!AMOUNT.test(text)) throw invalidParameter(name, 'is not an amount; allowed are digits, such as 1250 or 12.50');
  return text;
}

/**
 * A day, as it is written.
 *
 * @throws {InvalidRequestError} if it is not one
 */
export function readDay(name: string, text: string): string {
  if (!isDay(text)) throw invalidParameter(name, 'is not a day; allowed is a day in the form YYYY-MM-DD');
  return text;
}

/** Whether a text is a day of the Gregorian calendar, as YYYY-MM-DD. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = /^\d{4}-\d{2}-\d{2}$/.test(text) ? text.split('-').map(Number) : [];
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}

/** The longest list: several times as long as a list of all allowed values. Characters. */
const MAX_LIST_LENGTH = 4096;

/**
 * The elements of a list with commas between them, as they were given. If the list is not given: one empty element.
 *
 * @throws {InvalidRequestError} if it is too long
 */
export function listOf(name: string, text = ''): readonly string[] {
  if (text.length > MAX_LIST_LENGTH)
    throw invalidParameter(name, `is too long; allowed are ${MAX_LIST_LENGTH} characters`);
  return text.split(',');
}

/**
 * The projection that narrows the one reply.
 *
 * @param text the parameter `fields`; undefined if it is not given
 * @throws {InvalidRequestError} if it breaks the grammar of projections
 */
export function readFields(text: string | undefined): Projection | undefined {
  if (text === undefined) return undefined;
  try {
    return compileProjection(text);
  } catch (error) {
    if (!(error instanceof ProjectionError)) throw error;
    throw invalidParameter(
      'fields',
      `${error.message}; allowed is a list such as id,profiles(firstName,identifiers/value)`,
    );
  }
}
