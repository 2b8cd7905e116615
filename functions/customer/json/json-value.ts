/**
 * JSON values that keep the digits of their numbers.
 *
 * `JSON.parse` and `JSON.stringify` change what the upstream sends: `221350.000` becomes `221350`, and the 64-bit id
 * `9007199254740993` becomes `…992`. Such a number is kept as its original text: in a `JSON.rawJSON` (ECMAScript
 * proposal "JSON.parse source text access"; Node 22 and later), which `JSON.stringify` writes out unchanged. A number
 * that JavaScript writes with the same digits is a JavaScript number, which costs a tenth.
 */

/** A number that JavaScript would write with other digits, e.g. `{ rawJSON: '221350.000' }`. */
export interface RawNumber {
  /** Its text. */
  readonly rawJSON: string;
}

/** A JSON value. No number in it has lost a digit. */
export type Json = null | boolean | string | number | RawNumber | readonly Json[] | JsonObject;

/** A JSON object: its members by their names. */
export interface JsonObject {
  readonly [name: string]: Json;
}

/** The part of ECMAScript's JSON that TypeScript's library does not know yet. */
interface JsonWithSource {
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
}

const SourceJson = JSON as unknown as JsonWithSource;

/** @param text a number as JSON writes it */
export function rawNumber(text: string): RawNumber {
  return SourceJson.rawJSON(text);
}

/** Whether this is a number that is kept as its text. */
export function isRawNumber(value: unknown): value is RawNumber {
  return SourceJson.isRawJSON(value);
}

/** Sets an own member of the object, even if its name is `__proto__`. */
export function setOwn(object: Record<string, Json>, name: string, value: Json): void {
  if (name === '__proto__') {
    Object.defineProperty(object, name, { value, configurable: true, enumerable: true, writable: true });
  } else object[name] = value;
}
