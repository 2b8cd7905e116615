import { isArray, isObject, type Json, type JsonObject, textOf } from '../../customer/json/json.ts';
import type { UpstreamErrors } from '../../lookup/upstream.ts';
import { classify, type ErrorClass } from './error-codes.ts';

/**
 * The one place that finds what a reply says, in whatever shape it says it: errors and warnings as a list, as one object,
 * as an object that holds them, or as a text; a message at the top of the reply, in its `status` or inside `response`.
 */

/** Of how many errors or warnings a reply is read for what they say. */
const MAX_ELEMENTS = 1000;

/** The elements of a reply's `errors` or `warnings`, in their order, a thousand at most. Empties hold none. */
export function elementsOf(value: Json | undefined): readonly Json[] {
  if (isArray(value)) return value.slice(0, MAX_ELEMENTS);
  if (typeof value === 'string') return isBlank(value) ? [] : [value];
  if (!isObject(value)) return [];
  if (isReadable(value)) return [value];
  // Such as v1.1's {"warning":[…]}.
  const held = Object.values(value).flatMap((member) => (isArray(member) ? member : isObject(member) ? [member] : []));
  return held.length === 0 && Object.keys(value).length > 0 ? [value] : held.slice(0, MAX_ELEMENTS);
}

/** Whether an error says anything: a code, or a message. `{}`, null and `{"status":false}` do not. */
export function isReadable(error: Json): boolean {
  return (
    !isBlank(textOf(error)) || (isObject(error) && !(isBlank(textOf(error.code)) && isBlank(textOf(error.message))))
  );
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === '';
}

/** Everything that may hold a message of the upstream's, besides what stands inside the customer. */
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
 * What a reply without a customer and without errors says, elsewhere, by a code that is known. A warning that says partial
 * or merged is no error.
 */
export function errorElsewhere(reply: JsonObject): Json | undefined {
  return messagesIn(reply).find((word) => ELSEWHERE.includes(classify(word)));
}

const ELSEWHERE: readonly (ErrorClass | undefined)[] = ['not-found', 'refused', 'busy'];

/** The first of these words that says that the customer was erased; undefined where none does. */
export function erasedAmong(words: readonly Json[]): Json | undefined {
  return words.find((word) => classify(word) === 'erased');
}

/** What is passed on of an error that does not stand in `errors[]`: in v2's form, in the upstream's own words. */
export function toErrorBody(word: Json): UpstreamErrors {
  const { code = null, message = null } = isObject(word) ? word : { message: word };
  return { errors: [{ status: false, code, message }], warnings: [] };
}
