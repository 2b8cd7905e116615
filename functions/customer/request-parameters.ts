import type { Parameter } from './canonical-request.ts';
import { InvalidRequestError } from './invalid-request-error.ts';
import { isPlainText, lengthOf, MAX_TEXT_LENGTH, withoutOuterSpaces } from './plain-text.ts';
import { compileProjection, type Projection, ProjectionError } from './projection.ts';

/** The parameters of a look-up, each known and given once. */
export type Given<Name extends string> = ReadonlyMap<Name, string>;

const MAX_INT32 = 2 ** 31 - 1;
const MAX_INT64 = 2n ** 63n - 1n;

/**
 * The parameters as they were given. Empty pairs are harmless.
 *
 * @throws {InvalidRequestError} when one is not among the allowed, or is given twice
 */
export function collect<Name extends string>(
  parameters: Iterable<Parameter>,
  allowed: readonly Name[],
): ReadonlyMap<Name, string> {
  const given = new Map<Name, string>();
  for (const [name, value] of parameters) {
    if (name === '' && value === '') continue;
    const known = allowed.find((candidate) => candidate === name);
    if (known === undefined) {
      throw new InvalidRequestError(
        'unknown_parameter',
        `${speakable(name)} is not known; allowed are ${allowed.join(', ')}.`,
      );
    }
    if (given.has(known)) {
      throw new InvalidRequestError('duplicate_parameter', `${known} is given more than once; give it once.`);
    }
    given.set(known, value);
  }
  return given;
}

/** A parameter's name, where it can hardly be a piece of an identifier whose `&` or `=` was sent unescaped. */
function speakable(name: string): string {
  return /^[A-Za-z_]{1,40}$/.test(name) ? name : 'A parameter';
}

/**
 * A boolean, if it is given.
 *
 * @throws {InvalidRequestError} when it is neither `true` nor `false`
 */
export function readBoolean<Name extends string>(given: Given<Name>, name: Name): readonly Parameter[] {
  const value = given.get(name);
  if (value === undefined) return [];
  if (value !== 'true' && value !== 'false') throw invalid(name, 'is no boolean; allowed are true and false');
  return [[name, value]];
}

/**
 * A 64-bit id, if it is given, without leading zeros.
 *
 * @throws {InvalidRequestError} when it is none
 */
export function readInt64<Name extends string>(given: Given<Name>, name: Name): readonly Parameter[] {
  const text = given.get(name);
  if (text === undefined) return [];
  const id = /^\d{1,32}$/.test(text) ? BigInt(text) : -1n;
  if (id < 0n || id > MAX_INT64) throw invalid(name, `is no id; allowed are digits, 0 to ${MAX_INT64}`);
  return [[name, String(id)]];
}

/**
 * A whole number from 0, if it is given, without leading zeros.
 *
 * @param what what it is a number of, for the refusal: `number of days`
 * @param zero what 0 means, for the refusal, if anything of its own
 * @throws {InvalidRequestError} when it is none
 */
export function readWholeNumber<Name extends string>(
  given: Given<Name>,
  name: Name,
  what: string,
  zero?: string,
): readonly Parameter[] {
  const text = given.get(name);
  if (text === undefined) return [];
  const number = /^\d{1,16}$/.test(text) ? Number(text) : -1;
  if (number < 0 || number > MAX_INT32) {
    const from = zero === undefined ? '0' : `0 (${zero})`;
    throw invalid(name, `is no ${what}; allowed is a whole number, ${from} to ${MAX_INT32}`);
  }
  return [[name, String(number)]];
}

/**
 * One of some words, if it is given, in any letter case; in the documented spelling.
 *
 * @throws {InvalidRequestError} when it is none of them
 */
export function readWord<Name extends string>(
  given: Given<Name>,
  name: Name,
  words: readonly string[],
): readonly Parameter[] {
  const text = given.get(name)?.toLowerCase();
  if (text === undefined) return [];
  const word = words.find((candidate) => candidate.toLowerCase() === text);
  if (word === undefined) {
    const oneOf = words.length > 1 ? 'one of ' : '';
    throw invalid(name, `is not known; allowed is ${oneOf}${words.join(', ')}`);
  }
  return [[name, word]];
}

/**
 * A text without its outer spaces; undefined where nothing else is given.
 *
 * @throws {InvalidRequestError} when it is too long, or holds what is no plain text
 */
export function readText<Name extends string>(given: Given<Name>, name: Name): string | undefined {
  const text = withoutOuterSpaces(given.get(name) ?? '');
  if (text === '') return undefined;
  if (lengthOf(text) === undefined || !isPlainText(text)) {
    throw invalid(
      name,
      `is not allowed; allowed are 1 to ${MAX_TEXT_LENGTH} characters without control or format characters`,
    );
  }
  return text;
}

/**
 * What narrows the one reply.
 *
 * @param text the parameter `fields`; undefined where it is not given
 * @throws {InvalidRequestError} when it breaks the grammar of projections
 */
export function readFields(text: string | undefined): Projection | undefined {
  if (text === undefined) return undefined;
  try {
    return compileProjection(text);
  } catch (error) {
    if (!(error instanceof ProjectionError)) throw error;
    throw invalid('fields', `${error.message}; allowed is a list such as id,profiles(firstName,identifiers/value)`);
  }
}

/** The refusal of a parameter. */
export function invalid(name: string, problem: string): InvalidRequestError {
  return new InvalidRequestError('invalid_parameter', `${name} ${problem}.`);
}

/** Parameters by their names: the order in which they make the key and go upstream. */
export function sortParameters(parameters: readonly Parameter[]): readonly Parameter[] {
  return [...parameters].sort(([left], [right]) => (left < right ? -1 : 1));
}
