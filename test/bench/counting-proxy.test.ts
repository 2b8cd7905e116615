import { afterEach, expect, test } from '@jest/globals';
import { type CountingProxy, startCountingProxy } from '../../bench/counting-proxy.ts';
import { startHttpServer } from '../support/loopback-server.ts';

let proxy: CountingProxy;
afterEach(() => proxy.close());

const ENTRY = '{"Key":{"pk":{"S":"k1"},"sk":{"S":"v2"}}}';
const OF_A_PEER = '{"Key":{"id":{"S":"k1"}}}';
const PROBE = '{"Key":{"pk":{"S":"probe"},"sk":{"S":"probe"}}}';
const PAUSE = '{"Key":{"pk":{"S":"upstream"},"sk":{"S":"pause;v2"}}}';

test.each([
  ['GetItem', ENTRY, 1],
  ['BatchGetItem', ENTRY, 1],
  ['PutItem', ENTRY, 1],
  ['GetItem', OF_A_PEER, 1],
  ['GetItem', PROBE, 0],
  ['GetItem', PAUSE, 0],
  ['UpdateItem', PAUSE, 1],
  ['DescribeTable', '{}', 0],
  ['CreateTable', '{}', 0],
])('a %s of %s is handed on, and counts as %i', async (operation, body, expected) => {
  const server = await startHttpServer((response, { body }) => void response.writeHead(200).end(`answer to ${body}`));
  proxy = await startCountingProxy(server.url);
  const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const response = await fetch(proxy.url, { method: 'POST', headers, body });
  expect([await response.text(), proxy.requestCount]).toEqual([`answer to ${body}`, expected]);
});
