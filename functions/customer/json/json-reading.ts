import {
  CAPITAL_E,
  CARRIAGE_RETURN,
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  CONTROLS,
  LETTER_E,
  LETTER_F,
  LETTER_T,
  LINE_FEED,
  MINUS,
  NINE,
  OPEN_BRACE,
  OPEN_BRACKET,
  PLUS,
  POINT,
  positionOf,
  QUOTE,
  SPACE,
  skipDigits,
  TAB,
  ZERO,
} from './json-characters.ts';
import { type Json, type RawNumber, rawNumber, setOwn } from './json-value.ts';

/**
 * Reads JSON text (RFC 8259) without recursion and in pieces, keeping every number's digits.
 *
 * It is for large texts, which `JSON.parse` reads without a pause, and for the few texts that `parseJson` cannot read by
 * `JSON.parse`. It accepts the same texts as `JSON.parse`. It takes longer to warm up, so `JSON.parse` is better for the
 * usual reply of ten kilobytes.
 */
export class JsonReading {
  readonly #text: string;
  readonly #maxDepth: number;
  #at = 0;
  /** The part of JSON that must come at `#at`. */
  #next: Expected = 'value';
  /** The arrays and objects that are open, the innermost last. */
  readonly #open: Container[] = [];
  /** The name of each open one in its parent. */
  readonly #names: string[] = [];
  /** The name of the next value, if the innermost is an object. */
  #name = '';
  #result: Json | undefined;
  #isRead = false;
  /** The position of the first backslash that is not before the start of the current string. */
  #backslashAt = -1;
  /** Whether there is any control character, such as a line feed between values. Inside a string none is allowed. */
  readonly #hasControls: boolean;

  /** @param maxDepth how deep arrays and objects may nest. Default: any depth. */
  constructor(text: string, maxDepth = Number.POSITIVE_INFINITY) {
    this.#text = text;
    this.#maxDepth = maxDepth;
    this.#hasControls = CONTROLS.test(text);
  }

  /** The value, once it is read. */
  get value(): Json | undefined {
    return this.#isRead ? this.#result : undefined;
  }

  /**
   * Reads the next part of the text.
   *
   * @param maxSteps how many values and names at most. Default: to the end.
   * @returns whether the text is read to its end
   * @throws {SyntaxError} if the text is not JSON, or nests too deep; its message holds nothing of the text
   */
  read(maxSteps = Number.POSITIVE_INFINITY): boolean {
    const text = this.#text;
    for (let steps = 0; steps < maxSteps; steps += 1) {
      this.#skipSpace();
      const code = text.charCodeAt(this.#at);
      switch (this.#next) {
        case 'value':
          this.#readValue(code);
          break;
        case 'first-element':
          if (code === CLOSE_BRACKET) this.#close();
          else this.#readValue(code);
          break;
        case 'first-name':
          if (code === CLOSE_BRACE) this.#close();
          else this.#readName(code);
          break;
        case 'name':
          this.#readName(code);
          break;
        case 'comma':
          this.#readComma(code);
          break;
        case 'end':
          if (this.#at < text.length) throw this.#broken();
          this.#isRead = true;
          return true;
      }
    }
    return false;
  }

  #skipSpace(): void {
    const text = this.#text;
    let at = this.#at;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code !== SPACE && code !== LINE_FEED && code !== CARRIAGE_RETURN && code !== TAB) break;
      at += 1;
    }
    this.#at = at;
  }

  #readValue(code: number): void {
    if (code === QUOTE) this.#put(this.#readText());
    else if (code === OPEN_BRACE) this.#enter({}, 'first-name');
    else if (code === OPEN_BRACKET) this.#enter([], 'first-element');
    else if (code === MINUS || (code >= ZERO && code <= NINE)) this.#put(this.#readNumber(code));
    else if (code === LETTER_T) this.#put(this.#readWord('true', true));
    else if (code === LETTER_F) this.#put(this.#readWord('false', false));
    else this.#put(this.#readWord('null', null));
  }

  #enter(container: Container, next: Expected): void {
    if (this.#open.length >= this.#maxDepth) throw new SyntaxError(`The JSON nests deeper than ${this.#maxDepth}.`);
    this.#open.push(container);
    this.#names.push(this.#name);
    this.#next = next;
    this.#at += 1;
  }

  #close(): void {
    const closed = this.#open.pop();
    this.#name = this.#names.pop() ?? '';
    this.#at += 1;
    if (closed !== undefined) this.#put(closed);
  }

  /** Puts a value into its place. */
  #put(value: Json): void {
    const container = this.#open.at(-1);
    if (container === undefined) {
      this.#result = value;
      this.#next = 'end';
      return;
    }
    if (Array.isArray(container)) container.push(value);
    else setOwn(container, this.#name, value);
    this.#next = 'comma';
  }

  #readComma(code: number): void {
    const isArray = Array.isArray(this.#open.at(-1));
    if (code === COMMA) {
      this.#at += 1;
      this.#next = isArray ? 'value' : 'name';
    } else if (code === (isArray ? CLOSE_BRACKET : CLOSE_BRACE)) this.#close();
    else throw this.#broken();
  }

  #readName(code: number): void {
    if (code !== QUOTE) throw this.#broken();
    this.#name = this.#readText();
    this.#skipSpace();
    if (this.#text.charCodeAt(this.#at) !== COLON) throw this.#broken();
    this.#at += 1;
    this.#next = 'value';
  }

  #readWord<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#broken();
    this.#at += word.length;
    return value;
  }

  /**
   * Reads a string from its opening quote on. It searches for the end: that is faster than a loop over the characters.
   */
  #readText(): string {
    const text = this.#text;
    const start = this.#at + 1;
    let end = text.indexOf('"', start);
    if (this.#backslashAt < start) this.#backslashAt = positionOf(text, '\\', start);
    const isEscaped = this.#backslashAt < end;
    while (this.#backslashAt < end) {
      const escaped = this.#backslashAt + 1;
      if (escaped === end) end = text.indexOf('"', escaped + 1);
      this.#backslashAt = positionOf(text, '\\', escaped + 1);
    }
    if (end === -1) throw this.#broken();
    this.#at = end + 1;
    const inner = text.slice(start, end);
    if (!isEscaped) {
      if (this.#hasControls && CONTROLS.test(inner)) throw this.#broken();
      return inner;
    }
    try {
      return JSON.parse(text.slice(start - 1, end + 1));
    } catch {
      throw this.#broken();
    }
  }

  /** A number: a JavaScript number if JavaScript writes the same digits; if not, its digits. */
  #readNumber(first: number): number | RawNumber {
    const text = this.#text;
    const start = this.#at;
    let at = first === MINUS ? start + 1 : start;
    const whole = at;
    at = skipDigits(text, at);
    const wholeDigits = at - whole;
    if (wholeDigits === 0 || (wholeDigits > 1 && text.charCodeAt(whole) === ZERO)) throw this.#broken();
    let isWhole = true;
    if (text.charCodeAt(at) === POINT) {
      isWhole = false;
      at = this.#skipSomeDigits(at + 1);
    }
    const code = text.charCodeAt(at);
    if (code === LETTER_E || code === CAPITAL_E) {
      isWhole = false;
      const sign = text.charCodeAt(at + 1);
      at = this.#skipSomeDigits(sign === PLUS || sign === MINUS ? at + 2 : at + 1);
    }
    this.#at = at;
    const digits = text.slice(start, at);
    const number = Number(digits);
    // A double always keeps this many digits. The digits of a longer number are compared.
    const isSafe = isWhole && wholeDigits <= SAFE_DIGITS && number !== 0;
    return isSafe || String(number) === digits ? number : rawNumber(digits);
  }

  /** The position behind the digits from here on. There must be one digit at least. */
  #skipSomeDigits(from: number): number {
    const at = skipDigits(this.#text, from);
    if (at === from) throw this.#broken();
    return at;
  }

  #broken(): SyntaxError {
    return new SyntaxError(`The JSON is broken at position ${this.#at}.`);
  }
}

type Container = Json[] | Record<string, Json>;
type Expected = 'value' | 'first-element' | 'first-name' | 'name' | 'comma' | 'end';

/** How many decimal digits a double always keeps (IEEE 754: DBL_DIG). */
const SAFE_DIGITS = 15;
