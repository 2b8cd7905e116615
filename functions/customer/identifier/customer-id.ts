import { MAX_TEXT_LENGTH } from './plain-text.ts';

const NUMBER = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * The one spelling of a customer id: digits without leading zeros (contract §1, "Customer ids"). It is the only reading
 * of an id, for callers, events, purges and the replies of both APIs.
 *
 * Numerically equal spellings are one id. The upstream writes `481516230`, `"481516230"`, `481516230.0` and
 * `4.8151623E8` for one customer.
 *
 * | text | id |
 * |---|---|
 * | `101`, `0101`, `101.0`, `1.01E2`, `1010e-1` | `101` |
 * | `0`, `00`, `0.0`, `0E9` | `0` |
 * | `-101`, `101.5`, `1e-2`, `0x65`, ` 101`, an empty text | none |
 * | more than 256 characters, or an id of more than 256 digits | none |
 *
 * @param text a number as JSON writes it, leading zeros allowed; undefined is not an id
 * @returns 1 to 256 digits; undefined if the text is not a whole number from 0
 */
export function toCustomerId(text: string | undefined): string | undefined {
  if (text === undefined || text.length > MAX_TEXT_LENGTH) return undefined;
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = '', exponent = ''] = match;
  const digits = `${whole}${fraction}`;
  const first = digits.search(/[1-9]/);
  if (first === -1) return '0';
  // The position of the decimal point in the digits. A missing exponent counts as 0. An exponent of any size is safe:
  // the code compares it before it uses it.
  const point = whole.length + Number(exponent);
  const length = point - first;
  if (length < 1 || length > MAX_TEXT_LENGTH || /[1-9]/.test(digits.slice(point))) return undefined;
  return digits.slice(first, point).padEnd(length, '0');
}
