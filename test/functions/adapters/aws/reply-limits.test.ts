import { describe, expect, test } from '@jest/globals';
import { UnreadableHttpError } from '../../../../functions/adapters/aws/http-reply.ts';
import { ReplyReader } from '../../../../functions/adapters/aws/reply-reader.ts';

const OK = 'HTTP/1.1 200 OK\r\n';
const CHUNKED = `${OK}transfer-encoding: chunked\r\n\r\n`;
/** The longest beginning, and the longest line of a chunk. Bytes. */
const MOST = 16 * 1024;

/** What the reader says of bytes that come together. */
function refusalOf(bytes: string): unknown {
  try {
    return new ReplyReader().push(Buffer.from(bytes, 'latin1'));
  } catch (error) {
    return error;
  }
}

describe('an unreadable reply', () => {
  test.each<[string, string]>([
    ['the status line', 'HTTP/2 200 OK\r\n\r\n'],
    ['the status line', '\r\n\r\n'],
    ['a control character in a header', `${OK}a: b\0\r\n\r\n`],
    ['the name of a header', `${OK}a b: c\r\n\r\n`],
    ['Transfer-Encoding', `${OK}transfer-encoding: gzip\r\n\r\n`],
    ['Content-Length beside Transfer-Encoding', `${OK}transfer-encoding: chunked\r\ncontent-length: 1\r\n\r\n`],
    ['Content-Length', `${OK}content-length: 1, 1\r\n\r\n`],
    ['it changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['its headers are too long', `${OK}a: ${'b'.repeat(MOST)}`],
    ['the size of a chunk', `${CHUNKED}x\r\n`],
    ['the size of a chunk', `${CHUNKED}\r\n`],
    ['the end of a chunk', `${CHUNKED}1\r\nab`],
    ['the end of a chunk', `${CHUNKED}1\r\na\n\r`],
    ['a line of a chunked body is too long', `${CHUNKED}1;${'b'.repeat(MOST)}`],
  ])('is an error that says what is wrong, and repeats nothing of it: %s', (what, bytes) => {
    const error = refusalOf(bytes);
    expect(error).toBeInstanceOf(UnreadableHttpError);
    expect(error).toMatchObject({
      name: 'UnreadableHttpError',
      message: `The server's reply is not HTTP/1.1: ${what}.`,
    });
  });
});

describe('the limits of lines', () => {
  test.each<[string, string, boolean]>([
    ['a beginning of 16 KB that is whole', `${`${OK}content-length: 0\r\na: `.padEnd(MOST, 'b')}\r\n\r\n`, true],
    ['a beginning of a byte more', `${`${OK}content-length: 0\r\na: `.padEnd(MOST + 1, 'b')}\r\n\r\n`, false],
    ['a chunk of 16 KB of extensions', `${CHUNKED}${'1;'.padEnd(MOST, 'b')}\r\na\r\n0\r\n\r\n`, true],
    ['one of a byte more', `${CHUNKED}${'1;'.padEnd(MOST + 1, 'b')}\r\na\r\n0\r\n\r\n`, false],
    ['a long chunk of short lines', `${CHUNKED}8000\r\n${'a'.repeat(0x8000)}\r\n0\r\n\r\n`, true],
  ])('%s', (_, bytes, isRead) => {
    expect(refusalOf(bytes) instanceof Error).toBe(!isRead);
  });

  test('a body longer than a beginning may be is no beginning: it counts for no limit', () => {
    const body = 'a'.repeat(2 * MOST);
    expect(refusalOf(`${OK}content-length: ${body.length}\r\n\r\n${body}`)).toMatchObject({ isReusable: true });
  });
});

test('a body with a length is all of its pieces', () => {
  const reader = new ReplyReader();
  const pieces = [`${OK}content-length: 6\r\n\r\n`, 'ab', 'cd', 'ef'].map((piece) => reader.push(Buffer.from(piece)));
  expect(pieces.slice(0, -1)).toEqual([undefined, undefined, undefined]);
  expect(pieces.at(-1)).toMatchObject({ reply: { body: Buffer.from('abcdef') }, isReusable: true });
});

describe('a body in chunks', () => {
  test.each([
    ['with sizes of several digits', '1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\n\r\n'],
    ['with sizes in small letters, and an extension', '1a ;x=y\r\nabcdefghijklmnopqrstuvwxyz\r\n00\r\n\r\n'],
    ['with a trailer', 'd\r\nabcdefghijklm\r\nd\r\nnopqrstuvwxyz\r\n0\r\nexpires: never\r\n\r\n'],
  ])('is its content: %s', (_, chunks) => {
    expect(refusalOf(CHUNKED + chunks)).toMatchObject({
      reply: { status: 200, body: Buffer.from('abcdefghijklmnopqrstuvwxyz') },
      isReusable: true,
    });
  });

  test('is whole with its last byte and not before, also where a line break is cut', () => {
    const bytes = Buffer.from(`${CHUNKED}2\r\nab\r\n0\r\n\r\n`);
    const reader = new ReplyReader();
    const read = Array.from(bytes, (_byte, at) => reader.push(bytes.subarray(at, at + 1)));
    expect(read.slice(0, -1).filter((each) => each !== undefined)).toEqual([]);
    expect(read.at(-1)).toMatchObject({ reply: { body: Buffer.from('ab') }, isReusable: true });
  });
});
