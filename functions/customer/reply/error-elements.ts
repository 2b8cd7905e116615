import { isArray, isNumber, isObject, type Json, listOf, textOf } from '../json/json.ts';

/** How many errors or warnings of a reply are read. */
const MAX_ELEMENTS = 1000;

/** How deep containers in containers are read: of errors, of warnings, of cards. */
export const MAX_CONTAINER_DEPTH = 5;

/**
 * The elements of a reply's `errors` or `warnings`, in their order, a thousand at most: of a list, of one object, of an
 * object that holds them, or of a text. A container may hold further containers. An empty value holds none.
 */
export function elementsOf(value: Json | undefined): readonly Json[] {
  if (typeof value === 'string') return isBlank(value) ? [] : [value];
  if (!(isArray(value) || isObject(value)) || Object.keys(value).length === 0) return [];
  return heldBy(value, 1).slice(0, MAX_ELEMENTS);
}

/**
 * The elements in a container, such as v1.1's {"warning":[…]} and {"field":[…]}; or the value, if it is not a
 * container.
 */
function heldBy(value: Json, depth: number): readonly Json[] {
  const isContainer = isArray(value) || (isObject(value) && !isReadable(value));
  if (!isContainer || depth > MAX_CONTAINER_DEPTH) return [value];
  const held = isArray(value) ? value.slice(0, MAX_ELEMENTS) : Object.values(value).flatMap(listOf);
  return held.length === 0 ? [value] : held.flatMap((each) => heldBy(each, depth + 1));
}

/** The code and the message of an error, which may be an object, only a code, or only a text. */
export function partsOf(error: Json): { readonly code: Json; readonly message: Json } {
  if (isObject(error)) return { code: error.code ?? null, message: error.message ?? null };
  return isNumber(error) ? { code: error, message: null } : { code: null, message: error };
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
