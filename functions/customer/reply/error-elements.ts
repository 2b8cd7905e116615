import { isArray, isObject, type Json, listOf, textOf } from '../json/json.ts';

/** How many errors or warnings of a reply are read. */
const MAX_ELEMENTS = 1000;

/**
 * The elements of a reply's `errors` or `warnings`, in their order, a thousand at most: of a list, of one object, of an
 * object that holds them, or of a text. An empty value holds none.
 */
export function elementsOf(value: Json | undefined): readonly Json[] {
  if (isArray(value)) return value.slice(0, MAX_ELEMENTS);
  if (typeof value === 'string') return isBlank(value) ? [] : [value];
  if (!isObject(value)) return [];
  if (isReadable(value)) return [value];
  // Such as v1.1's {"warning":[…]} and {"field":[…]}.
  const held = Object.values(value).flatMap(listOf);
  return held.length === 0 && Object.keys(value).length > 0 ? [value] : held.slice(0, MAX_ELEMENTS);
}

/** Whether an error has a code or a message. `{}`, null and `{"status":false}` have none. */
export function isReadable(error: Json): boolean {
  return (
    !isBlank(textOf(error)) || (isObject(error) && !(isBlank(textOf(error.code)) && isBlank(textOf(error.message))))
  );
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === '';
}
