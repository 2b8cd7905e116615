import type { Json } from '../../customer/json/json.ts';
import {
  BACKSLASH,
  CARRIAGE_RETURN,
  COLON,
  LINE_FEED,
  QUOTE,
  SPACE,
  TAB,
} from '../../customer/json/json-characters.ts';

/**
 * Parses JSON. Each number becomes its text, so an id of 64 bits keeps its digits. The service does not calculate with
 * numbers of an event. It does not use `parseJson`, whose reviver works by recursion: a deep event would overflow the
 * stack. `JSON.parse` without a reviver needs no stack.
 * @returns undefined if the text is not JSON
 * @throws any other error; its message holds nothing of the text
 */
export function parseWithTexts(text: string): Json | undefined {
  try {
    return JSON.parse(withNumbersAsTexts(text)) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * The list or the object that a text holds as JSON, even if it was encoded several times. Any other value stays
 * unchanged.
 */
export function opened(value: Json): Json {
  let content: Json | undefined = value;
  // Each layer is shorter than the one around it.
  while (typeof content === 'string') {
    // A text that cannot hold a list or an object is not parsed. A byte order mark counts as a space here.
    if (!/^\s*["{[]/.test(content)) return value;
    content = parseWithTexts(content.trim());
  }
  return content ?? value;
}

/** The quote that begins a text, or a number. */
const TEXT_OR_NUMBER = /"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** The characters that JSON allows between its tokens. */
const BLANKS = new Set([SPACE, TAB, LINE_FEED, CARRIAGE_RETURN]);

/**
 * The same JSON, with each number in quotes. A text that is not JSON does not become JSON. JSON allows a string
 * wherever it allows a number, and a number before a colon stays unchanged. It takes linear time.
 */
function withNumbersAsTexts(json: string): string {
  const parts: string[] = [];
  let copied = 0;
  TEXT_OR_NUMBER.lastIndex = 0;
  for (let found = TEXT_OR_NUMBER.exec(json); found !== null; found = TEXT_OR_NUMBER.exec(json)) {
    const { 0: number, index: at } = found;
    const end = TEXT_OR_NUMBER.lastIndex;
    if (number === '"') TEXT_OR_NUMBER.lastIndex = endOfText(json, at);
    else if (!isName(json, end)) {
      parts.push(json.slice(copied, at), '"', number, '"');
      copied = end;
    }
  }
  return parts.join('') + json.slice(copied);
}

/** The position behind the closing quote of the text that begins here. */
function endOfText(json: string, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    const code = json.charCodeAt(at);
    if (code === QUOTE) return at + 1;
    if (code === BACKSLASH) at += 1;
  }
  return json.length;
}

/** Whether a colon follows: then the text before it is a member's name. */
function isName(json: string, end: number): boolean {
  let at = end;
  while (BLANKS.has(json.charCodeAt(at))) at += 1;
  return json.charCodeAt(at) === COLON;
}
