/**
 * Signs of an identifier or a secret: a character of a query, of `NAME=VALUE` or of an e-mail address; six digits, as
 * in phone numbers, cards and ids; a long word, as in keys and tokens.
 */
const MAY_BE_PRIVATE = /[=@?#]|\d(?:[ ().-]*\d){5}|\w{32}/;

/**
 * A text that an operator gave in a wrong place, for an error: the text in quotes. A text that may hold an identifier or
 * a secret is not repeated: words stand in its place.
 */
export function wordsFor(given: string): string {
  return MAY_BE_PRIVATE.test(given)
    ? 'not repeated here, because it may hold an identifier or a secret'
    : JSON.stringify(given);
}
