import { JsonReading } from './json-reading.ts';
import { isRawNumber, type Json, type JsonObject, type RawNumber, rawNumber } from './json-value.ts';

/** JSON that keeps the digits of its numbers: see `json-value.ts`. */
export { type Json, type JsonObject, type RawNumber, rawNumber } from './json-value.ts';

/** Texts up to this length are read by `JSON.parse`; longer ones by `JsonReading`, which takes longer to warm up. */
export const MAX_NATIVE_LENGTH = 32 * 1024;

/**
 * The part of `JSON.parse` that TypeScript's library does not know yet (ECMAScript proposal "JSON.parse source text
 * access").
 */
interface JsonWithSource {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
}

/**
 * Parses JSON text, keeping every number's digits.
 *
 * @throws {SyntaxError} if the text is not JSON; its message holds nothing of the text
 */
export function parseJson(text: string): Json {
  if (text.length <= MAX_NATIVE_LENGTH) {
    try {
      return parseNatively(text);
    } catch {
      // Either the text nests too deep for the reviver, which works by recursion. Or the text is broken, and the error
      // of `JSON.parse` repeats it.
    }
  }
  const reading = new JsonReading(text);
  reading.read();
  return reading.value ?? null;
}

function parseNatively(text: string): Json {
  return (JSON as unknown as JsonWithSource).parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined && source !== String(value) ? rawNumber(source) : value,
  ) as Json;
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
