import type { Parameter } from './canonical-request.ts';
import { type Kind, keyPartOf, namesIn, type ParameterFacts, type ParameterTable } from './parameter-facts.ts';
import {
  readAmount,
  readBoolean,
  readDay,
  readFreeText,
  readInt64,
  readWholeNumber,
  readWord,
  TRUE_FALSE_OR_DIGIT,
  TRUE_OR_FALSE,
} from './parameter-values.ts';
import { type Given, invalidParameter, sortParameters } from './request-parameters.ts';

/** Reads the value of a parameter into its one spelling. @throws {InvalidRequestError} if the value is not allowed */
type Reader = (name: string, text: string, facts: ParameterFacts) => string;

/** How a value of each kind is read. The missing kinds name the customer, or have a reader of the API. */
const READERS: Readonly<Partial<Record<Kind, Reader>>> = {
  flag: (name, text) => readBoolean(name, text, TRUE_OR_FALSE),
  looseFlag: (name, text) => readBoolean(name, text, TRUE_FALSE_OR_DIGIT),
  count: (name, text) => readWholeNumber(name, text, 'number'),
  days: (name, text) => readWholeNumber(name, text, 'number of days', 'today'),
  int64: readInt64,
  word: (name, text, { words = [] }) => readWord(name, text, words),
  text: readFreeText,
  amount: readAmount,
  day: readDay,
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
 * Reads all parameters that change the reply, by their table. A parameter that is not part of the key is only checked.
 *
 * @throws {InvalidRequestError} if a value is not allowed
 */
export function readByTable<Name extends string>(given: Given<Name>, table: ParameterTable<Name>): ReadParameters {
  const options: Parameter[] = [];
  const filters: Parameter[] = [];
  let isKept = true;
  for (const name of namesIn(table)) {
    const facts = table[name];
    const text = given.get(name);
    const value = text === undefined ? undefined : READERS[facts.is]?.(name, text, facts);
    if (value === undefined) continue;
    const part = keyPartOf(facts);
    if (part === 'yes') options.push([name, value]);
    if (part === 'hashed') filters.push([name, value]);
    if (facts.is === 'days') isKept &&= isKeptGap(value);
  }
  return { options: sortParameters(options), filters: sortParameters(filters), isKept };
}

/**
 * Checks that every parameter comes together with the parameter that it needs.
 *
 * @param isAsked whether a parameter has a value, perhaps among others
 * @throws {InvalidRequestError} if one does not
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

/**
 * The service never stores the reply to a longer gap: with one entry for each day, one caller could fill the store.
 * Days.
 */
const MAX_KEPT_GAP_DAYS = 366;

/** Whether the reply to a look-up with this gap may be kept. A till asks for days of the coming year only. */
function isKeptGap(days: string): boolean {
  return Number(days) <= MAX_KEPT_GAP_DAYS;
}
