import { ChunkedBody } from './chunked-body.ts';
import { type HttpReply, type ReplyHead, UnreadableHttpError } from './http-reply.ts';
import { type BodyEnd, bodyEndOf, keepsOpen, readHead } from './reply-head.ts';

/** The longest beginning of a reply. Node's own client has the same limit. Bytes. */
const MAX_HEAD_BYTES = 16 * 1024;
const END_OF_HEAD = '\r\n\r\n';

/** A whole reply. */
export interface ReadReply {
  readonly reply: HttpReply;
  /** Whether the connection may carry another request: the server keeps it open, and sent nothing beyond the reply. */
  readonly isReusable: boolean;
}

/** Reads one reply to a POST from the bytes of a connection. It skips informational responses (RFC 9110 §15.2). */
export class ReplyReader {
  #unread: Buffer = Buffer.alloc(0);
  #head: ReplyHead | undefined;
  #end: BodyEnd = { kind: 'close' };
  readonly #parts: Buffer[] = [];
  #length = 0;
  #chunked: ChunkedBody | undefined;

  /**
   * Takes the next bytes.
   * @returns undefined: more bytes must come
   * @throws {UnreadableHttpError} if they are not a reply of HTTP/1
   */
  push(bytes: Buffer): ReadReply | undefined {
    if (this.#head !== undefined) return this.#pushBody(this.#head, bytes);
    let unread = this.#unread.length === 0 ? bytes : Buffer.concat([this.#unread, bytes]);
    for (;;) {
      const end = unread.indexOf(END_OF_HEAD);
      if (end > MAX_HEAD_BYTES || (end === -1 && unread.length > MAX_HEAD_BYTES)) {
        throw new UnreadableHttpError('its headers are too long');
      }
      if (end === -1) {
        this.#unread = unread;
        return undefined;
      }
      const head = readHead(unread.toString('latin1', 0, end));
      unread = unread.subarray(end + END_OF_HEAD.length);
      // After 101 the connection would speak another protocol.
      if (head.status === 101) throw new UnreadableHttpError('it changes the protocol');
      if (head.status >= 200) return this.#begin(head, unread);
    }
  }

  /**
   * Takes note that the server closed the connection.
   * @returns the reply, if that is its end
   */
  close(): ReadReply | undefined {
    if (this.#head === undefined || this.#end.kind !== 'close') return undefined;
    return this.#whole(this.#head, Buffer.concat(this.#parts), false);
  }

  #begin(head: ReplyHead, rest: Buffer): ReadReply | undefined {
    this.#head = head;
    this.#end = bodyEndOf(head);
    if (this.#end.kind === 'chunked') this.#chunked = new ChunkedBody();
    return this.#pushBody(head, rest);
  }

  #pushBody(head: ReplyHead, bytes: Buffer): ReadReply | undefined {
    if (this.#chunked !== undefined) {
      const read = this.#chunked.push(bytes);
      return read && this.#whole(head, read.body, read.rest.length === 0);
    }
    this.#parts.push(bytes);
    this.#length += bytes.length;
    if (this.#end.kind !== 'length' || this.#length < this.#end.bytes) return undefined;
    const [first = bytes] = this.#parts;
    const all = this.#parts.length > 1 ? Buffer.concat(this.#parts) : first;
    return this.#whole(head, all.subarray(0, this.#end.bytes), this.#length === this.#end.bytes);
  }

  #whole(head: ReplyHead, body: Buffer, isAlone: boolean): ReadReply {
    const { status, headers } = head;
    return { reply: { status, headers, body }, isReusable: isAlone && keepsOpen(head) };
  }
}
