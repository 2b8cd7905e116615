import { describe, expect, test } from '@jest/globals';
import { MalformedReplyError, toWireReply } from '../../../local/gateway/proxy-reply.ts';

describe("the function's reply on the wire", () => {
  test('has the status, headers and body that were returned', () => {
    const reply = toWireReply(
      JSON.stringify({ statusCode: 201, headers: { 'Content-Type': 'text/plain', Age: 7 }, body: 'hello' }),
    );

    expect(reply).toEqual({ status: 201, headers: { 'Content-Type': ['text/plain'], Age: ['7'] }, body: 'hello' });
  });

  test('merges both forms of headers, each value once', () => {
    const { headers } = toWireReply(
      JSON.stringify({
        statusCode: 200,
        headers: { vary: 'Origin', 'Set-Cookie': 'c=3' },
        multiValueHeaders: { Vary: ['Origin'], 'Set-Cookie': ['a=1', 'b=2'] },
      }),
    );

    expect(headers).toEqual({ Vary: ['Origin'], 'Set-Cookie': ['a=1', 'b=2', 'c=3'] });
  });

  test('is decoded from base64 when the function says so', () => {
    const { body } = toWireReply(JSON.stringify({ statusCode: 200, body: '/wD+', isBase64Encoded: true }));

    expect(body).toEqual(Buffer.from([0xff, 0x00, 0xfe]));
  });

  test('leaves connection and length to the gateway', () => {
    const headers = { Connection: 'close', 'Transfer-Encoding': 'chunked', 'Content-Length': '3', ETag: '"x"' };

    expect(toWireReply(JSON.stringify({ statusCode: 204, headers })).headers).toEqual({ ETag: ['"x"'] });
  });

  test('has the length that GET would get, if a reply to HEAD has no body', () => {
    const withLength = (result: object) =>
      toWireReply(JSON.stringify({ headers: { 'Content-Length': '3' }, ...result })).headers;

    expect(withLength({ statusCode: 200, body: '' })).toEqual({ 'Content-Length': ['3'] });
    expect(withLength({ statusCode: 200, body: 'hello' })).not.toHaveProperty('Content-Length');
    expect(withLength({ statusCode: 304, body: '' })).toEqual({});
  });

  test('gets the type JSON if the function gives none', () => {
    expect(toWireReply('{"statusCode":200,"body":"{}"}').headers).toEqual({ 'Content-Type': ['application/json'] });
  });

  test.each([
    ['nothing', 'null'],
    ['a text', '"ok"'],
    ['no status', '{"body":""}'],
    ['a status that is not a number', '{"statusCode":"fine"}'],
    ['a status out of range', '{"statusCode":99}'],
    ['a body that is not a text', '{"statusCode":200,"body":{}}'],
    ['headers that are a list', '{"statusCode":200,"headers":["a"]}'],
    ['a header that holds an object', '{"statusCode":200,"headers":{"a":{}}}'],
    ['a header name that HTTP does not allow', '{"statusCode":200,"headers":{"a b":"c"}}'],
    ['a header value that HTTP does not allow', '{"statusCode":200,"headers":{"a":"b\\r\\nc: d"}}'],
  ])('is malformed when it is %s', (_, json) => {
    expect(() => toWireReply(json)).toThrow(MalformedReplyError);
  });
});
