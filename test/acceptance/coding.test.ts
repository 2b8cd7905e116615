import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { start } from './running-service.ts';

/** Its entry is gzipped in the cache. */
const PATH = '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=9000000002';
/** 4 KB of JSON: the cache packs its entry with a dictionary, which no caller knows. */
const LONGER_PATH =
  '/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=mobile&identifierValue=1234512345' +
  '&embed=points,subscriptions,mlp';

/** It does not use fetch, which unpacks replies and asks for gzip by itself. */
async function get(url: string, headers: Readonly<Record<string, string>>, method = 'GET') {
  const response = await new Promise<import('node:http').IncomingMessage>((answered, failed) => {
    request(url, { method, headers, agent: false }, answered).on('error', failed).end();
  });
  const bytes = await buffer(response);
  return { status: response.statusCode, headers: response.headers, bytes };
}

describe('the coding of a reply', () => {
  test.each([
    ['that is gzipped', PATH],
    ['that is packed with the dictionary', LONGER_PATH],
  ])('follows Accept-Encoding, for a cached entry %s and through the gateway', async (_how, path) => {
    const { url } = await start();
    const miss = await get(`${url}${path}`, { 'accept-encoding': 'gzip' });
    const packed = await get(`${url}${path}`, { 'accept-encoding': 'gzip' });
    const plain = await get(`${url}${path}`, {});
    expect(packed.headers['cache-status']).toMatch(/^lookaside; hit/);
    expect([packed.headers['content-encoding'], plain.headers['content-encoding']]).toEqual(['gzip', undefined]);
    expect(packed.bytes).toEqual(miss.bytes);
    expect(packed.headers.etag).toBe(miss.headers.etag);
    expect(gunzipSync(packed.bytes)).toEqual(plain.bytes);
    expect(packed.bytes.length).toBeLessThan(plain.bytes.length);

    const headed = await get(`${url}${path}`, { 'accept-encoding': 'gzip' }, 'HEAD');
    expect(headed.headers).toMatchObject({ 'content-length': String(packed.bytes.length), 'content-encoding': 'gzip' });
    const known = await get(`${url}${path}`, {
      'accept-encoding': 'gzip',
      'if-none-match': String(packed.headers.etag),
    });
    expect([known.status, known.bytes.length]).toEqual([304, 0]);
  });

  test('follows Accept-Encoding for a joined reply too; a short reply is plain text', async () => {
    const { url } = await start();
    const query = `${PATH}&embed=coupons,slabHistory`;
    const packed = await get(`${url}${query}`, { 'accept-encoding': 'gzip' });
    const plain = await get(`${url}${query}`, {});
    expect(plain.bytes.length).toBeGreaterThan(1024);
    expect(packed.headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(packed.bytes).toString())).toEqual(JSON.parse(plain.bytes.toString()));
    const health = await get(`${url}/health`, { 'accept-encoding': 'gzip' });
    expect(health.headers['content-encoding']).toBeUndefined();
  });
});
