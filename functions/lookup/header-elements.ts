import { MAX_HEADER_LENGTH } from './max-header-length.ts';

/**
 * The elements of a header between the separators, without outer white space; some may be empty. A separator inside a
 * quoted text belongs to its element (RFC 9110 §5.6.4). A quotation mark without an end is an ordinary character.
 *
 * @param separator one character
 */
export function* headerElements(header: string, separator: string): Generator<string> {
  let start = 0;
  let at = 0;
  let mayBeQuoted = true;
  while (start < header.length && at <= MAX_HEADER_LENGTH) {
    const character = header[at];
    if (character === '"' && mayBeQuoted) {
      const end = endOfQuoted(header, at);
      // If this mark has no end, no later one has. So the header is searched once, and not for each mark.
      mayBeQuoted = end !== undefined;
      at = end ?? at;
    } else if (character === separator || character === undefined) {
      yield header.slice(start, at).trim();
      start = at + 1;
    }
    at += 1;
  }
}

/**
 * The index of the mark that ends a quoted text; undefined: the text has no end.
 *
 * @param start the index of its first mark
 */
function endOfQuoted(header: string, start: number): number | undefined {
  for (let at = start + 1; at < header.length; at += header[at] === '\\' ? 2 : 1) {
    if (header[at] === '"') return at;
  }
  return undefined;
}
