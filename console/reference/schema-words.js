import { compact } from './digits.js';

/** @typedef {import('./api-document.js').Part} Part */

/**
 * The rules of a schema besides its type, in words.
 *
 * @param {Part} schema
 * @returns {readonly string[]}
 */
export function limitsOf(schema) {
  return [
    range(schema.minimum, schema.maximum, ''),
    isOne(schema.minLength) && schema.maxLength === undefined
      ? 'not empty'
      : range(schema.minLength, schema.maxLength, 'character'),
    range(schema.minItems, schema.maxItems, 'item'),
    schema.format === undefined ? '' : schema.format,
    schema.additionalProperties === false ? 'no other members' : '',
  ].filter((text) => text !== '');
}

/**
 * @param {Part} least undefined: no limit
 * @param {Part} most undefined: no limit
 * @param {string} unit in the singular; empty: none
 */
function range(least, most, unit) {
  if (least === undefined && most === undefined) return '';
  if (most === undefined) return `at least ${least}${unitOf(least, unit)}`;
  if (least === undefined) return `at most ${most}${unitOf(most, unit)}`;
  const isExact = String(least) === String(most);
  return `${isExact ? least : `${least} to ${most}`}${unitOf(most, unit)}`;
}

/** @param {Part} count @param {string} unit */
function unitOf(count, unit) {
  if (unit === '') return '';
  return isOne(count) ? ` ${unit}` : ` ${unit}s`;
}

/** @param {Part} count a number, or its digits */
function isOne(count) {
  return String(count) === '1';
}

/**
 * The values that a schema lists; an empty list if it lists none.
 *
 * @param {Part} schema
 * @returns {readonly string[]}
 */
export function valuesOf(schema) {
  const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const]);
  return values.map((/** @type {Part} */ value) => (typeof value === 'string' ? value : compact(value)));
}

/**
 * The caption of an example: its summary. If it has none, the code of its error, or its name in words.
 *
 * @param {string} name
 * @param {Part} example
 * @returns {string}
 */
export function captionOf(name, { summary, value }) {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return summary ?? (typeof value?.code === 'string' ? `\`${value.code}\`` : words);
}

/**
 * The possible schemas of a value, as `anyOf` or `oneOf` lists them.
 *
 * @param {Part} schema
 * @returns {readonly Part[]}
 */
export function choicesOf(schema) {
  return schema.anyOf?.every(isConditionOnly) ? [] : (schema.oneOf ?? schema.anyOf ?? []);
}

/** Whether a choice only says which members must be there. @param {Part} schema */
function isConditionOnly(schema) {
  return Object.keys(schema).every((name) => name === 'required' || name === 'not');
}

/**
 * The name of a referenced schema.
 *
 * @param {Part} schema
 * @returns {string | undefined}
 */
export function nameOf(schema) {
  return schema.$ref?.replace('#/components/schemas/', '');
}

/**
 * A schema's own types, in words.
 *
 * @param {Part} schema
 * @returns {string}
 */
export function typeOf(schema) {
  if (Array.isArray(schema.type)) return schema.type.join(' or ');
  if (schema.type !== undefined) return schema.type === 'array' ? 'list' : schema.type;
  if (schema.properties !== undefined) return 'object';
  return schema.items === undefined ? 'any' : 'list';
}
