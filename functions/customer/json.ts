/**
 * JSON that keeps the digits of its numbers.
 *
 * `JSON.parse` and `JSON.stringify` change what the upstream sends: `221350.000` becomes `221350`, and the 64-bit id
 * `9007199254740993` becomes `…992`. Here a number stays the text it was written as: `JSON.rawJSON` (ECMAScript
 * proposal "JSON.parse source text access"; Node 22 and later), which `JSON.stringify` writes out letter for letter.
 */

/** A number as it was written, e.g. `{ rawJSON: '221350.000' }`. */
export interface RawNumber {
  readonly rawJSON: string;
}

export type Json = null | boolean | string | RawNumber | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [name: string]: Json;
}

/** What TypeScript's library does not know yet of ECMAScript's JSON. */
interface JsonWithSource {
  parse(text: string, reviver: (key: string, value: unknown, context: { source?: string }) => unknown): unknown;
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
}

const SourceJson = JSON as unknown as JsonWithSource;

/**
 * Parses JSON text, keeping every number's digits.
 *
 * @throws {SyntaxError} when the text is not JSON
 * @throws {RangeError} when it nests deeper than the stack allows
 */
export function parseJson(text: string): Json {
  return SourceJson.parse(text, (_key, value, { source }) =>
    typeof value === 'number' && source !== undefined ? SourceJson.rawJSON(source) : value,
  ) as Json;
}

/**
 * Parses JSON text of an object, keeping every number's digits.
 *
 * @throws {TypeError} when it is another value's
 * @throws as `parseJson`
 */
export function parseObject(text: string): JsonObject {
  const json = parseJson(text);
  if (!isObject(json)) throw new TypeError('The JSON is no object.');
  return json;
}

/** Writes JSON text: numbers with the digits they were read with. */
export function writeJson(value: Json): string {
  return JSON.stringify(value);
}

/** Whether this is a number that kept its digits. */
export function isNumber(value: Json | undefined): value is RawNumber {
  return SourceJson.isRawJSON(value);
}

/** Whether this is an object with names: neither null, an array nor a number. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isNumber(value);
}

/** Whether this is an array. */
export function isArray(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** The objects of an array; none where it is no array. */
export function objectsOf(value: Json | undefined): readonly JsonObject[] {
  return isArray(value) ? value.filter(isObject) : [];
}

/** The text of a string or a number, as the upstream wrote it; undefined for anything else. */
export function textOf(value: Json | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return isNumber(value) ? value.rawJSON : undefined;
}
