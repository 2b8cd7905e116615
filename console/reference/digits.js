import { parseExact } from '../exact-json.js';

/** A number as the document writes it: `95827.0` and ids of 64 bits keep their digits. */
export class Digits {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/** The width up to which a list or an object stands in one line. Characters. */
const ONE_LINE = 76;

/**
 * Parses JSON, each of its numbers as `Digits`.
 *
 * @param {string} text
 * @returns {any}
 * @throws {SyntaxError} if it is not JSON
 */
export function parseDigits(text) {
  return parseExact(text, (digits) => new Digits(digits));
}

/**
 * Writes as JSON what `parseDigits` read.
 *
 * @param {any} value
 * @param {string} [indentation] of the line that it begins in
 * @returns {string}
 */
export function print(value, indentation = '') {
  const line = compact(value);
  if (typeof value !== 'object' || value === null || value instanceof Digits) return line;
  if (indentation.length + line.length <= ONE_LINE) return line;
  const inner = `${indentation}  `;
  const members = Array.isArray(value)
    ? value.map((each) => print(each, inner))
    : Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${print(each, inner)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  return `${open}\n${members.map((member) => inner + member).join(',\n')}\n${indentation}${close}`;
}

/**
 * The same in one line.
 *
 * @param {any} value
 * @returns {string}
 */
export function compact(value) {
  if (value instanceof Digits) return value.text;
  if (Array.isArray(value)) return `[${value.map(compact).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${compact(each)}`);
  return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
}
