import { type ReplyHead, UnreadableHttpError } from './http-reply.ts';

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-5]\d\d)(?: [\t -~\x80-\xff]*)?$/;
/** The name of a header (RFC 9110 §5.1). */
const NAME = /^[\w!#$%&'*+.^`|~-]+$/;
/** Control characters, but not the tab. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones that a reply must not hold.
const CONTROL = /[\0-\x08\x0a-\x1f\x7f]/;

/**
 * Reads the beginning of a reply (RFC 9112 §4 and §5).
 *
 * @param text without the empty line at its end, each byte as one character
 * @throws {UnreadableHttpError}
 */
export function readHead(text: string): ReplyHead {
  const [first = '', ...lines] = text.split('\r\n');
  const [, minorVersion, status] = STATUS_LINE.exec(first) ?? [];
  if (status === undefined) throw new UnreadableHttpError('the status line');
  const headers: Record<string, string> = Object.create(null);
  for (const line of lines) {
    const [name, value] = readField(line);
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return { status: Number(status), headers, minorVersion: Number(minorVersion) };
}

/**
 * Reads a header or a trailer: its name in lower case, and its value without the spaces around it.
 *
 * @param line without its end, each byte as one character
 * @throws {UnreadableHttpError}
 */
export function readField(line: string): readonly [name: string, value: string] {
  if (CONTROL.test(line)) throw new UnreadableHttpError('a control character in a header');
  const colon = line.indexOf(':');
  const name = line.slice(0, Math.max(0, colon)).toLowerCase();
  if (!NAME.test(name)) throw new UnreadableHttpError('the name of a header');
  return [name, line.slice(colon + 1).trim()];
}

/** How the end of a reply's body is found (RFC 9112 §6.3). */
export type BodyEnd =
  /** After so many bytes. */
  | { readonly kind: 'length'; readonly bytes: number }
  /** The body tells it, chunk by chunk. */
  | { readonly kind: 'chunked' }
  /** The server closes the connection. */
  | { readonly kind: 'close' };

/** @throws {UnreadableHttpError} if two headers contradict each other, or one cannot be read */
export function bodyEndOf({ status, headers }: ReplyHead): BodyEnd {
  const isEmpty = status === 204 || status === 304;
  const { 'transfer-encoding': coding, 'content-length': length } = headers;
  if (coding !== undefined) {
    if (coding.toLowerCase() !== 'chunked') throw new UnreadableHttpError('Transfer-Encoding');
    if (length !== undefined) throw new UnreadableHttpError('Content-Length beside Transfer-Encoding');
    return isEmpty ? NO_BODY : { kind: 'chunked' };
  }
  if (length !== undefined && !/^\d{1,10}$/.test(length)) throw new UnreadableHttpError('Content-Length');
  if (isEmpty) return NO_BODY;
  return length === undefined ? { kind: 'close' } : { kind: 'length', bytes: Number(length) };
}

const NO_BODY: BodyEnd = { kind: 'length', bytes: 0 };

/**
 * Whether the server keeps the connection open after the reply (RFC 9112 §9.3). HTTP/1.0 has no chunks, so the end of a
 * reply in chunks is uncertain there (§6.1).
 */
export function keepsOpen({ minorVersion, headers }: ReplyHead): boolean {
  const options = (headers.connection ?? '').toLowerCase().split(',');
  const has = (name: string) => options.some((option) => option.trim() === name);
  return minorVersion === 1 ? !has('close') : has('keep-alive') && headers['transfer-encoding'] === undefined;
}
