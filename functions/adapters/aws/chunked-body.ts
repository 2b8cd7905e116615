import { UnreadableHttpError } from './http-reply.ts';
import { readField } from './reply-head.ts';

const LINE_BREAK = '\r\n';
/** The longest line of a chunk's size, or of a trailer. Bytes. */
const MAX_LINE_BYTES = 16 * 1024;
const SIZE_LINE = /^([\da-fA-F]{1,8})[ \t]*(?:;.*)?$/;

/** Reads a body that comes in chunks (RFC 9112 §7.1). It checks trailers, and drops them. */
export class ChunkedBody {
  /** The content of the chunks, in pieces as they came. */
  readonly #parts: Buffer[] = [];
  /** The bytes that are not read yet: less than a line. */
  #unread: Buffer = Buffer.alloc(0);
  /** The part that the next bytes belong to. */
  #next: 'size' | 'content' | 'end of the content' | 'trailer' = 'size';
  /** How many bytes of the content of the present chunk are missing. */
  #missing = 0;

  /**
   * Takes the next bytes.
   * @returns the body, and the bytes behind it; undefined: more bytes must come
   * @throws {UnreadableHttpError}
   */
  push(bytes: Buffer): { readonly body: Buffer; readonly rest: Buffer } | undefined {
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    for (;;) {
      if (this.#next === 'content' || this.#next === 'end of the content') {
        if (!(this.#next === 'content' ? this.#takeContent() : this.#takeEnd())) return undefined;
        continue;
      }
      const line = this.#takeLine();
      if (line === undefined) return undefined;
      if (this.#next === 'size') this.#readSize(line);
      else if (line === '') return { body: Buffer.concat(this.#parts), rest: this.#unread };
      else readField(line);
    }
  }

  #readSize(line: string): void {
    const [, size] = SIZE_LINE.exec(line) ?? [];
    if (size === undefined) throw new UnreadableHttpError('the size of a chunk');
    this.#missing = Number.parseInt(size, 16);
    this.#next = this.#missing === 0 ? 'trailer' : 'content';
  }

  /** @returns whether the content is whole */
  #takeContent(): boolean {
    const content = this.#take(this.#missing);
    this.#parts.push(content);
    this.#missing -= content.length;
    if (this.#missing > 0) return false;
    this.#next = 'end of the content';
    return true;
  }

  /** @returns whether the line break behind the content has come */
  #takeEnd(): boolean {
    const end = this.#unread.toString('latin1', 0, LINE_BREAK.length);
    if (!LINE_BREAK.startsWith(end)) throw new UnreadableHttpError('the end of a chunk');
    if (end !== LINE_BREAK) return false;
    this.#take(LINE_BREAK.length);
    this.#next = 'size';
    return true;
  }

  #takeLine(): string | undefined {
    const end = this.#unread.indexOf(LINE_BREAK);
    if (end > MAX_LINE_BYTES || (end === -1 && this.#unread.length > MAX_LINE_BYTES)) {
      throw new UnreadableHttpError('a line of a chunked body is too long');
    }
    if (end === -1) return undefined;
    return this.#take(end + LINE_BREAK.length).toString('latin1', 0, end);
  }

  /** Takes this many bytes. If fewer have come, it takes them all. */
  #take(count: number): Buffer {
    const taken = this.#unread.subarray(0, count);
    this.#unread = this.#unread.subarray(count);
    return taken;
  }
}
