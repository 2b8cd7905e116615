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
 * numbers of an event. If an object has a name more than once, each member stays (`withoutMark`): of two customers, an
 * event must not lose one. `parseJson` keeps the last one only.
 * @returns undefined if the text is not JSON
 * @throws any other error; its message holds nothing of the text
 */
export function parseWithTexts(text: string): Json | undefined {
  try {
    return JSON.parse(inReadableForm(text)) as Json;
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

/** The character that begins a mark. As a member's name it makes no sense, and `plainName` leaves it out. */
const MARK = '\0';
/** The signs of a mark, one for each digit. `plainName` leaves them out. */
const MARK_SIGNS = '!#$%&()*+,';

/** A member's name as it is written, if it was marked because its object has the name more than once. */
export function withoutMark(name: string): string {
  const end = name.indexOf(MARK);
  return end === -1 ? name : name.slice(0, end);
}

/** The quote that begins a text, a number, or the beginning or the end of an object. */
const STOP = /["{}]|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** The characters that JSON allows between its tokens. */
const BLANKS = new Set([SPACE, TAB, LINE_FEED, CARRIAGE_RETURN]);

/**
 * The same JSON, with each number in quotes, and with a mark behind each name that its object has already. A text that
 * is not JSON does not become JSON. JSON allows a string wherever it allows a number, and a number before a colon stays
 * unchanged. It takes linear time.
 */
function inReadableForm(json: string): string {
  const parts: string[] = [];
  let copied = 0;
  const replace = (from: number, to: number, text: string) => {
    parts.push(json.slice(copied, from), text);
    copied = to;
  };
  const open: NamesOfObject[] = [];
  let marks = 0;
  STOP.lastIndex = 0;
  for (let found = STOP.exec(json); found !== null; found = STOP.exec(json)) {
    const { 0: stop, index: at } = found;
    if (stop === '{') open.push(undefined);
    else if (stop === '}') open.pop();
    else if (stop === '"') {
      const end = endOfText(json, at);
      STOP.lastIndex = end;
      if (isName(json, end) && isRepeated(open, decoded(json.slice(at, end))))
        replace(end - 1, end - 1, markOf(marks++));
    } else if (!isName(json, STOP.lastIndex)) replace(at, STOP.lastIndex, `"${stop}"`);
  }
  return parts.join('') + json.slice(copied);
}

/** The names of an object so far; undefined: it has none. */
type NamesOfObject = Set<string> | undefined;

/** Whether the innermost object has this name already. If not, it has the name from now on. */
function isRepeated(open: NamesOfObject[], name: string): boolean {
  const innermost = open.length - 1;
  const names = open[innermost] ?? new Set();
  open[innermost] = names;
  if (names.has(name)) return true;
  names.add(name);
  return false;
}

/**
 * A text of JSON, without its escapes.
 * @throws {SyntaxError} if an escape is broken: then the whole is not JSON
 */
function decoded(text: string): string {
  return text.includes('\\') ? JSON.stringify(JSON.parse(text)) : text;
}

/** A mark as JSON writes it. Each number has its own. */
function markOf(number: number): string {
  return `\\u0000${[...String(number)].map((digit) => MARK_SIGNS[Number(digit)]).join('')}`;
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
