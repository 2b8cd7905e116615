import { readFileSync } from 'node:fs';
import {
  isArray,
  isObject,
  type Json,
  type JsonObject,
  objectsOf,
  parseObject,
  textOf,
} from '../functions/customer/json/json.ts';

/**
 * The contents for gaps, by the names of the gaps: values, and functions of one value. Undefined: there is no such
 * value.
 */
export type Values = Readonly<Record<string, Json | undefined | ((value: Json | undefined) => Json)>>;

/** Reads a JSON document. The file is called .txt: the formatter would shorten the digits of a .json file's numbers. */
export function readDocument(file: URL): JsonObject {
  return parseObject(readFileSync(file, 'utf8'));
}

/**
 * Fills the gaps in the texts of a template. `{{name}}` is a value, and `{{function name}}` or `{{function 12.50}}` a
 * function's result. A text that is only a gap becomes the value, of any type. Without a value it is left out, and so is its
 * member. `{"$each": "name", "of": …}` becomes a list with an element for each object of that value; the members of the
 * object fill gaps too.
 */
export function fill(template: Json, values: Values): Json | undefined {
  if (isArray(template)) return template.flatMap((one) => fill(one, values) ?? []);
  if (isObject(template)) {
    const { $each: list, of = null } = template;
    if (typeof list === 'string') {
      return objectsOf(readGap(list, values)).flatMap((one) => fill(of, { ...values, ...one }) ?? []);
    }
    return fillObject(template, values);
  }
  if (typeof template !== 'string' || !template.includes('{{')) return template;
  const [, only] = /^\{\{([^}]+)\}\}$/.exec(template) ?? [];
  if (only !== undefined) return readGap(only, values);
  return template.replace(/\{\{([^}]+)\}\}/g, (_, gap: string) => textOf(readGap(gap, values)) ?? '');
}

/** Fills the gaps in every member of a template. */
export function fillObject(template: JsonObject, values: Values): JsonObject {
  const members = Object.entries(template).map(([name, member]) => [name, fill(member, values)] as const);
  return Object.fromEntries(members.flatMap(([name, member]) => (member === undefined ? [] : [[name, member]])));
}

/** An object without the members of these names. */
export function without(object: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
}

function readGap(gap: string, values: Values): Json | undefined {
  const [name = '', argument = ''] = gap.split(' ');
  const value = values[name];
  return typeof value === 'function' ? value(/^\d/.test(argument) ? argument : readGap(argument, values)) : value;
}
