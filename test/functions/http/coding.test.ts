import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { createHttpHandler } from '../../../functions/http/handler.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { type ProxyRequest, proxyEvent } from '../../support/proxy-event.ts';

const QUERY = 'source=INSTORE&identifierName=mobile&identifierValue=9876543210';
const GZIP = { 'Accept-Encoding': 'gzip, deflate' };

function start(corsOrigins: readonly string[] = []) {
  const { service } = startLookupService();
  const handler = createHttpHandler({ service, log: new RecordingLog(), corsOrigins });
  return async (request: ProxyRequest = {}) => {
    const event = proxyEvent({ query: QUERY, ...request });
    const { statusCode, headers = {}, body, isBase64Encoded = false } = await handler(event, {} as Context);
    const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
    return { status: statusCode, headers: headers as Record<string, string>, bytes, isBase64Encoded };
  };
}

describe('a look-up by a caller that accepts gzip', () => {
  test('gets gzip, as base64 for the gateway; a miss and the hits after it have the same bytes', async () => {
    const send = start();
    const [miss, hit] = [await send({ headers: GZIP }), await send({ headers: GZIP })];
    const plain = await send();
    expect(hit.headers['Cache-Status']).toMatch(/hit/);
    for (const { status, headers, isBase64Encoded } of [miss, hit]) {
      expect([status, isBase64Encoded]).toEqual([200, true]);
      expect(headers).toMatchObject({
        'Content-Encoding': 'gzip',
        'Content-Type': 'application/json',
        Vary: 'Accept-Encoding',
      });
    }
    expect(hit.bytes).toEqual(miss.bytes);
    expect(hit.headers.ETag).toBe(miss.headers.ETag);
    expect(gunzipSync(hit.bytes).toString()).toBe(plain.bytes.toString());
    expect(plain.headers.ETag).not.toBe(hit.headers.ETag);
  });

  test.each([
    ['sends no Accept-Encoding', undefined, undefined],
    ['refuses gzip', 'gzip;q=0, deflate', 'Accept-Encoding'],
    ['prefers the text', 'gzip;q=0.5, identity', 'Accept-Encoding'],
  ])('one that %s gets the text', async (_, acceptEncoding, vary) => {
    const send = start();
    const headers = acceptEncoding === undefined ? {} : { 'accept-encoding': acceptEncoding };
    for (const reply of [await send({ headers }), await send({ headers })]) {
      expect(reply.isBase64Encoded).toBe(false);
      expect(JSON.parse(reply.bytes.toString())).toMatchObject({ id: expect.any(Number) });
      expect([reply.headers['Content-Encoding'], reply.headers.Vary]).toEqual([undefined, vary]);
    }
  });

  test('gets text for a short reply and for errors: the gateway compresses the long ones', async () => {
    const send = start();
    await send();
    for (const query of [`${QUERY}&fields=id`, 'x=1']) {
      const reply = await send({ query, headers: GZIP });
      expect([reply.isBase64Encoded, reply.headers['Content-Encoding']]).toEqual([false, undefined]);
    }
  });

  test('gets from HEAD the headers of GET, with the length of the packed bytes', async () => {
    const send = start();
    await send();
    const got = await send({ headers: GZIP });
    const headed = await send({ method: 'HEAD', headers: GZIP });
    expect(headed.headers).toEqual({ ...got.headers, 'Content-Length': String(got.bytes.length) });
    expect(headed.bytes).toHaveLength(0);
  });

  test('gets Vary: Origin too, if pages may read the reply', async () => {
    const send = start(['https://kiosk.example']);
    expect((await send({ headers: GZIP })).headers.Vary).toBe('Origin, Accept-Encoding');
    expect((await send()).headers.Vary).toBe('Origin');
  });
});

describe('If-None-Match', () => {
  test.each([
    ['gzip', 'gzip'],
    ['gzip', 'text'],
    ['text', 'gzip'],
    ['text', 'text'],
  ])('with the tag of the %s is answered 304 where the reply would be %s', async (tagOf, sent) => {
    const send = start();
    await send();
    const { ETag = '' } = (await send({ headers: tagOf === 'gzip' ? GZIP : {} })).headers;
    const headers = { 'If-None-Match': ETag, ...(sent === 'gzip' && GZIP) };
    const reply = await send({ headers });
    expect([reply.status, reply.headers.ETag, reply.bytes.length]).toEqual([304, ETag, 0]);
    expect(reply.headers).not.toHaveProperty('Content-Encoding');
    // RFC 9110 §15.4.5: a 304 has the Vary of the reply that it stands for.
    expect(reply.headers.Vary).toBe((await send({ headers: sent === 'gzip' ? GZIP : {} })).headers.Vary);
  });

  test.each([['gzip'], ['text']])('with another tag gets the reply: %s', async (sent) => {
    const send = start();
    await send();
    const { ETag = '' } = (await send({ headers: GZIP })).headers;
    const other = ETag.replace(/-\w+"$/, '-0"');
    expect(other).not.toBe(ETag);
    const reply = await send({ headers: { 'If-None-Match': `${other}, "x"`, ...(sent === 'gzip' && GZIP) } });
    expect(reply.status).toBe(200);
  });
});
