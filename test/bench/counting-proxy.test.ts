import { afterEach, expect, test } from '@jest/globals';
import { type CountingProxy, startCountingProxy } from '../../bench/counting-proxy.ts';
import { startHttpServer } from '../support/loopback-server.ts';

let proxy: CountingProxy;
afterEach(() => proxy.close());

test.each([
  ['GetItem', 1],
  ['BatchGetItem', 1],
  ['PutItem', 1],
  ['DescribeTable', 0],
  ['CreateTable', 0],
])('a %s is handed on, and counts as %i', async (operation, expected) => {
  const server = await startHttpServer((response, { body }) => void response.writeHead(200).end(`answer to ${body}`));
  proxy = await startCountingProxy(server.url);
  const headers = { 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const response = await fetch(proxy.url, { method: 'POST', headers, body: 'a request' });
  expect([await response.text(), proxy.requestCount]).toEqual(['answer to a request', expected]);
});
