import { execFileSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { curlLine } from '../../console/reference/curl-line.js';

const ORIGIN = 'http://127.0.0.1:3000';
const named = (value: unknown) => ({ examples: { one: { value } } });

test.each<[string, object, string, string[]]>([
  ['GET', { parameters: [{ name: 'a', in: 'query', ...named("o'neil") }] }, '/x', ['-i', `${ORIGIN}/x?a=o'neil`]],
  [
    'DELETE',
    { parameters: [{ name: 'id', in: 'path', ...named(1) }] },
    '/x/{id}',
    ['-i', '-X', 'DELETE', `${ORIGIN}/x/1`],
  ],
  [
    'POST',
    {
      security: [{ webhookSecret: [] }],
      requestBody: { content: { 'application/json': named({ name: "it's" }) } },
    },
    '/events',
    ['-i', `${ORIGIN}/events`, '-H', 'Authorization: local-webhook-secret', '-d', '{ "name": "it\'s" }'],
  ],
])('the request of %s %j becomes a command that a shell reads as it was meant', (method, operation, path, words) => {
  const line = curlLine({}, { method, path, operation }, ORIGIN);
  const printed = execFileSync('sh', ['-c', line.replace(/^curl/, "printf '%s\\n'")], { encoding: 'utf8' });
  expect(printed.trimEnd().split('\n')).toEqual(words);
});
