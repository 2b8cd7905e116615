import type { Parameter } from './canonical-request.ts';
import { type Kind, keyPartOf, namesIn, type ParameterFacts, type ParameterTable } from './parameter-facts.ts';
import {
  type Given,
  invalidParameter,
  isKeptGap,
  readBoolean,
  readInt64,
  readText,
  readWholeNumber,
  readWord,
  sortParameters,
  TRUE_FALSE_OR_DIGIT,
  TRUE_OR_FALSE,
} from './request-parameters.ts';

/** Reads a parameter, if it is given, in its one spelling. @throws {InvalidRequestError} if the value is not allowed */
type Reader = <Name extends string>(given: Given<Name>, name: Name, facts: ParameterFacts) => readonly Parameter[];

/** How a value of each kind is read. The kinds that are missing say which customer it is, or have a reader of the API. */
const READERS: Readonly<Partial<Record<Kind, Reader>>> = {
  flag: (given, name) => readBoolean(given, name, TRUE_OR_FALSE),
  looseFlag: (given, name) => readBoolean(given, name, TRUE_FALSE_OR_DIGIT),
  count: (given, name) => readWholeNumber(given, name, 'number'),
  days: (given, name) => readWholeNumber(given, name, 'number of days', 'today'),
  int64: readInt64,
  word: (given, name, { words = [] }) => readWord(given, name, words),
  text: readOwnWords,
  amount: (given, name) =>
    readMatching(given, name, (text) => AMOUNT.test(text), 'an amount; allowed are digits, such as 1250 or 12.50'),
  day: (given, name) => readMatching(given, name, isDay, 'a day; allowed is one as YYYY-MM-DD'),
};

/** The parameters that change the reply, each in its one spelling. */
export interface ReadParameters {
  /** Part of the key as they are. Sorted by name. */
  readonly options: readonly Parameter[];
  /** Part of the key as a hash. Sorted by name. */
  readonly filters: readonly Parameter[];
  /** Whether the reply may be kept, as far as these parameters decide it. */
  readonly isKept: boolean;
}

/**
 * Reads all parameters that change the reply, by their table. A parameter that is not part of the key is checked only.
 *
 * @throws {InvalidRequestError} if a value is not allowed
 */
export function readByTable<Name extends string>(given: Given<Name>, table: ParameterTable<Name>): ReadParameters {
  const options: Parameter[] = [];
  const filters: Parameter[] = [];
  let isKept = true;
  for (const name of namesIn(table)) {
    const facts = table[name];
    const read = READERS[facts.is]?.(given, name, facts) ?? [];
    const part = keyPartOf(facts);
    if (part === 'yes') options.push(...read);
    if (part === 'hashed') filters.push(...read);
    if (facts.is === 'days') isKept &&= read.every(isKeptGap);
  }
  return { options: sortParameters(options), filters: sortParameters(filters), isKept };
}

/**
 * Checks that a parameter which needs another is not given without it.
 *
 * @param isAsked whether a parameter has a value, or has it among others
 * @throws {InvalidRequestError} if one is
 */
export function checkNeeds<Name extends string>(
  given: Given<Name>,
  table: ParameterTable<Name>,
  isAsked: (name: string, value: string) => boolean,
): void {
  for (const name of given.keys()) {
    const { needs } = table[name];
    if (needs !== undefined && !isAsked(...needs)) {
      throw invalidParameter(name, `is allowed only together with ${needs.join('=')}`);
    }
  }
}

function readOwnWords<Name extends string>(given: Given<Name>, name: Name): readonly Parameter[] {
  if (!given.has(name)) return [];
  const text = readText(given, name);
  if (text === undefined) throw invalidParameter(name, 'is empty; leave it out, or give it a text');
  return [[name, text]];
}

const AMOUNT = /^-?\d{1,15}(?:\.\d{1,6})?$/;

function readMatching<Name extends string>(
  given: Given<Name>,
  name: Name,
  isMatch: (text: string) => boolean,
  problem: string,
): readonly Parameter[] {
  const text = given.get(name);
  if (text === undefined) return [];
  if (!isMatch(text)) throw invalidParameter(name, `is not ${problem}`);
  return [[name, text]];
}

/** Whether a text is a day of the Gregorian calendar, as YYYY-MM-DD. */
function isDay(text: string): boolean {
  const [year = 0, month = 0, day = 0] = /^\d{4}-\d{2}-\d{2}$/.test(text) ? text.split('-').map(Number) : [];
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  const days = [31, isLeapYear ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  return day >= 1 && day <= days;
}
