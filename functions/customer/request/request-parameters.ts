import { isPlainText, lengthOf, MAX_TEXT_LENGTH, withoutOuterSpaces } from '../identifier/plain-text.ts';
import { compileProjection, type Projection, ProjectionError } from '../reply/projection.ts';
import type { Parameter } from './canonical-request.ts';
import { InvalidRequestError } from './invalid-request-error.ts';

/** The parameters of a look-up, each known and given once. */
export type Given<Name extends string> = ReadonlyMap<Name, string>;

const MAX_INT32 = 2 ** 31 - 1;
const MAX_INT64 = 2n ** 63n - 1n;

/** The parameters of a request, as they were given. */
export interface Collected<Name extends string> {
  readonly given: Given<Name>;
  /** The parameters that the deployment adds (EXTRA_PARAMETERS), in the order in which they came. */
  readonly extra: readonly Parameter[];
}

/**
 * Collects the parameters. Empty pairs are harmless.
 *
 * @param allowed a name may stand there twice
 * @param extraAllowed further names; no name stands in both lists
 * @throws {InvalidRequestError} if a name is in neither list, or is given twice
 */
export async function collect<Name extends string>(
  parameters: Iterable<Parameter>,
  allowed: readonly Name[],
  extraAllowed: readonly string[] = [],
): Promise<Collected<Name>> {
  const given = new Map<Name, string>();
  const extra = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (name === '' && value === '') continue;
    const known = allowed.find((candidate) => candidate === name);
    if (known === undefined && !extraAllowed.includes(name)) {
      // The first refusal loads it: a hit does not pay for it.
      const { safeParameterName } = await import('./parameter-name.ts');
      throw new InvalidRequestError(
        'unknown_parameter',
        `${safeParameterName(name)} is not known; allowed are ${[...allowed, ...extraAllowed].join(', ')}.`,
      );
    }
    if (given.has(name as Name) || extra.has(name)) {
      throw new InvalidRequestError('duplicate_parameter', `${name} is given more than once; give it once.`);
    }
    if (known === undefined) extra.set(name, value);
    else given.set(known, value);
  }
  return { given, extra: [...extra] };
}

/** A text longer than this is no word with a meaning. Characters. */
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
 * A boolean in any letter case, if it is given; in its one spelling, `true` or `false`.
 *
 * @throws {InvalidRequestError} if it is not one of the words
 */
export function readBoolean<Name extends string>(
  given: Given<Name>,
  name: Name,
  words: readonly BooleanWord[],
): readonly Parameter[] {
  const text = given.get(name);
  if (text === undefined) return [];
  const lower = toLowerCaseWord(text);
  const found = words.find(([word]) => word === lower);
  if (found === undefined) {
    const allowed = words.map(([word]) => word);
    throw invalidParameter(
      name,
      `is not a boolean; allowed are ${allowed.slice(0, -1).join(', ')} and ${allowed.at(-1)}`,
    );
  }
  return [[name, found[1]]];
}

/**
 * A 64-bit id, if it is given, without leading zeros.
 *
 * @throws {InvalidRequestError} if it is not one
 */
export function readInt64<Name extends string>(given: Given<Name>, name: Name): readonly Parameter[] {
  const text = given.get(name);
  if (text === undefined) return [];
  const id = /^\d{1,32}$/.test(text) ? BigInt(text) : -1n;
  if (id < 0n || id > MAX_INT64) throw invalidParameter(name, `is not an id; allowed are digits, 0 to ${MAX_INT64}`);
  return [[name, String(id)]];
}

/**
 * A whole number from 0, if it is given, without leading zeros.
 *
 * @param what the words for the refusal: `number of days`
 * @param zero the meaning of 0, for the refusal, if 0 has a special meaning
 * @throws {InvalidRequestError} if it is not one
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
    throw invalidParameter(name, `is not a ${what}; allowed is a whole number, ${from} to ${MAX_INT32}`);
  }
  return [[name, String(number)]];
}

/**
 * The service never stores the reply to a longer gap: with one entry for each day, one caller could fill the store.
 * Days.
 */
const MAX_KEPT_GAP_DAYS = 366;

/** Whether the reply to a look-up with this gap may be kept. A till asks for days of the coming year only. */
export function isKeptGap([, days]: Parameter): boolean {
  return Number(days) <= MAX_KEPT_GAP_DAYS;
}

/**
 * One of some words, if it is given, in any letter case; in the documented spelling.
 *
 * @throws {InvalidRequestError} if it is not one of them
 */
export function readWord<Name extends string>(
  given: Given<Name>,
  name: Name,
  words: readonly string[],
): readonly Parameter[] {
  const text = given.get(name);
  if (text === undefined) return [];
  const lower = toLowerCaseWord(text);
  const word = words.find((candidate) => candidate.toLowerCase() === lower);
  if (word === undefined) {
    const oneOf = words.length > 1 ? 'one of ' : '';
    throw invalidParameter(name, `is not known; allowed is ${oneOf}${words.join(', ')}`);
  }
  return [[name, word]];
}

/**
 * A text without its outer spaces; undefined if nothing else is given.
 *
 * @throws {InvalidRequestError} if it is too long, or is not plain text
 */
export function readText<Name extends string>(given: Given<Name>, name: Name): string | undefined {
  const text = withoutOuterSpaces(given.get(name) ?? '');
  if (text === '') return undefined;
  if (lengthOf(text) === undefined || !isPlainText(text)) {
    throw invalidParameter(
      name,
      `is not allowed; allowed are 1 to ${MAX_TEXT_LENGTH} characters without control or format characters`,
    );
  }
  return text;
}

/** The longest list: several times as long as a list of all allowed values. Characters. */
const MAX_LIST_LENGTH = 4096;

/**
 * The elements of a list with commas between them, as they were given. If the list is not given: one empty element.
 *
 * @throws {InvalidRequestError} if it is too long
 */
export function listOf<Name extends string>(given: Given<Name>, name: Name): readonly string[] {
  const text = given.get(name) ?? '';
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

/** The refusal of a parameter. */
export function invalidParameter(name: string, problem: string): InvalidRequestError {
  return new InvalidRequestError('invalid_parameter', `${name} ${problem}.`);
}

/** Parameters by their names: the order in which they make the key and go upstream. */
export function sortParameters(parameters: readonly Parameter[]): readonly Parameter[] {
  return [...parameters].sort(([left], [right]) => (left < right ? -1 : 1));
}
