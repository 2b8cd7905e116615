import { describe, expect, test } from '@jest/globals';
import { requestToken } from '../../../../functions/adapters/capillary/oauth-token.ts';
import { createUpstreamHttp } from '../../../../functions/adapters/capillary/upstream-http.ts';
import { timed } from '../../../support/free-time.ts';
import { closedAddress, type Respond, startHttpServer } from '../../../support/loopback-server.ts';

const NOW = Date.UTC(2026, 10, 22);
const CREDENTIALS = { kind: 'oauth', key: 'demo-key', secret: 'p&ss "word" é' } as const;
const http = createUpstreamHttp();

function ask(baseUrl: string, timeoutMs = 2000) {
  return requestToken(http, baseUrl, CREDENTIALS, { timeoutMs, now: () => NOW });
}

function answering(status: number, body: string, headers: Record<string, string> = {}): Respond {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  };
}

const TOKEN = '{"data":{"accessToken":"abc.DEF-123","ttlSeconds":3600}}';

describe('a token', () => {
  test('is asked for with key and secret, only in the body', async () => {
    const server = await startHttpServer(answering(200, TOKEN));
    expect(await ask(server.url)).toEqual({ accessToken: 'abc.DEF-123', ttlMs: 3_600_000 });
    const [request] = server.requests;
    expect([request?.method, request?.url]).toEqual(['POST', '/v3/oauth/token/generate']);
    expect(request?.headers['content-type']).toBe('application/json');
    expect(request?.headers.authorization).toBeUndefined();
    expect(JSON.parse(request?.body ?? '')).toEqual({ key: CREDENTIALS.key, secret: CREDENTIALS.secret });
  });

  test.each([
    ['as a text', '"600"', 600_000],
    ['as part of a second', '0.5', 500],
  ])('has its lifetime read from the reply, %s too', async (_title, ttlSeconds, ttlMs) => {
    const server = await startHttpServer(answering(200, TOKEN.replace('3600', ttlSeconds)));
    expect(await ask(server.url)).toMatchObject({ ttlMs });
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
    ['a redirect', 307, TOKEN, 'invalid'],
    ['HTML', 200, '<!DOCTYPE html>', 'invalid'],
    ['nothing', 200, '', 'invalid'],
    ['another shape', 200, '{"accessToken":"abc","ttlSeconds":3600}', 'invalid'],
    ['no lifetime', 200, '{"data":{"accessToken":"abc"}}', 'invalid'],
    ['a lifetime of nothing', 200, TOKEN.replace('3600', '0'), 'invalid'],
    ['a lifetime that is negative', 200, TOKEN.replace('3600', '-1'), 'invalid'],
    ['a lifetime that is not a number', 200, TOKEN.replace('3600', '"soon"'), 'invalid'],
    ['an empty token', 200, TOKEN.replace('abc.DEF-123', ''), 'invalid'],
    ['a token that no header can carry', 200, TOKEN.replace('abc.DEF-123', 'a\\r\\nx-more: 1'), 'invalid'],
    ['a token in another script', 200, TOKEN.replace('abc.DEF-123', 'टोकन'), 'invalid'],
    ['a reply over 512 KiB', 200, `${' '.repeat(512 * 1024)}${TOKEN}`, 'invalid'],
  ])(
    '%s: the request is sent once and fails, without key or secret in the error',
    async (_title, status, body, failure) => {
      const server = await startHttpServer(answering(status, body, { location: '/elsewhere' }));
      const error = await ask(server.url).catch((reason: Error) => reason);
      expect(error).toMatchObject({ name: 'AuthorizationError', failure });
      expect(JSON.stringify(error) + String((error as Error).stack)).not.toMatch(/demo-key|p&ss/);
      expect(server.requests).toHaveLength(1);
    },
  );

  test.each([
    ['7', 7000],
    [new Date(NOW + 9000).toUTCString(), 9000],
    ['0', undefined],
    ['soon', undefined],
  ])('throttled, with Retry-After %j: says when to ask again', async (header, retryAfterMs) => {
    const server = await startHttpServer(answering(429, '{}', { 'retry-after': header }));
    await expect(ask(server.url)).rejects.toMatchObject({ failure: 'throttled', retryAfterMs });
  });

  test.each<[string, number, string]>([
    ['throttled', 429, 'throttled'],
    ['key or secret refused', 401, 'credentials-refused'],
    ['a failing upstream', 500, 'connection'],
  ])('%s, in a reply that breaks off: its status counts if it is a 4xx', async (_title, status, failure) => {
    const server = await startHttpServer((response) => {
      response.writeHead(status, { 'content-length': '900', 'retry-after': '7' });
      response.write('{', () => response.socket?.end());
    });
    const retryAfterMs = status === 429 ? 7000 : undefined;
    await expect(ask(server.url)).rejects.toMatchObject({ failure, retryAfterMs });
  });

  test('throttled, in a reply whose body does not come in time: says when to ask again', async () => {
    const server = await startHttpServer((response) => {
      response.writeHead(429, { 'content-length': '900', 'retry-after': '7' }).write('{');
    });
    await expect(ask(server.url, 300)).rejects.toMatchObject({ failure: 'throttled', retryAfterMs: 7000 });
  });

  test('no server there: the request fails as a connection', async () => {
    await expect(ask(await closedAddress())).rejects.toMatchObject({ failure: 'connection' });
  });

  test('no answer: the request fails in time', async () => {
    const server = await startHttpServer(() => {});
    const { freeMs } = await timed(() => expect(ask(server.url, 300)).rejects.toMatchObject({ failure: 'connection' }));
    expect(freeMs).toBeLessThan(300 + 1400);
  });
});
