import { describe, expect, test } from '@jest/globals';
import { UnreadableHttpError } from '../../../../functions/adapters/aws/http-reply.ts';
import { type BodyEnd, bodyEndOf, keepsOpen, readHead } from '../../../../functions/adapters/aws/reply-head.ts';

describe('the beginning of a reply', () => {
  test.each<[string, string, number, Readonly<Record<string, string>>]>([
    ['only a status', 'HTTP/1.1 200 OK', 200, {}],
    ['a status without a reason', 'HTTP/1.1 503', 503, {}],
    ['an empty reason', 'HTTP/1.1 503 ', 503, {}],
    ['a reason beyond ASCII, with a tab', 'HTTP/1.1 503 caf\xe9\t!', 503, {}],
    ['HTTP/1.0', 'HTTP/1.0 200 OK', 200, {}],
    [
      'headers, in any letter case, with spaces around the value',
      'HTTP/1.1 400 Bad Request\r\nContent-Length: 2\r\nX-AMZN-RequestId:A1\r\nx-empty:\r\nx-tab:\ta\tb \t',
      400,
      { 'content-length': '2', 'x-amzn-requestid': 'A1', 'x-empty': '', 'x-tab': 'a\tb' },
    ],
    [
      'a value with colons',
      'HTTP/1.1 200 OK\r\nDate: Sat, 28 Nov 2026 21:00:00 GMT',
      200,
      {
        date: 'Sat, 28 Nov 2026 21:00:00 GMT',
      },
    ],
    ['a header that stands there twice', 'HTTP/1.1 200 OK\r\nvia: a\r\nVia: b', 200, { via: 'a, b' }],
    [
      'a header with the name of a member of every object',
      'HTTP/1.1 200 OK\r\n__proto__: a',
      200,
      {
        ['__proto__']: 'a',
      },
    ],
    ['a byte beyond ASCII in a value', 'HTTP/1.1 200 OK\r\nserver: caf\xe9', 200, { server: 'caf\xe9' }],
  ])('%s', (_title, text, status, headers) => {
    const head = readHead(text);
    expect([head.status, { ...head.headers }, head.minorVersion]).toEqual([status, headers, Number(text[7])]);
  });

  test.each([
    ['nothing', ''],
    ['another protocol', 'SSH-2.0-OpenSSH_9.9'],
    ['HTTP/2', 'HTTP/2 200 OK'],
    ['HTTP/1.2', 'HTTP/1.2 200 OK'],
    ['text before it', '"}HTTP/1.1 200 OK'],
    ['no status', 'HTTP/1.1  OK'],
    ['a status of two digits', 'HTTP/1.1 20 OK'],
    ['a status of four digits', 'HTTP/1.1 2000 OK'],
    ['a status below 100', 'HTTP/1.1 099 OK'],
    ['a status above 599', 'HTTP/1.1 600 OK'],
    ['a line without a colon', 'HTTP/1.1 200 OK\r\nserver'],
    ['a line without a name', 'HTTP/1.1 200 OK\r\n: a'],
    ['a folded line', 'HTTP/1.1 200 OK\r\nserver: a\r\n b: c'],
    ['a space before the colon', 'HTTP/1.1 200 OK\r\ncontent-length : 5'],
    ['a line break alone', 'HTTP/1.1 200 OK\r\nserver: a\ncontent-length: 5'],
    ['a carriage return alone', 'HTTP/1.1 200 OK\r\nserver: a\rcontent-length: 5'],
    ['a line break alone behind the status', 'HTTP/1.1 200 OK\ncontent-length: 5'],
    ['a control character in the reason', 'HTTP/1.1 200 O\0K'],
    ['a NUL', 'HTTP/1.1 200 OK\r\nserver: a\0'],
  ])('is refused: %s', (_title, text) => {
    expect(() => readHead(text)).toThrow(UnreadableHttpError);
  });

  test('an error does not repeat what the server sent', () => {
    expect(() => readHead('HTTP/1.1 200 OK\r\nName of a customer')).toThrow(
      "The server's reply is not HTTP/1.1: the name of a header.",
    );
  });
});

const head = (headers: Readonly<Record<string, string>>, status = 200, minorVersion = 1) => ({
  status,
  headers,
  minorVersion,
});

describe('the end of a body', () => {
  test.each<[string, Readonly<Record<string, string>>, BodyEnd, status: number]>([
    ['Content-Length', { 'content-length': '20' }, { kind: 'length', bytes: 20 }, 200],
    ['Content-Length of 0', { 'content-length': '0' }, { kind: 'length', bytes: 0 }, 200],
    ['chunks', { 'transfer-encoding': 'Chunked' }, { kind: 'chunked' }, 200],
    ['no header', {}, { kind: 'close' }, 200],
    ['204', { 'content-length': '20' }, { kind: 'length', bytes: 0 }, 204],
    ['204 that says that it comes in chunks', { 'transfer-encoding': 'chunked' }, { kind: 'length', bytes: 0 }, 204],
    ['304', { 'content-length': '20' }, { kind: 'length', bytes: 0 }, 304],
  ])('by %s', (_title, headers, end, status) => {
    expect(bodyEndOf(head(headers, status))).toEqual(end);
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ['a length and chunks', { 'content-length': '20', 'transfer-encoding': 'chunked' }],
    ['two lengths', { 'content-length': '20, 21' }],
    ['the same length twice', { 'content-length': '20, 20' }],
    ['a negative length', { 'content-length': '-1' }],
    ['a length with a sign', { 'content-length': '+1' }],
    ['a length in another base', { 'content-length': '0x10' }],
    ['an empty length', { 'content-length': '' }],
    ['a length that no reply has', { 'content-length': '99999999999' }],
    ['another transfer coding', { 'transfer-encoding': 'gzip, chunked' }],
  ])('is refused: %s', (_title, headers) => {
    expect(() => bodyEndOf(head(headers))).toThrow(UnreadableHttpError);
  });
});

test.each<[boolean, Readonly<Record<string, string>>, minorVersion: number]>([
  [true, {}, 1],
  [true, { connection: 'keep-alive' }, 1],
  [false, { connection: 'close' }, 1],
  [false, { connection: 'Keep-Alive, Close' }, 1],
  [true, { connection: 'x-close' }, 1],
  [false, {}, 0],
  [true, { connection: 'Keep-Alive' }, 0],
  [false, { connection: 'keep-alive', 'transfer-encoding': 'chunked' }, 0],
  [true, { connection: 'keep-alive', 'transfer-encoding': 'chunked' }, 1],
  [false, { connection: 'close' }, 0],
])('the server keeps the connection open: %s for %j and HTTP/1.%s', (isOpen, headers, minorVersion) => {
  expect(keepsOpen(head(headers, 200, minorVersion))).toBe(isOpen);
});
