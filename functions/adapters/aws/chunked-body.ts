import { UnreadableHttpError } from './http-reply.ts';

/** The longest line of a chunk's size, or of a trailer. Bytes. */
const MAX_LINE_BYTES = 16 * 1024;
const SIZE_LINE = /^([\da-fA-F]{1,8})[ \t]*(?:;.*)?$/;

/** Reads a body that comes in chunks (RFC 9112 §7.1). Trailers do not count. */
export class ChunkedBody {
  readonly #parts: Buffer[] = [];
  #unread: Buffer = Buffer.alloc(0);
  /** How many bytes of the present chunk are missing, with the line break behind them. 0: a size comes next. */
  #missing = 0;
  #isInTrailers = false;

  /**
   * Takes the next bytes.
   * @returns the body, and the bytes behind it; undefined: more bytes must come
   * @throws {UnreadableHttpError}
   */
  push(bytes: Buffer): { readonly body: Buffer; readonly rest: Buffer } | undefined {
    this.#unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    while (this.#missing === 0 || this.#unread.length >= this.#missing) {
      if (this.#missing > 0) this.#takeChunk();
      const line = this.#takeLine();
      if (line === undefined) return undefined;
      if (this.#isInTrailers) {
        if (line === '') return { body: Buffer.concat(this.#parts), rest: this.#unread };
        continue;
      }
      const [, size] = SIZE_LINE.exec(line) ?? [];
      if (size === undefined) throw new UnreadableHttpError('the size of a chunk');
      const bytesOfChunk = Number.parseInt(size, 16);
      this.#isInTrailers = bytesOfChunk === 0;
      this.#missing = bytesOfChunk === 0 ? 0 : bytesOfChunk + '\r\n'.length;
    }
    return undefined;
  }

  #takeChunk(): void {
    const end = this.#missing - '\r\n'.length;
    if (this.#unread.toString('latin1', end, this.#missing) !== '\r\n')
      throw new UnreadableHttpError('the end of a chunk');
    this.#parts.push(this.#unread.subarray(0, end));
    this.#unread = this.#unread.subarray(this.#missing);
    this.#missing = 0;
  }

  #takeLine(): string | undefined {
    const end = this.#unread.indexOf('\r\n');
    if (end > MAX_LINE_BYTES || (end === -1 && this.#unread.length > MAX_LINE_BYTES)) {
      throw new UnreadableHttpError('a line of a chunked body is too long');
    }
    if (end === -1) return undefined;
    const line = this.#unread.toString('latin1', 0, end);
    this.#unread = this.#unread.subarray(end + '\r\n'.length);
    return line;
  }
}
