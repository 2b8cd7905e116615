import { describe, expect, test } from '@jest/globals';
import { UnreadableHttpError } from '../../../../functions/adapters/aws/http-reply.ts';
import { type ReadReply, ReplyReader } from '../../../../functions/adapters/aws/reply-reader.ts';
import { fc, runs } from '../../../support/properties.ts';

const CRLF = '\r\n';

/** Reads pieces of bytes. @returns the reply, and how many pieces it took */
function read(pieces: readonly Buffer[]) {
  const reader = new ReplyReader();
  let whole: ReadReply | undefined;
  let count = 0;
  for (const piece of pieces) {
    if (whole !== undefined) break;
    whole = reader.push(piece);
    count += 1;
  }
  return { reader, whole, count };
}

const readText = (text: string) => read([Buffer.from(text, 'latin1')]).whole;
const of = (whole: ReadReply | undefined) =>
  whole && [whole.reply.status, whole.reply.body.toString('latin1'), whole.isReusable];

describe('a reply', () => {
  test.each<[string, string, [status: number, body: string, isReusable: boolean] | undefined]>([
    ['with its length', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}', [200, '{}', true]],
    ['without a body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n', [200, '', true]],
    ['204', 'HTTP/1.1 204 No Content\r\n\r\n', [204, '', true]],
    ['with more bytes behind it', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}HTTP/1.1', [200, '{}', false]],
    ['204 with a body', 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\n{}', [204, '', false]],
    ['whose server closes', 'HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}', [200, '{}', false]],
    ['whose body is not whole', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}', undefined],
    ['whose headers are not whole', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n', undefined],
    ['that only the end of the connection ends', 'HTTP/1.1 200 OK\r\n\r\n{}', undefined],
    [
      'in chunks',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{"\r\nA;name=value\r\na": "\r\n", \r\n1\r\n}\r\n0\r\n\r\n',
      [200, '{"a": "\r\n", }', true],
    ],
    ['in no chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n', [200, '', true]],
    [
      'in chunks, with trailers',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nx-a: b\r\nx-c: d\r\n\r\n',
      [200, '{}', true],
    ],
    [
      'in chunks, with more bytes behind it',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n0\r\n\r\n',
      [200, '', false],
    ],
    [
      'whose last chunk is not whole',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n',
      undefined,
    ],
    [
      'after informational ones',
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}',
      [200, '{}', true],
    ],
    ['that has not come after an informational one', 'HTTP/1.1 100 Continue\r\n\r\n', undefined],
  ])('%s', (_title, text, expected) => {
    expect(of(readText(text))).toEqual(expected);
  });

  test.each([
    ['it changes the protocol', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
    ['its headers never end', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(17_000)}`],
    ['its headers are too long', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(17_000)}\r\n\r\n`],
    ['a chunk has no size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n\r\n'],
    ['a chunk has a size that is none', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n-2\r\n{}\r\n0\r\n\r\n'],
    ['a chunk is larger than any', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n123456789\r\n{}'],
    ['a chunk is longer than its size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{}\r\n0\r\n\r\n'],
    ['a chunk does not end behind its content', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}x'],
    ['the line of a size never ends', `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;${'a'.repeat(17_000)}`],
    [
      'the line of a size is too long',
      `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2;${'a'.repeat(17_000)}\r\n`,
    ],
    [
      'the trailer is not one: it is the next reply',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nHTTP/1.1 200 OK\r\n\r\n',
    ],
    [
      'a trailer holds a line break alone',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\nx-a: b\nx-c: d\r\n\r\n',
    ],
    ['it is the end of another one', '"}'.padEnd(17_000)],
    ['it is the end of another one, with an empty line', '"}\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'],
  ])('is refused: %s', (_title, text) => {
    expect(() => readText(text)).toThrow(UnreadableHttpError);
  });

  test.each<[string, string, string | undefined]>([
    ['ends a body without a length', 'HTTP/1.1 200 OK\r\n\r\n{}', '{}'],
    ['ends an empty body without a length', 'HTTP/1.1 200 OK\r\n\r\n', ''],
    ['cuts off a body with a length', 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\n{}', undefined],
    ['cuts off a body in chunks', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n', undefined],
    ['cuts off the headers', 'HTTP/1.1 200 OK\r\n', undefined],
    ['comes before any byte', '', undefined],
  ])('the end of the connection %s', (_title, text, body) => {
    const { reader, whole } = read([Buffer.from(text)]);
    expect(whole).toBeUndefined();
    const closed = reader.close();
    expect([closed?.reply.body.toString(), closed?.isReusable]).toEqual([body, body === undefined ? undefined : false]);
  });
});

/** A reply as it is sent, and its parts. */
const replies = fc
  .record({
    status: fc.constantFrom(200, 400, 500, 503, 599),
    body: fc.uint8Array({ maxLength: 200 }),
    chunkSizes: fc.option(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 8 }), { nil: undefined }),
    headers: fc.dictionary(fc.stringMatching(/^x-[a-z]{1,6}$/), fc.stringMatching(/^[!-~]{1,8}$/), { maxKeys: 4 }),
    informational: fc.nat(2),
  })
  .map(({ status, body, chunkSizes, headers, informational }) => {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}${CRLF}`);
    const framing = chunkSizes === undefined ? `content-length: ${body.length}` : 'transfer-encoding: chunked';
    const head = `HTTP/1.1 ${status} Said${CRLF}${lines.join('')}${framing}${CRLF}${CRLF}`;
    const before = `HTTP/1.1 100 Continue${CRLF}${CRLF}`.repeat(informational);
    const sent = chunkSizes === undefined ? Buffer.from(body) : inChunks(Buffer.from(body), chunkSizes);
    return { status, headers, body: Buffer.from(body), bytes: Buffer.concat([Buffer.from(before + head), sent]) };
  });

function inChunks(body: Buffer, sizes: readonly number[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const size of [...sizes, body.length]) {
    const chunk = body.subarray(at, at + size);
    at += chunk.length;
    if (chunk.length > 0) parts.push(Buffer.from(chunk.length.toString(16) + CRLF), chunk, Buffer.from(CRLF));
  }
  return Buffer.concat([...parts, Buffer.from(`0${CRLF}${CRLF}`)]);
}

/** The bytes in pieces, cut at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((one, other) => one - other);
  return [...ends, bytes.length].map((end, index) => bytes.subarray(index === 0 ? 0 : ends[index - 1], end));
}

describe('a reply in any pieces', () => {
  test('is the same, and is whole with its last byte and not before', () => {
    fc.assert(
      fc.property(replies, fc.array(fc.nat(2000), { maxLength: 12 }), ({ status, headers, body, bytes }, places) => {
        const pieces = cut(bytes, places).filter(({ length }) => length > 0);
        const { whole, count } = read(pieces);
        expect(count).toBe(pieces.length);
        expect(whole).toMatchObject({ reply: { status, headers }, isReusable: true });
        expect(whole?.reply.body.equals(body)).toBe(true);
      }),
      runs(300),
    );
  });

  test('with other bytes behind it is the same, and its connection carries no other request', () => {
    fc.assert(
      fc.property(replies, fc.uint8Array({ minLength: 1, maxLength: 20 }), ({ body, bytes }, others) => {
        const { whole } = read([Buffer.concat([bytes, others])]);
        expect(whole?.isReusable).toBe(false);
        expect(whole?.reply.body.equals(body)).toBe(true);
      }),
      runs(100),
    );
  });

  test('that is cut off is no reply', () => {
    fc.assert(
      fc.property(replies, fc.nat(2000), ({ bytes }, place) => {
        const { reader, whole } = read([bytes.subarray(0, place % bytes.length)]);
        expect([whole, reader.close()]).toEqual([undefined, undefined]);
      }),
      runs(100),
    );
  });
});
