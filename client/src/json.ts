/**
 * A JSON value of the service. A number that a JavaScript number cannot hold (64-bit ids beyond 2^53, decimals of many
 * digits) is its text.
 */
export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;

/** A JSON object. A member may be absent. */
export interface JsonObject {
  readonly [name: string]: JsonValue | undefined;
}

/** The signs of a number that a JavaScript number cannot hold: 16 digits and more, or an exponent. */
const MAY_EXCEED_NUMBER = /[0-9.]{16}|[0-9][eE]/;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

/**
 * Parses JSON text; a number that a JavaScript number cannot hold becomes its text.
 *
 * It puts such numbers in quotes before it parses the text. A reviver cannot do it everywhere: only Node.js 22 and
 * later gives it a number's digits, and on Node.js 20 they would be lost silently.
 * @throws {SyntaxError} if the text is not JSON
 */
export function parseKeepingNumbers(text: string): unknown {
  return JSON.parse(MAY_EXCEED_NUMBER.test(text) ? quoteNumbers(text) : text);
}

/**
 * The text, with quotes around each number that a JavaScript number cannot hold. A text that is not JSON does not
 * become JSON.
 */
function quoteNumbers(text: string): string {
  const pieces: string[] = [];
  let copied = 0;
  for (let at = 0; at < text.length; ) {
    const character = text[at] ?? '';
    if (character === '"') {
      at = afterString(text, at);
      continue;
    }
    const written = /[-0-9]/.test(character) ? numberAt(text, at) : '';
    if (written !== '' && !isHeld(written)) {
      pieces.push(text.slice(copied, at), `"${written}"`);
      copied = at + written.length;
    }
    at += Math.max(1, written.length);
  }
  return pieces.length === 0 ? text : pieces.join('') + text.slice(copied);
}

/** The position after a string that begins at this quote. */
function afterString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function numberAt(text: string, at: number): string {
  NUMBER.lastIndex = at;
  return NUMBER.exec(text)?.[0] ?? '';
}

/** Whether a JavaScript number holds the written number. Zeros at the end of a fraction do not count. */
function isHeld(written: string): boolean {
  const value = Number(written);
  return Number.isFinite(value) && significant(written) === significant(String(value));
}

/** A decimal number as sign, digits and exponent, each in its one spelling. */
function significant(decimal: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(decimal) ?? [];
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const trimmed = withoutZerosAtEnd(digits);
  if (trimmed === '') return '0';
  const scale = Number(exponent) - fraction.length + (digits.length - trimmed.length);
  return `${sign}${trimmed}e${scale}`;
}

/** It uses a loop: a pattern would take quadratic time on zeros that are not at the end. */
function withoutZerosAtEnd(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === '0') end -= 1;
  return digits.slice(0, end);
}
