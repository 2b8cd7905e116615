import { JsonReading } from './json-reading.ts';
import { isRawNumber, type Json, type JsonObject, type RawNumber, rawNumber, setOwn } from './json-value.ts';

/** JSON that keeps the digits of its numbers: see `json-value.ts`. */
export { type Json, type JsonObject, type RawNumber, rawNumber } from './json-value.ts';

/** Texts up to this length are read by `JSON.parse`; longer ones by `JsonReading`, which takes longer to warm up. */
export const MAX_NATIVE_LENGTH = 32 * 1024;

/**
 * A value that may be a number that JavaScript writes with other digits: it has a point or an exponent, or more digits
 * than a double keeps, or is -0. It may also be a part of a string.
 */
const UNUSUAL_NUMBERS = /((?:^|[:,[])\s*)(-?\d+[.eE][\d.eE+-]*|-?\d{16,}|-0)(?=\s*(?:[,\]}]|$))/g;

/** The first character of a string that stands for a number. */
const MARK = '\0';
/** How JSON writes it. */
const WRITTEN_MARK = '\\u0000';

/**
 * Parses JSON text, keeping every number's digits.
 *
 * @throws {SyntaxError} if the text is not JSON; its message holds nothing of the text
 */
export function parseJson(text: string): Json {
  if (text.length <= MAX_NATIVE_LENGTH) {
    try {
      if (!text.includes(WRITTEN_MARK)) return parseNatively(text);
    } catch {
      // The text is broken, and the error may repeat it. Or it nests too deep for `unmark`, which works by recursion. Or
      // a string holds such a number, and the mark has broken the JSON.
    }
  }
  const reading = new JsonReading(text);
  reading.read();
  return reading.value ?? null;
}

/**
 * Puts a marked string in the place of each unusual number, because `JSON.parse` would lose its digits. A reviver could
 * keep them too, but `JSON.parse` takes up to four times as long with one. A mark inside a string makes the JSON broken:
 * the string ends there, and a backslash follows.
 */
function parseNatively(text: string): Json {
  const numbers: RawNumber[] = [];
  const marked = text.replace(UNUSUAL_NUMBERS, (all: string, before: string, digits: string) => {
    if (String(Number(digits)) === digits) return all;
    // This throws if they are no number.
    numbers.push(rawNumber(digits));
    return `${before}"${WRITTEN_MARK}${numbers.length - 1}"`;
  });
  const value = JSON.parse(marked) as Json;
  return numbers.length === 0 ? value : unmark(value, numbers);
}

/** The same value, with the numbers in the place of the marked strings. It is changed in place. */
function unmark(value: Json, numbers: readonly RawNumber[]): Json {
  if (typeof value === 'string' && value.startsWith(MARK)) return numbers[Number(value.slice(1))] ?? value;
  if (typeof value === 'object' && value !== null) {
    const members = value as Record<string, Json>;
    for (const [name, member] of Object.entries(members)) {
      const unmarked = unmark(member, numbers);
      if (unmarked !== member) setOwn(members, name, unmarked);
    }
  }
  return value;
}

/**
 * Parses JSON text of an object, keeping every number's digits.
 *
 * @throws {TypeError} if it is the text of another value
 * @throws as `parseJson`
 */
export function parseObject(text: string): JsonObject {
  const json = parseJson(text);
  if (!isObject(json)) throw new TypeError('The JSON is not an object.');
  return json;
}

/** Writes JSON text: numbers with the digits they were read with. */
export function writeJson(value: Json): string {
  return JSON.stringify(value);
}

/** Whether this is a number, in either of the two forms. */
export function isNumber(value: Json | undefined): value is number | RawNumber {
  return typeof value === 'number' || isRawNumber(value);
}

/** Whether this is an object with names. Null, an array and a number are not. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRawNumber(value);
}

/** Whether this is an array. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The objects of an array; none if it is not an array. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}

/** The elements of an array. An object counts as an array of one. If the value is neither, there are none. */
export function listOf(value: Json | undefined): readonly Json[] {
  if (isArray(value)) return value;
  return isObject(value) ? [value] : [];
}

/** The text of a string or a number, as the upstream wrote it; undefined for anything else. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return isRawNumber(value) ? value.rawJSON : undefined;
}
