import type { IncomingMessage } from 'node:http';
import { expect, test } from '@jest/globals';
import { isFromForeignPage } from '../../../local/gateway/foreign-page.ts';

test.each<[string, string | undefined, boolean]>([
  ['no browser', undefined, false],
  ['the console', 'http://127.0.0.1:3000', false],
  ['the console by its name', 'http://localhost:3000', false],
  ['the console in IPv6', 'http://[::1]:3000', false],
  ['a page of another site', 'https://evil.example', true],
  ['a page that reaches loopback under its own name', 'http://evil.example:3000', true],
  ['a name that only begins like loopback', 'http://127.0.0.1.evil.example', true],
  ['a page without an origin of its own', 'null', true],
])('%s', (_title, origin, expected) => {
  expect(isFromForeignPage({ headers: { origin } } as unknown as IncomingMessage)).toBe(expected);
});
