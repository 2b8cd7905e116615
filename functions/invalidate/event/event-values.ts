import { isArray, isObject, type Json, type JsonObject } from '../../customer/json/json.ts';
import { opened } from './event-json.ts';
import type { Members } from './event-objects.ts';

/** No documented value nests deeper. */
const MAX_DEPTH = 8;

/** The first text that is not blank among the members of these names. */
export function textAt(members: Members, names: readonly string[]): string | undefined {
  const [first] = textsAt(members, names);
  return first;
}

/** The texts that are not blank among the members of these names. An object may have a name more than once. */
export function textsAt(members: Members, names: readonly string[]): readonly string[] {
  return names.flatMap((name) => members.get(name) ?? []).filter(isFilledText);
}

function isFilledText(value: Json): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

/** The objects among these values, and in lists among them. */
export function objectsAt(values: readonly Json[] | undefined): JsonObject[] {
  const objects: JsonObject[] = [];
  if (values !== undefined) collectObjects(values, 0, objects);
  return objects;
}

function collectObjects(values: readonly Json[], depth: number, found: JsonObject[]): void {
  for (const given of values) {
    const value = opened(given);
    if (isArray(value)) {
      if (depth < MAX_DEPTH) collectObjects(value, depth + 1, found);
    } else if (isObject(value)) found.push(value);
  }
}

/**
 * Every text in these values, also in lists and objects, each once. A value may be `{previous, current}`. A text that
 * holds JSON counts both as its content and as itself.
 */
export function textsIn(values: readonly Json[] | undefined): string[] {
  const texts = new Set<string>();
  if (values !== undefined) collectTexts(values, 0, texts);
  texts.delete('');
  return [...texts];
}

function collectTexts(values: readonly Json[], depth: number, found: Set<string>): void {
  for (const given of values) {
    if (typeof given === 'string') found.add(given);
    const value = opened(given);
    if (depth < MAX_DEPTH && typeof value === 'object' && value !== null) {
      collectTexts(isArray(value) ? value : Object.values(value), depth + 1, found);
    }
  }
}
