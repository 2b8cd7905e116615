/** A text without its letter case, to compare it: two texts that differ only in letter case become one. */
export function withoutCase(text: string): string {
  return text.toLowerCase();
}

/**
 * The lower-case spelling of a text, to make a key of it. A character outside ASCII never becomes one of ASCII: the
 * Kelvin sign stays, because the upstream may distinguish it from `k`, and a key must not merge values that the
 * upstream distinguishes.
 */
export function toLowerCaseSpelling(text: string): string {
  return [...text]
    .map((character) => (isAscii(character) ? character.toLowerCase() : lowerOutsideAscii(character)))
    .join('');
}

function lowerOutsideAscii(character: string): string {
  const lower = character.toLowerCase();
  return [...lower].some(isAscii) ? character : lower;
}

function isAscii(character: string): boolean {
  return character <= '\x7f';
}
