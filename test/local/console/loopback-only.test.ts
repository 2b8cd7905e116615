import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { isFromHere } from '../../../local/console/loopback-only.ts';

test.each([
  ['127.0.0.1', '127.0.0.1:3000', undefined, true],
  ['::ffff:127.0.0.1', 'localhost:3000', 'same-origin', true],
  ['::1', '[::1]:3000', 'none', true],
  ['127.0.0.1', 'LocalHost', undefined, true],
  ['192.168.0.7', 'localhost:3000', undefined, false],
  ['127.0.0.1', 'lookaside.example:3000', 'same-origin', false],
  ['127.0.0.1', '127.0.0.1.example', undefined, false],
  ['127.0.0.1', '127.0.0.1:3000', 'cross-site', false],
  ['127.0.0.1', '127.0.0.1:3000', 'same-site', false],
  ['127.0.0.1', undefined, undefined, false],
])('peer %s, Host %s, Sec-Fetch-Site %s: let in is %s', (remoteAddress, host, site, expected) => {
  const headers = { ...(host && { host }), ...(site && { 'sec-fetch-site': site }) };
  expect(isFromHere({ socket: { remoteAddress }, headers } as unknown as IncomingMessage)).toBe(expected);
});
