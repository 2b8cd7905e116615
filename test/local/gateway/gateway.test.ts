import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEvent, Context } from 'aws-lambda';
import type { Route } from '../../../infra/routes.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../../local/gateway/gateway.ts';
import { createLocalFunction } from '../../../local/lambda/local-function.ts';
import { StartError } from '../../../local/start-error.ts';
import { timed } from '../../support/free-time.ts';

const ROUTES: readonly Route[] = [
  { path: '/open', method: 'GET', authorization: 'none', entry: 'http' },
  { path: '/locked', method: 'ANY', authorization: 'api-key', entry: 'http' },
  { path: '/locked', method: 'OPTIONS', authorization: 'none', entry: 'http' },
  { path: '/things/{id}', method: 'ANY', authorization: 'none', entry: 'http' },
  { path: '/signed/{id}', method: 'ANY', authorization: 'iam', entry: 'invalidate' },
  { path: '/{proxy+}', method: 'ANY', authorization: 'api-key', entry: 'http' },
];

let gateways: Gateway[] = [];
let logged: unknown[][] = [];

afterEach(async () => {
  await Promise.all(gateways.map((gateway) => gateway.close()));
  gateways = [];
  logged = [];
});

type Handler = (event: APIGatewayProxyEvent, context: Context) => Promise<unknown>;

const echo: Handler = async (event) => ({ statusCode: 200, body: JSON.stringify(event) });

async function start(handler: Handler = echo, options: Partial<GatewayOptions> = {}): Promise<string> {
  const log = {
    info: () => undefined,
    error: (...line: unknown[]) => void logged.push(line),
  };
  const gateway = await startGateway({
    routes: ROUTES,
    functions: {
      http: createLocalFunction({ name: 'http', handler }),
      invalidate: createLocalFunction({ name: 'invalidate', handler: async () => ({ statusCode: 204 }) }),
    },
    otherFunctions: [],
    apiKeys: undefined,
    allowsOrigins: false,
    log,
    port: 0,
    ...options,
  });
  gateways.push(gateway);
  return gateway.url;
}

async function echoed(url: string, init?: RequestInit): Promise<APIGatewayProxyEvent> {
  return (await (await fetch(url, init)).json()) as APIGatewayProxyEvent;
}

/** Sends bytes unchanged, and returns the bytes that come until the connection is closed. */
function sendRaw(url: string, text: string, then: 'maybe more' | 'no more' = 'maybe more'): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(received));
    socket.on('error', reject);
    const bytes = Buffer.from(text, 'latin1');
    if (then === 'no more') socket.end(bytes);
    else socket.write(bytes);
  });
}

/** The form of every answer of the gateway itself. */
async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(response.headers.get('x-content-type-options')).toBe('nosniff');
  expect(response.headers.get('cache-status')).toBe(`lookaside; detail=${code}`);
  const body = (await response.json()) as Record<string, unknown>;
  expect(body).toEqual({
    type: 'about:blank',
    title: response.statusText === 'Payload Too Large' ? 'Content Too Large' : response.statusText,
    status,
    detail: expect.any(String),
    code,
    requestId: response.headers.get('x-amzn-requestid'),
    errors: [{ status: false, code, message: body.detail }],
  });
}

test('a route goes to the function of its entry; the gateway asks for no signature', async () => {
  const url = await start(async () => ({ statusCode: 500 }), { apiKeys: ['k'] });

  expect((await fetch(`${url}/signed/7`, { method: 'DELETE' })).status).toBe(204);
});

describe('the event', () => {
  test('has what API Gateway puts into it', async () => {
    const url = await start();

    const event = await echoed(`${url}/things/7?a=1&b=x%20y&a=2`, { headers: { 'X-Api-Key': 'k', Accept: 'a/b' } });

    expect(event).toMatchObject({
      resource: '/things/{id}',
      path: '/things/7',
      httpMethod: 'GET',
      queryStringParameters: { a: '2', b: 'x y' },
      multiValueQueryStringParameters: { a: ['1', '2'], b: ['x y'] },
      pathParameters: { id: '7' },
      stageVariables: null,
      requestContext: {
        resourcePath: '/things/{id}',
        httpMethod: 'GET',
        stage: 'local',
        path: '/local/things/7',
        protocol: 'HTTP/1.1',
        identity: { sourceIp: '127.0.0.1', apiKey: 'k' },
      },
      body: null,
      isBase64Encoded: false,
    });
    expect(event.requestContext.requestId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(event.requestContext.requestTime).toMatch(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
    expect(Math.abs(event.requestContext.requestTimeEpoch - Date.now())).toBeLessThan(10_000);
  });

  test('has null for a missing query, path parameter or body', async () => {
    const url = await start();

    expect(await echoed(`${url}/open`)).toMatchObject({
      queryStringParameters: null,
      multiValueQueryStringParameters: null,
      pathParameters: null,
      body: null,
    });
  });

  test('keeps every value of a parameter in order, whatever its name', async () => {
    const url = await start();

    const { multiValueQueryStringParameters: values } = await echoed(`${url}/open?b=1&__proto__=x&b=2&c&%62=3&b=`);

    expect(Object.entries(values ?? {})).toEqual([
      ['b', ['1', '2', '3', '']],
      ['__proto__', ['x']],
      ['c', ['']],
    ]);
  });

  test('has headers with their own spelling, all their lines, and none of the connection', async () => {
    const url = await start();

    const received = await sendRaw(
      url,
      'GET /open HTTP/1.1\r\nHost: example\r\nX-One: a\r\nx-one: b\r\nCache-Control: no-cache\r\n' +
        'Connection: close, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\nProxy-Connection: keep-alive\r\n\r\n',
    );

    const event = JSON.parse(received.split('\r\n\r\n')[1] ?? '') as APIGatewayProxyEvent;
    expect(event.headers).toEqual({ Host: 'example', 'X-One': 'b', 'Cache-Control': 'no-cache' });
    expect(event.multiValueHeaders).toEqual({ Host: ['example'], 'X-One': ['a', 'b'], 'Cache-Control': ['no-cache'] });
  });

  test('has a body as base64, also if it is text', async () => {
    const url = await start();
    const post = (body: string | Buffer<ArrayBuffer>) => echoed(`${url}/things/1`, { method: 'POST', body });

    expect(await post('{"grüß":1}')).toMatchObject({ body: 'eyJncsO8w58iOjF9', isBase64Encoded: true });
    expect(await post(Buffer.from([0xff, 0]))).toMatchObject({ body: '/wA=', isBase64Encoded: true });
  });

  test('has the path as it was sent and its parameters decoded', async () => {
    const url = await start();

    expect(await echoed(`${url}/things/a%20b%2Fc`)).toMatchObject({
      path: '/things/a%20b%2Fc',
      pathParameters: { id: 'a b/c' },
    });
    expect(await echoed(`${url}/one/two/three/`)).toMatchObject({
      resource: '/{proxy+}',
      path: '/one/two/three/',
      pathParameters: { proxy: 'one/two/three' },
    });
  });

  test('has the path alone for a client that uses the gateway as a proxy', async () => {
    const url = await start();

    const received = await sendRaw(url, 'GET http://example/open?a=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');

    expect(JSON.parse(received.split('\r\n\r\n')[1] ?? '')).toMatchObject({
      path: '/open',
      queryStringParameters: { a: '1' },
    });
  });
});

describe('the reply', () => {
  test("is the function's, with its length and the request's id", async () => {
    const url = await start(async ({ requestContext }) => ({
      statusCode: 201,
      headers: { 'Content-Type': 'text/plain', 'X-Request': requestContext.requestId },
      multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
      body: 'grüß',
    }));

    const response = await fetch(`${url}/open`);

    expect(response.status).toBe(201);
    expect(response.headers.get('content-length')).toBe('6');
    expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(response.headers.get('x-amzn-requestid')).toBe(response.headers.get('x-request'));
    expect(await response.text()).toBe('grüß');
  });

  test.each([304, 204])('with status %d has no body and no length', async (statusCode) => {
    const url = await start(async () => ({ statusCode, headers: { ETag: '"x"', 'Content-Type': 'a/b' }, body: 'x' }));

    const received = await sendRaw(url, 'GET /open HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');

    expect(received).toMatch(/^HTTP\/1\.1 (304|204) /);
    expect(received).toContain('ETag: "x"');
    expect(received).not.toMatch(/content-(type|length)/i);
    expect(received.endsWith('\r\n\r\n')).toBe(true);
  });

  test('to HEAD has the length of the body and no body', async () => {
    const url = await start(async () => ({ statusCode: 200, body: 'hello' }));

    const response = await fetch(`${url}/things/1`, { method: 'HEAD' });

    expect(response.headers.get('content-length')).toBe('5');
    expect(await response.text()).toBe('');
  });

  test('to HEAD has no length that the compressed reply to GET does not have', async () => {
    const body = 'x'.repeat(2000);
    const url = await start(async ({ httpMethod }) =>
      httpMethod === 'HEAD' ? { statusCode: 200, headers: { 'Content-Length': '2000' } } : { statusCode: 200, body },
    );
    const ask = (method: string) =>
      sendRaw(url, `${method} /things/1 HTTP/1.1\r\nHost: x\r\nAccept-Encoding: deflate\r\nConnection: close\r\n\r\n`);

    const [head, get] = [await ask('HEAD'), await ask('GET')];

    expect(get).toContain('Content-Encoding: deflate\r\n');
    expect(head).toContain('Content-Encoding: deflate\r\n');
    expect(head).not.toMatch(/content-length/i);
    expect(head.endsWith('\r\n\r\n')).toBe(true);
  });

  test.each([
    ['HEAD', '9'],
    ['GET', '0'],
  ])('to %s without a body of the function has the length %s', async (method, length) => {
    const url = await start(async () => ({ statusCode: 200, headers: { 'Content-Length': '9' }, body: '' }));

    const received = await sendRaw(url, `${method} /things/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

    expect(received.toLowerCase()).toContain(`content-length: ${length}\r\n`);
    expect(received.endsWith('\r\n\r\n')).toBe(true);
  });
});

describe('the gateway itself', () => {
  test.each([
    ['a resource without this method', '/open', 'POST'],
    ['a key that is missing', '/locked', 'GET'],
    ['a key that is missing, on a greedy path', '/some/where', 'GET'],
  ])('answers 403 for %s', async (_, path, method) => {
    const url = await start(echo, { apiKeys: ['till-key'] });

    await expectProblem(await fetch(`${url}${path}`, { method }), 403, 'forbidden');
  });

  test.each(['kiosk-key', 'till-ke', 'till-key-2', 'till-key, kiosk', ''])(
    'answers 403 for the key %j',
    async (key) => {
      const url = await start(echo, { apiKeys: ['till-key', 'other-key'] });

      await expectProblem(await fetch(`${url}/locked`, { headers: { 'x-api-key': key } }), 403, 'forbidden');
    },
  );

  test('accepts each of the keys, and asks for none if the route needs none', async () => {
    const url = await start(echo, { apiKeys: ['till-key', 'kiosk-key'] });
    const statusOf = async (path: string, init?: RequestInit) => (await fetch(`${url}${path}`, init)).status;

    expect(await statusOf('/locked', { headers: { 'x-api-key': 'kiosk-key' } })).toBe(200);
    expect(await statusOf('/locked', { method: 'OPTIONS' })).toBe(200);
    expect(await statusOf('/open')).toBe(200);
  });

  test('names the key by an id that does not show it, and only if a key is needed', async () => {
    const key = 'till-key';
    const url = await start(echo, { apiKeys: [key, 'kiosk-key'] });
    const idOf = async (path: string, value: string) => {
      const { requestContext } = await echoed(`${url}${path}`, { headers: { 'x-api-key': value } });
      return requestContext.identity.apiKeyId;
    };

    const id = await idOf('/locked', key);
    expect(id).toMatch(/^[0-9a-f]{10}$/);
    expect(await idOf('/locked', key)).toBe(id);
    expect(await idOf('/locked', 'kiosk-key')).not.toBe(id);
    expect(await idOf('/open', key)).toBeNull();
  });

  test('needs no key if none is configured', async () => {
    const url = await start();

    expect((await fetch(`${url}/locked`)).status).toBe(200);
  });

  test('answers 403 if no resource fits, as API Gateway does', async () => {
    const url = await start(echo, { routes: [{ path: '/open', method: 'ANY', authorization: 'none', entry: 'http' }] });

    await expectProblem(await fetch(`${url}/elsewhere`), 403, 'forbidden');
  });

  test.each(['/open?a=%', '/open?%zz=1', '/open?a=%ff', '/things/%C3', '/open?a=1&b=%ED%A0%80', '/open?a=b|c'])(
    'answers 400 for the undecodable address %s',
    async (address) => {
      const url = await start();

      const received = await sendRaw(url, `GET ${address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);

      expect(received).toMatch(/^HTTP\/1\.1 400 /);
      expect(JSON.parse(received.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'invalid_parameter' });
    },
  );

  test.each([
    ['that is not HTTP', 'hello\r\n\r\n'],
    ['of an unknown version', 'GET /open HTTP/1.2\r\nHost: x\r\n\r\n'],
    ['of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['without Host', 'GET /open HTTP/1.1\r\nConnection: close\r\n\r\n'],
    ['with two Hosts', 'GET /open HTTP/1.1\r\nHost: x\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ['with a Host that is none', 'GET /open HTTP/1.1\r\nHost: x/open\r\nConnection: close\r\n\r\n'],
    [
      'with a transfer coding that is not undone',
      'POST /things/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n',
    ],
    ['for a tunnel', 'CONNECT example:443 HTTP/1.1\r\nHost: example:443\r\n\r\n'],
    ['with a header that is none', 'GET /open HTTP/1.1\r\nHost: x\r\nA B: c\r\n\r\n'],
    ['with two lengths', 'POST /open HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n'],
  ])('answers 400 for a request %s', async (_, text) => {
    const url = await start();

    const [head = '', body = ''] = (await sendRaw(url, text)).split('\r\n\r\n');

    expect(head).toMatch(/^HTTP\/1\.1 400 /);
    const problem = JSON.parse(body) as { requestId: string };
    expect(problem).toMatchObject({ code: 'invalid_parameter', status: 400 });
    for (const line of [
      'Content-Type: application/problem+json',
      'Cache-Status: lookaside; detail=invalid_parameter',
      'Cache-Control: no-store',
      'X-Content-Type-Options: nosniff',
      `x-amzn-RequestId: ${problem.requestId}`,
    ]) {
      expect(head.toLowerCase()).toContain(line.toLowerCase());
    }
  });

  test.each(['close', 'keep-alive'])('answers a client that closes its side after the request (%s)', async (option) => {
    const url = await start(async () => {
      await sleep(20);
      return { statusCode: 200, body: 'hello' };
    });

    const received = await sendRaw(url, `GET /open HTTP/1.1\r\nHost: x\r\nConnection: ${option}\r\n\r\n`, 'no more');

    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(received.endsWith('\r\n\r\nhello')).toBe(true);
  });

  test('answers 400 to a client that closes its side in the middle of a body', async () => {
    const url = await start();

    const received = await sendRaw(
      url,
      'POST /things/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhello',
      'no more',
    );

    expect(received).toMatch(/^HTTP\/1\.1 400 /);
  });

  test('answers a request before the bytes behind it, which are not HTTP', async () => {
    const url = await start(async () => {
      await sleep(20);
      return { statusCode: 200, body: 'hello' };
    });

    const received = await sendRaw(url, 'GET /open HTTP/1.1\r\nHost: x\r\n\r\n{"not":"announced"}');

    expect(received).toMatch(/^HTTP\/1\.1 200 /);
    expect(received).toContain('\r\n\r\nhelloHTTP/1.1 400');
  });

  test('answers a request whose chunks are broken with 400 alone', async () => {
    const url = await start();

    const received = await sendRaw(
      url,
      'POST /things/1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nno length\r\n',
    );

    expect(received.match(/^HTTP\/1\.1 \d+/gm)).toEqual(['HTTP/1.1 400']);
  });

  test('answers 400 to a client that still sends the body of a request that is not HTTP', async () => {
    const url = await start();
    const body = 'x'.repeat(8 * 1024 * 1024);

    const received = await sendRaw(
      url,
      `POST /open HTTP/1.1\r\nHost: x\r\nA B: c\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );

    expect(received).toMatch(/^HTTP\/1\.1 400 /);
  });

  test.each(['HTTP/1.0\r\nConnection: close', 'HTTP/1.1\r\nHost: x\r\nExpect: something\r\nConnection: close'])(
    'answers a request of %j',
    async (rest) => {
      const url = await start();

      expect(await sendRaw(url, `GET /open ${rest}\r\n\r\n`)).toMatch(/^HTTP\/1\.1 200 /);
    },
  );

  test('answers 413 for a body above 10 MB, by its header or by its bytes', async () => {
    const url = await start();
    const limit = 10 * 1024 * 1024;
    const chunks = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let sent = 0; sent <= limit; sent += 1024 * 1024) controller.enqueue(Buffer.alloc(1024 * 1024, 'x'));
        controller.close();
      },
    });
    const post = (body: NonNullable<RequestInit['body']>) =>
      fetch(`${url}/things/1`, { method: 'POST', body, duplex: 'half' } as RequestInit);

    await expectProblem(await post('x'.repeat(limit + 1)), 413, 'too_large');
    await expectProblem(await post(chunks), 413, 'too_large');
  });

  test("answers 413 for a body that does not fit into Lambda's 6 MB as base64, and accepts one of 4.5 MB", async () => {
    const url = await start(async ({ body }) => ({ statusCode: 200, body: String(body?.length) }));
    const post = (length: number) => fetch(`${url}/things/1`, { method: 'POST', body: 'x'.repeat(length) });

    expect(await (await post(4_500_000)).text()).toBe('6000000');
    await expectProblem(await post((6 * 1024 * 1024 * 3) / 4), 413, 'too_large');
  });

  test('answers 413 at once to a client that continues to send', async () => {
    const url = await start();
    const reply = await new Promise<IncomingMessage>((resolve, reject) => {
      const request = httpRequest(`${url}/things/1`, { method: 'POST', headers: { 'Content-Length': '99999999' } });
      request.on('response', resolve).on('error', reject);
      request.write('x'.repeat(1000));
    });

    expect(reply.statusCode).toBe(413);
    expect(reply.headers.connection).toBe('close');
    reply.destroy();
  });

  test.each<[string, Handler]>([
    ['returns no reply', async () => 'hello'],
    ['throws', async () => Promise.reject(new Error('secret of the function'))],
    ['returns a reply that HTTP does not allow', async () => ({ statusCode: 200, headers: { a: 'b\nc' } })],
  ])('answers 500 when the function %s, and logs it', async (_, handler) => {
    const url = await start(handler);

    const response = await fetch(`${url}/open`);

    await expectProblem(response, 500, 'internal_error');
    expect(response.headers.get('retry-after')).toBe('5');
    expect(logged).toEqual([['gateway', expect.objectContaining({ code: 'internal_error' })]]);
    expect(JSON.stringify(logged)).not.toContain('secret');
  });

  test('does not log a caller that leaves in the middle of its body as a fault', async () => {
    const url = new URL(await start(echo));
    const socket = connect(Number(url.port), url.hostname);
    socket.write('POST /things/1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf');
    // The gateway runs in this process: it reads the half, and then the end of its connection, before these answers.
    await (await fetch(`${url}open`)).text();
    socket.destroy();
    await once(socket, 'close');
    for (let again = 0; again < 3; again += 1) await (await fetch(`${url}open`)).text();
    expect(logged).toEqual([]);
  });

  test('answers 504 when the function takes too long', async () => {
    const url = await start(async () => sleep(5000, undefined, { ref: false }), { timeoutMs: 50 });

    await expectProblem(await fetch(`${url}/open`), 504, 'upstream_timeout');
  });

  test.each([
    [true, '*'],
    [false, null],
  ])('lets pages of any origin read its answers: %s', async (allowsOrigins, expected) => {
    const url = await start(echo, { allowsOrigins, apiKeys: ['k'] });

    const response = await fetch(`${url}/locked`, { headers: { Origin: 'https://kiosk.example' } });

    expect(response.headers.get('access-control-allow-origin')).toBe(expected);
    const exposed = response.headers.get('access-control-expose-headers');
    expect(exposed).toBe(allowsOrigins ? 'Cache-Status, Retry-After' : null);
  });

  test('survives a client that disconnects before the answer', async () => {
    const url = await start(async (event) => {
      await sleep(30);
      return echo(event, {} as Context);
    });

    await expect(fetch(`${url}/open`, { signal: AbortSignal.timeout(10) })).rejects.toThrow();

    expect((await fetch(`${url}/open`)).status).toBe(200);
  });
});

describe('stopping', () => {
  test('answers requests in progress, and accepts no new ones', async () => {
    const begun = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const url = await start(async () => {
      begun.resolve();
      await answered.promise;
      return { statusCode: 200, body: 'done' };
    });
    const underWay = fetch(`${url}/open`);
    await begun.promise;

    const closed = gateways[0]?.close();
    await expect(fetch(`${url}/open`)).rejects.toThrow();
    answered.resolve();

    const response = await underWay;
    expect(await response.text()).toBe('done');
    // Otherwise a client would send its next request into a connection that closes.
    expect(response.headers.get('connection')).toBe('close');
    await closed;
  });

  test('answers requests that take longer as timed out, and ends within two seconds', async () => {
    const begun = Promise.withResolvers<void>();
    let begunCount = 0;
    const url = await start(async () => {
      begunCount += 1;
      if (begunCount === 2) begun.resolve();
      return new Promise<never>(() => {});
    });
    const request = fetch(`${url}/open`);
    const invocation = fetch(`${url}/2015-03-31/functions/http/invocations`, { method: 'POST', body: '{}' });
    await begun.promise;

    const { freeMs } = await timed(async () => gateways[0]?.close());

    expect(freeMs).toBeLessThan(2000);
    await expectProblem(await request, 504, 'upstream_timeout');
    const invoked = await invocation;
    expect([invoked.status, invoked.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
    expect(await invoked.json()).toMatchObject({ errorType: 'Sandbox.Timedout' });
  });

  test('does not wait for idle connections', async () => {
    const url = await start();
    await (await fetch(`${url}/open`)).text();

    const { freeMs } = await timed(async () => gateways[0]?.close());

    // Much earlier than the 65 seconds for which the gateway keeps a connection, and than the 1.5 seconds for requests
    // in progress.
    expect(freeMs).toBeLessThan(1400);
  });
});

test('a port in use stops the start, with a message', async () => {
  const url = await start();
  const port = Number(new URL(url).port);

  const second = start(echo, { port });

  await expect(second).rejects.toThrow(StartError);
  await expect(second).rejects.toThrow(`cannot listen on port ${port} of 127.0.0.1: another process uses it`);
});
