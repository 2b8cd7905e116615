import type { Json } from '../../customer/json/json.ts';

/**
 * Parses JSON in which each number becomes the text that it was written as. Nothing in an event is counted with, and an
 * id of 64 bits keeps its digits.
 *
 * Not `parseJson`: its reviver is called by recursion, so that an event which nests deeper than the stack would be no
 * JSON. `JSON.parse` without a reviver needs no stack.
 *
 * @returns undefined when the text is not JSON
 * @throws whatever else goes wrong, which says nothing of the text
 */
export function parseWithTexts(text: string): Json | undefined {
  try {
    return JSON.parse(withNumbersAsTexts(text)) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A number, from where the search begins. */
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

const QUOTE = codeOf('"');
const BACKSLASH = codeOf('\\');
const MINUS = codeOf('-');
const ZERO = codeOf('0');
const NINE = codeOf('9');
const COLON = codeOf(':');
/** What JSON allows between its tokens. */
const BLANKS = new Set([' ', '\t', '\n', '\r'].map(codeOf));

/**
 * The same JSON, each number in quotes. What is not JSON stays none: a text may stand wherever a number may, and the one
 * other place of a text, before a colon, is left as it is. In linear time.
 */
function withNumbersAsTexts(json: string): string {
  const parts: string[] = [];
  let copied = 0;
  for (let at = 0; at < json.length; ) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) at = endOfText(json, at);
    else if (code === MINUS || (code >= ZERO && code <= NINE)) {
      NUMBER.lastIndex = at;
      const end = NUMBER.test(json) ? NUMBER.lastIndex : at;
      if (end > at && !isName(json, end)) {
        parts.push(json.slice(copied, at), '"', json.slice(at, end), '"');
        copied = end;
      }
      at = Math.max(end, at + 1);
    } else at += 1;
  }
  return parts.join('') + json.slice(copied);
}

/** Where the text ends that begins here: behind its closing quote. */
function endOfText(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at += 1;
  }
  return json.length;
}

/** Whether a colon follows: what stands before it is a member's name. */
function isName(json: string, end: number): boolean {
  let at = end;
  while (BLANKS.has(json.charCodeAt(at))) at += 1;
  return json.charCodeAt(at) === COLON;
}

function codeOf(character: string): number {
  return character.charCodeAt(0);
}
