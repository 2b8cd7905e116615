import { mock } from 'node:test';
import { expect, test } from '@jest/globals';
import { explainNoReply, send } from '../../../functions/smoke/exchange.ts';

const refused = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
const refusedInKy = Object.assign(new Error('Request failed'), { cause: refused });
const slow = new DOMException('slow', 'TimeoutError');

test.each<[string, string, unknown, string]>([
  [
    'nothing listens on this machine',
    'http://127.0.0.1:3001/',
    refused,
    "127.0.0.1:3001 cannot be reached (ECONNREFUSED). Run npm start, with the same PORT; or give a deployment's address by " +
      "--url: the stack's output Endpoint.",
  ],
  [
    'no deployment is there',
    'https://a.example/live/',
    refused,
    "a.example cannot be reached (ECONNREFUSED). Check --url: it is the stack's output Endpoint.",
  ],
  [
    'no deployment is there, as ky says it',
    'https://a.example/live/',
    refusedInKy,
    "a.example cannot be reached (ECONNREFUSED). Check --url: it is the stack's output Endpoint.",
  ],
  [
    'it speaks plain HTTP',
    'https://127.0.0.1:3001/',
    Object.assign(new TypeError('fetch failed'), { cause: { code: 'ERR_SSL_WRONG_VERSION_NUMBER' } }),
    '127.0.0.1:3001 cannot be reached (ERR_SSL_WRONG_VERSION_NUMBER). It answers without TLS: does its address begin with ' +
      'http://?',
  ],
  [
    'the reason has no code',
    'https://a.example/',
    'odd',
    "a.example cannot be reached (odd). Check --url: it is the stack's output Endpoint.",
  ],
  [
    'it is slow',
    'https://a.example/',
    slow,
    'a.example did not answer within 35 s. Check --url, and the network between.',
  ],
])('if %s, the words say what to do', (_case, url, error, words) => {
  expect(explainNoReply(new URL(url), error)).toBe(words);
});

test('a reply whose headers come late has no more time for its body', async () => {
  const silence = () => new ReadableStream({ start() {} });
  const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
  const late = async () => {
    ask();
    await new Promise((resolve) => setTimeout(resolve, 30_000));
    return new Response(silence());
  };
  const fetch = mock.method(globalThis, 'fetch', late);
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  // ky measures the time with it.
  const now = mock.method(performance, 'now', () => Date.now());
  try {
    const asked = send({ url: new URL('https://a.example/'), key: undefined }, { path: 'health' });
    await isAsked;
    mock.timers.tick(30_000);
    await new Promise((resolve) => setImmediate(resolve));
    mock.timers.tick(5000);
    expect(await asked).toBe('a.example did not answer within 35 s. Check --url, and the network between.');
  } finally {
    now.mock.restore();
    mock.timers.reset();
    fetch.mock.restore();
  }
});
