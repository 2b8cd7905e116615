import { describe, expect, test } from '@jest/globals';
import { InvalidReplyError } from '../../../../functions/adapters/capillary/http-exchange.ts';
import { requestToken } from '../../../../functions/adapters/capillary/oauth-token.ts';
import { type Answer, answering, type ScriptedReply, scriptedHttp } from '../../../support/scripted-http.ts';

const NOW = Date.UTC(2026, 10, 22);
const CREDENTIALS = { kind: 'oauth', key: 'demo-key', secret: 'p&ss "word" é' } as const;
const TOKEN = '{"data":{"accessToken":"abc.DEF-123","ttlSeconds":3600}}';

/** Asks once for a token. */
async function ask(answer: Answer, timeoutMs = 2000) {
  const { http, requests } = scriptedHttp(answer);
  const options = { timeoutMs, now: () => NOW };
  const asked = requestToken(http, 'https://upstream.invalid', CREDENTIALS, options);
  const [result] = await Promise.allSettled([asked]);
  expect(requests).toHaveLength(1);
  return { result, request: requests[0] };
}

async function tokenOf(answer: Answer) {
  const { result } = await ask(answer);
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

async function errorOf(answer: Answer, timeoutMs?: number) {
  const { result } = await ask(answer, timeoutMs);
  if (result.status === 'fulfilled') throw new Error('There is a token.');
  return result.reason;
}

describe('a token', () => {
  test('is asked for with key and secret, only in the body', async () => {
    const { result, request } = await ask(answering(200, TOKEN));
    expect(result).toMatchObject({ value: { accessToken: 'abc.DEF-123', ttlMs: 3_600_000 } });
    expect(request).toEqual({
      method: 'POST',
      url: 'https://upstream.invalid/v3/oauth/token/generate',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key: CREDENTIALS.key, secret: CREDENTIALS.secret }),
      signal: expect.any(AbortSignal),
    });
  });

  test.each([
    ['as a text', '"600"', 600_000],
    ['as part of a second', '0.5', 500],
  ])('has its lifetime read from the reply, %s too', async (_title, ttlSeconds, ttlMs) => {
    expect(await tokenOf(answering(201, TOKEN.replace('3600', ttlSeconds)))).toMatchObject({ ttlMs });
  });
});

describe('no token', () => {
  test.each<[string, number, string, string]>([
    ['key or secret refused', 401, '<xml/>', 'credentials-refused'],
    ['forbidden', 403, '{}', 'credentials-refused'],
    ['a bad request', 400, '{}', 'credentials-refused'],
    ['throttled', 429, '{}', 'throttled'],
    ['a failing upstream', 500, TOKEN, 'server-error'],
    ['an unavailable upstream', 503, '', 'server-error'],
    ['the first of the redirects', 300, TOKEN, 'invalid'],
    ['a redirect', 307, TOKEN, 'invalid'],
    ['HTML', 200, '<!DOCTYPE html>', 'invalid'],
    ['nothing', 200, '', 'invalid'],
    ['null', 200, 'null', 'invalid'],
    ['another shape', 200, '{"accessToken":"abc","ttlSeconds":3600}', 'invalid'],
    ['no lifetime', 200, '{"data":{"accessToken":"abc"}}', 'invalid'],
    ['a lifetime of nothing', 200, TOKEN.replace('3600', '0'), 'invalid'],
    ['a lifetime that is negative', 200, TOKEN.replace('3600', '-1'), 'invalid'],
    ['a lifetime without an end', 200, TOKEN.replace('3600', '1e999'), 'invalid'],
    ['a lifetime that is a truth', 200, TOKEN.replace('3600', 'true'), 'invalid'],
    ['a lifetime that is a list', 200, TOKEN.replace('3600', '[3600]'), 'invalid'],
    ['a lifetime that is not a number', 200, TOKEN.replace('3600', '"soon"'), 'invalid'],
    ['an empty token', 200, TOKEN.replace('abc.DEF-123', ''), 'invalid'],
    ['a token that is a number', 200, TOKEN.replace('"abc.DEF-123"', '5'), 'invalid'],
    ['a token that no header can carry', 200, TOKEN.replace('abc.DEF-123', 'a\\r\\nx-more: 1'), 'invalid'],
    ['a token with a space before it', 200, TOKEN.replace('abc.DEF-123', ' abc'), 'invalid'],
    ['a token with a space behind it', 200, TOKEN.replace('abc.DEF-123', 'abc '), 'invalid'],
    ['a token in another script', 200, TOKEN.replace('abc.DEF-123', 'टोकन'), 'invalid'],
    ['a reply over 512 KiB', 200, `${' '.repeat(512 * 1024)}${TOKEN}`, 'invalid'],
  ])(
    '%s: the request is sent once and fails, without key or secret in the error',
    async (_title, status, body, failure) => {
      const error = await errorOf(answering(status, body, { location: '/elsewhere' }));
      expect(error).toMatchObject({ name: 'AuthorizationError', failure });
      expect(error.message).toMatch(/^The upstream gave no token: .+\.$/);
      expect(JSON.stringify(error) + error.stack).not.toMatch(/demo-key|p&ss/);
    },
  );

  test.each([
    ['7', 7000],
    [new Date(NOW + 9000).toUTCString(), 9000],
    ['0', undefined],
    ['soon', undefined],
  ])('throttled, with Retry-After %j: says when to ask again', async (header, retryAfterMs) => {
    const error = await errorOf(answering(429, '{}', { 'retry-after': header }));
    expect([error.failure, error.retryAfterMs]).toEqual(['throttled', retryAfterMs]);
  });

  test.each<[string, number, string]>([
    ['throttled', 429, 'throttled'],
    ['key or secret refused', 401, 'credentials-refused'],
    ['a failing upstream', 500, 'connection'],
  ])('%s, in a reply that breaks off: its status counts if it is a 4xx', async (_title, status, failure) => {
    const reply: ScriptedReply = { status, headers: { 'retry-after': '7' }, body: '{', after: 'break' };
    const error = await errorOf(() => reply);
    expect([error.failure, error.retryAfterMs]).toEqual([failure, status === 429 ? 7000 : undefined]);
  });

  test('throttled, in a reply whose body does not come in time: says when to ask again', async () => {
    const reply: ScriptedReply = { status: 429, headers: { 'retry-after': '7' }, body: '{', after: 'nothing' };
    expect(await errorOf(() => reply, 1)).toMatchObject({ failure: 'throttled', retryAfterMs: 7000 });
  });

  test.each<[string, Answer, string, string, string]>([
    [
      'no server there',
      () => Promise.reject(new TypeError('made up')),
      'connection',
      'it could not be reached',
      'TypeError',
    ],
    ['no answer in time', () => new Promise(() => {}), 'connection', 'it could not be reached', 'TimeoutError'],
    [
      'a reply that is not HTTP',
      () => Promise.reject(new InvalidReplyError('made up')),
      'invalid',
      'its reply is not HTTP',
      'InvalidReplyError',
    ],
  ])('%s: the request fails, and says why', async (_title, answer, failure, why, cause) => {
    const error = await errorOf(answer, 1);
    expect([error.failure, error.message]).toEqual([failure, `The upstream gave no token: ${why}.`]);
    expect(error.cause.name).toBe(cause);
  });
});
