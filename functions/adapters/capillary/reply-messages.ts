import { isArray, isObject, type Json, type JsonObject, listOf, textOf } from '../../customer/json/json.ts';
import type { UpstreamErrors } from '../../lookup/upstream.ts';
import { classify, type ErrorClass } from './error-codes.ts';

/**
 * The one place that finds the messages of a reply, in every shape: errors and warnings as a list, as one object, as an
 * object that holds them, or as a text; a message at the top of the reply, in its `status` or inside `response`.
 */

/** How many errors or warnings of a reply are read. */
const MAX_ELEMENTS = 1000;

/** The elements of a reply's `errors` or `warnings`, in their order, a thousand at most. An empty value holds none. */
export function elementsOf(value: Json | undefined): readonly Json[] {
  if (isArray(value)) return value.slice(0, MAX_ELEMENTS);
  if (typeof value === 'string') return isBlank(value) ? [] : [value];
  if (!isObject(value)) return [];
  if (isReadable(value)) return [value];
  // Such as v1.1's {"warning":[…]}.
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

/** Every place that may hold an upstream message, except the customer. */
export function messagesIn(reply: JsonObject): readonly Json[] {
  return [reply, reply.response]
    .filter(isObject)
    .flatMap((container) => [
      container,
      ...elementsOf(container.status),
      ...elementsOf(container.error),
      ...elementsOf(container.errors),
      ...elementsOf(container.warnings),
    ]);
}

/**
 * The errors with a known code in other places of a reply that has no customer and no errors. A warning "partial" or
 * "merged" is no error.
 */
export function errorElsewhere(reply: JsonObject): Json | undefined {
  return messagesIn(reply).find((word) => ELSEWHERE.includes(classify(word)));
}

const ELSEWHERE: readonly (ErrorClass | undefined)[] = [
  'not-found',
  'refused',
  'busy',
  'throttled',
  'credentials-refused',
];

/** The first of these messages that says that the customer was erased; undefined if there is none. */
export function erasedAmong(words: readonly Json[]): Json | undefined {
  return words.find((word) => classify(word) === 'erased');
}

/** An error outside `errors[]` in the form that the service passes on: v2's form, with the upstream's own message. */
export function toErrorBody(word: Json): UpstreamErrors {
  const { code = null, message = null } = isObject(word) ? word : { message: word };
  return { errors: [{ status: false, code, message }], warnings: [] };
}
