/**
 * What an address has with a query, and what `NAME=VALUE` and an e-mail address have; six digits, as phone numbers, cards
 * and ids have them; and a random text, as keys and tokens are.
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
