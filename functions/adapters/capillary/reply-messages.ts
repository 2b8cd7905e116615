import { isObject, type Json, type JsonObject } from '../../customer/json/json.ts';
import { elementsOf, partsOf } from '../../customer/reply/error-elements.ts';
import type { UpstreamErrors } from '../../lookup/upstream.ts';
import { classify, type ErrorClass } from './error-codes.ts';

/*
 * The one place that finds the messages of a reply, in every shape: errors and warnings as a list, as one object, as an
 * object that holds them, or as a text; a message at the top of the reply, in its `status` or inside `response`.
 */

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
 * "merged" is not an error.
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
  return { errors: [{ status: false, ...partsOf(word) }], warnings: [] };
}
