/** A text without its letter case, to compare it: two texts that differ only in letter case become one. */
export function withoutCase(text: string): string {
  return [...text].map(lowerCaseOf).join('');
}

/**
 * The lower-case spelling of a text, for a key. A character outside ASCII never becomes one of ASCII: the Kelvin sign
 * stays. The upstream may distinguish it from `k`, and a key must not merge values that the upstream distinguishes.
 */
export function toLowerCaseSpelling(text: string): string {
  return [...text]
    .map((character) => (isAscii(character) ? character.toLowerCase() : lowerOutsideAscii(character)))
    .join('');
}

function lowerOutsideAscii(character: string): string {
  const lower = lowerCaseOf(character);
  return [...lower].some(isAscii) ? character : lower;
}

/**
 * The lower case of a character's upper case: two lower-case letters may have one upper case, as the two forms of the
 * Greek sigma have. A character with a longer upper case (`ß`) shares that upper case with no other letter.
 */
function lowerCaseOf(character: string): string {
  const upper = character.toUpperCase();
  return ([...upper].length === 1 ? upper : character).toLowerCase();
}

function isAscii(character: string): boolean {
  return character <= '\x7f';
}
