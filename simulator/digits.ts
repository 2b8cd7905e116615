import { type JsonObject, parseJson, type RawNumber, rawNumber } from '../functions/customer/json/json.ts';

/** A number that leaves with exactly these digits, e.g. `221350.000` or the 64-bit id `9007199254740993`. */
export function digits(text: string): RawNumber {
  return rawNumber(text);
}

/** A plain object as JSON that keeps digits: `digits(…)` inside it stay as they are, numbers as JavaScript writes them. */
export function toJsonObject(value: object): JsonObject {
  return parseJson(JSON.stringify(value)) as JsonObject;
}
