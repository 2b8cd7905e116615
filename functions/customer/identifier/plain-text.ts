/** The longest identifier, and the longest free text of a caller: in characters (code points), without outer spaces. */
export const MAX_TEXT_LENGTH = 256;

const SPACE = 0x20;

/**
 * A text without its outer ASCII spaces. It walks inwards from both ends: a pattern would take quadratic time. Each walk
 * ends at the end of the text, where there is no character.
 */
export function withoutOuterSpaces(text: string): string {
  let start = 0;
  let end = text.length;
  while (text.charCodeAt(start) === SPACE) start += 1;
  while (text.charCodeAt(end - 1) === SPACE) end -= 1;
  return text.slice(start, end);
}

/**
 * How many characters (code points) a text has, or undefined if it has more than `MAX_TEXT_LENGTH`. A text of more than
 * twice as many code units is not counted: no character takes more than two.
 */
export function lengthOf(text: string): number | undefined {
  if (text.length > 2 * MAX_TEXT_LENGTH) return undefined;
  const length = [...text].length;
  return length > MAX_TEXT_LENGTH ? undefined : length;
}

const PRINTABLE_ASCII = /^[ -~]*$/;

/**
 * Whether a text holds no control or format character and no lone surrogate. On its way upstream a lone surrogate would
 * become U+FFFD, which may be another customer's identifier.
 */
export function isPlainText(text: string): boolean {
  // Nearly every text is printable ASCII. An instance compiles the pattern of Unicode's categories only if a text is
  // not.
  if (PRINTABLE_ASCII.test(text)) return true;
  return !/[\p{Cc}\p{Cf}]/u.test(text) && text.isWellFormed();
}
