import { gunzipSync, inflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { MIN_COMPRESSION_BYTES } from '../../../infra/compression.ts';
import { compressed } from '../../../local/gateway/compression.ts';

const LONG = 'x'.repeat(MIN_COMPRESSION_BYTES);
const reply = (body: string | Buffer, headers: Readonly<Record<string, string>> = {}) => ({
  status: 200,
  headers,
  body,
});

describe('the gateway compresses', () => {
  test.each([
    ['gzip', 'gzip'],
    ['gzip, deflate, br', 'gzip'],
    ['deflate, gzip', 'gzip'],
    ['deflate', 'deflate'],
    ['gzip;q=0.5, deflate;q=0.6', 'deflate'],
    ['gzip;q=0.5, identity;q=0.5', 'gzip'],
  ])('for a caller with Accept-Encoding %j, by %s', (acceptEncoding, coding) => {
    const { headers, body } = compressed(reply(LONG, { ETag: '"x"' }), acceptEncoding);
    expect(headers).toEqual({ ETag: '"x"', 'Content-Encoding': coding });
    expect((coding === 'gzip' ? gunzipSync(body) : inflateSync(body)).toString()).toBe(LONG);
  });

  test("the headers of a reply to HEAD, if it compresses GET's reply", () => {
    const toHead = (length: number) => reply('', { 'Content-Length': String(length), ETag: '"x"' });

    expect(compressed(toHead(LONG.length), 'deflate').headers).toEqual({ ETag: '"x"', 'Content-Encoding': 'deflate' });
    expect(compressed(toHead(LONG.length - 1), 'deflate')).toEqual(toHead(LONG.length - 1));
  });

  test.each<[string, ReturnType<typeof reply>, string | undefined]>([
    ['for a caller without Accept-Encoding', reply(LONG), undefined],
    ['for a caller of any coding', reply(LONG), '*'],
    ['for a caller that knows other codings', reply(LONG), 'br'],
    ['for a caller that prefers the text', reply(LONG), 'identity, gzip;q=0.5'],
    ['a short reply', reply(LONG.slice(1)), 'gzip'],
    ['a reply that is coded already', reply(LONG, { 'content-encoding': 'gzip' }), 'gzip'],
    ['a reply that is coded already, as bytes', reply(Buffer.from(LONG), { 'Content-Encoding': 'br' }), 'gzip'],
    ['nothing', reply(''), 'gzip'],
  ])('not %s', (_, given, acceptEncoding) => {
    expect(compressed(given, acceptEncoding)).toBe(given);
  });
});
