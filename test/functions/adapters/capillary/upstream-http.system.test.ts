import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import {
  type HttpReply,
  type HttpRequest,
  InvalidReplyError,
  type UpstreamHttp,
} from '../../../../functions/adapters/capillary/http-exchange.ts';
import { createUpstreamHttp } from '../../../../functions/adapters/capillary/upstream-http.ts';
import { closedAddress, type Respond, startHttpServer, startTcpServer } from '../../../support/loopback-server.ts';

const ok: Respond = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
};

/** Answers the first request of each connection, and treats every later one like this. */
function atSecondRequest(breakOff: Respond): Respond {
  const used = new WeakSet<Socket>();
  return (response, request, index) => {
    const { socket } = response;
    if (socket === null || used.has(socket)) return breakOff(response, request, index);
    used.add(socket);
    return ok(response, request, index);
  };
}

const resetting: Respond = (response) => void response.socket?.resetAndDestroy();
const closing: Respond = (response) => void response.socket?.end();

type Options = Partial<Omit<HttpRequest, 'url'>>;

function ask(http: UpstreamHttp, url: string, options: Options = {}): Promise<HttpReply> {
  return http({ method: 'GET', headers: {}, url, ...options });
}

async function readAll({ body }: HttpReply): Promise<string> {
  return Buffer.concat(await Array.fromAsync(body)).toString();
}

async function textOf(http: UpstreamHttp, url: string, options?: Options): Promise<string> {
  return readAll(await ask(http, url, options));
}

/** A server of raw replies: one for each request on a connection, in turn. */
function startRawServer(...replies: readonly (string | ((socket: Socket) => void))[]) {
  return startTcpServer((socket) => {
    let answered = 0;
    socket.on('data', () => {
      const reply = replies[Math.min(answered, replies.length - 1)];
      answered += 1;
      if (typeof reply === 'function') reply(socket);
      else socket.write(reply ?? '');
    });
  });
}

describe('a request', () => {
  test('goes out with its method, headers and body, and asks for the codings that can be read', async () => {
    const server = await startHttpServer(ok);
    const init: Options = { method: 'POST', headers: { 'x-one': '1' }, body: '{"a":"é"}' };
    expect(await textOf(createUpstreamHttp(), `${server.url}/path?a=%C3%A9`, init)).toBe('{}');
    expect(server.requests).toEqual([
      {
        method: 'POST',
        url: '/path?a=%C3%A9',
        headers: expect.objectContaining({ 'x-one': '1', 'accept-encoding': 'gzip, deflate, br' }),
        body: '{"a":"é"}',
      },
    ]);
    expect(server.requests[0]?.headers['content-length']).toBe('10');
  });

  test('reuses a connection after its reply was read', async () => {
    const server = await startHttpServer(ok);
    const http = createUpstreamHttp();
    for (let asked = 0; asked < 5; asked += 1) await textOf(http, server.url);
    expect([server.requests.length, server.connectionCount]).toEqual([5, 1]);
  });

  test.each([204, 205, 304])(
    'with a reply of status %i, which has no body, leaves its connection usable',
    async (status) => {
      const server = await startHttpServer((response) => void response.writeHead(status).end());
      const http = createUpstreamHttp();
      const reply = await ask(http, server.url);
      expect([reply.status, await readAll(reply)]).toEqual([status, '']);
      // The connection is free again some time after the reply.
      const { requests } = server;
      while (server.connectionCount === requests.length && requests.length < 50) await ask(http, server.url);
      expect(server.connectionCount).toBeLessThan(requests.length);
    },
  );

  test('gives every header of the reply, repeated ones too', async () => {
    const server = await startHttpServer((response) => void response.writeHead(200, { 'x-two': ['a', 'b'] }).end());
    const { header } = await ask(createUpstreamHttp(), server.url);
    expect([header('x-two'), header('x-three')]).toEqual(['a, b', undefined]);
  });

  test('follows no redirect', async () => {
    const other = await startHttpServer(ok);
    const server = await startHttpServer((response) => void response.writeHead(302, { location: other.url }).end());
    const { status } = await ask(createUpstreamHttp(), server.url);
    expect([status, other.requests.length]).toEqual([302, 0]);
  });

  test('leaves the body as it came', async () => {
    const server = await startHttpServer(
      (response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end('not gzip'),
    );
    expect(await textOf(createUpstreamHttp(), server.url)).toBe('not gzip');
  });

  test('fails if no server listens', async () => {
    await expect(ask(createUpstreamHttp(), await closedAddress())).rejects.toThrow('ECONNREFUSED');
  });

  test('fails if the protocol is not HTTP', async () => {
    await expect(ask(createUpstreamHttp(), 'ftp://127.0.0.1/')).rejects.toThrow('The protocol ftp: is not HTTP.');
  });

  test.each([600, 999])('fails with a reply of status %i, which HTTP does not have', async (status) => {
    const server = await startRawServer(`HTTP/1.1 ${status} Odd\r\ncontent-length: 2\r\n\r\n{}`);
    await expect(ask(createUpstreamHttp(), server.url)).rejects.toThrow(
      `The reply has status ${status}; allowed are 200 to 599.`,
    );
  });

  test.each([
    ['is not HTTP', 'GARBAGE\r\n\r\n'],
    ['is of another protocol', 'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'],
    ['has headers of more than 16 KiB', `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['has two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'],
    ['has chunks of no length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\n{\r\nZZ\r\n'],
  ])('fails with a reply that %s: the reply is invalid, and its connection is well', async (_title, reply) => {
    const server = await startRawServer(reply);
    await expect(textOf(createUpstreamHttp(), server.url)).rejects.toThrow(InvalidReplyError);
    expect(server.connectionCount).toBe(1);
  });

  test.each([
    ['nothing', ''],
    ['a part of the status line', 'HTTP/1.1 2'],
    ['a part of the headers', 'HTTP/1.1 200 OK\r\nx: '],
    ['a part of a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{'],
  ])(
    'fails if the connection ends after %s: the connection is broken, and no reply is invalid',
    async (_title, part) => {
      const server = await startRawServer((socket) => void socket.end(part));
      await expect(textOf(createUpstreamHttp(), server.url)).rejects.toMatchObject({ code: 'ECONNRESET' });
    },
  );

  test('reads a whole reply, whatever comes after it', async () => {
    const server = await startRawServer('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}GARBAGE');
    expect(await textOf(createUpstreamHttp(), server.url)).toBe('{}');
  });
});

describe('R9: informational replies', () => {
  const REPLY = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

  test.each([
    ['100 Continue', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['102 Processing', 'HTTP/1.1 102 Processing\r\n\r\n'],
    ['103 Early Hints', 'HTTP/1.1 103 Early Hints\r\nlink: </a>; rel=preload\r\n\r\n'],
    ['several', 'HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n'],
  ])('are skipped: %s', async (_title, informational) => {
    const server = await startRawServer(`${informational}${REPLY}`);
    const http = createUpstreamHttp();
    expect(await textOf(http, server.url)).toBe('{}');
    expect(await textOf(http, server.url)).toBe('{}');
    expect(server.connectionCount).toBe(1);
  });

  test('are skipped when the reply comes later', async () => {
    const server = await startRawServer(async (socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\n\r\n');
      await sleep(20);
      socket.write(REPLY);
    });
    expect(await textOf(createUpstreamHttp(), server.url)).toBe('{}');
  });
});

describe('R15, B9: a kept-alive connection that the server has dropped', () => {
  test.each([
    ['reset', resetting],
    ['closed', closing],
  ])('and that is %s: each of twenty requests is answered', async (_title, breakOff) => {
    const server = await startHttpServer(atSecondRequest(breakOff));
    const http = createUpstreamHttp();
    for (let asked = 0; asked < 20; asked += 1) expect(await textOf(http, server.url)).toBe('{}');
    // Every request but the first met a connection that was used once, and went out again on a new one.
    expect([server.requests.length, server.connectionCount]).toEqual([39, 20]);
  });

  test('meets many requests at once: each is answered', async () => {
    const server = await startHttpServer(atSecondRequest(resetting));
    const http = createUpstreamHttp();
    const askAll = () => Promise.all(Array.from({ length: 20 }, () => textOf(http, server.url)));
    await askAll();
    expect(await askAll()).toEqual(Array(20).fill('{}'));
  });

  test('is replaced by a new connection, and not by another that was idle too', async () => {
    const server = await startHttpServer(atSecondRequest(resetting));
    const http = createUpstreamHttp();
    await Promise.all([textOf(http, server.url), textOf(http, server.url), textOf(http, server.url)]);
    expect(await textOf(http, server.url)).toBe('{}');
    expect([server.requests.length, server.connectionCount]).toEqual([5, 4]);
  });

  test('makes the client send the same request again, its body too', async () => {
    const server = await startHttpServer(atSecondRequest(resetting));
    const http = createUpstreamHttp();
    const init: Options = { method: 'POST', headers: { 'x-one': '1' }, body: 'once' };
    await textOf(http, server.url, init);
    await textOf(http, server.url, init);
    expect(server.requests.map(({ method, body, headers }) => [method, body, headers['x-one']])).toEqual(
      Array(3).fill(['POST', 'once', '1']),
    );
  });

  test('makes the client send the request once more: if the new connection dies too, the request fails', async () => {
    let isUp = true;
    const server = await startHttpServer((...args) => (isUp ? ok : resetting)(...args));
    const http = createUpstreamHttp();
    await textOf(http, server.url);
    isUp = false;
    await expect(ask(http, server.url)).rejects.toThrow();
    expect(server.requests).toHaveLength(3);
  });

  test('is not assumed if a new connection dies: nothing is sent again', async () => {
    const server = await startHttpServer(resetting);
    await expect(ask(createUpstreamHttp(), server.url)).rejects.toThrow();
    expect(server.requests).toHaveLength(1);
  });

  test.each<[string, (socket: Socket) => void]>([
    ['a part of the status line', (socket) => void socket.write('HTTP/1.1 2', () => socket.resetAndDestroy())],
    [
      'an informational reply',
      (socket) => void socket.write('HTTP/1.1 103 Early Hints\r\n\r\n', () => socket.resetAndDestroy()),
    ],
    ['no HTTP', (socket) => void socket.write('GARBAGE\r\n\r\n')],
  ])('is not assumed if a byte of the reply came first: %s', async (_title, breakOff) => {
    const server = await startRawServer('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}', async (socket) => {
      breakOff(socket);
    });
    const http = createUpstreamHttp();
    await textOf(http, server.url);
    await expect(textOf(http, server.url)).rejects.toThrow();
    expect(server.connectionCount).toBe(1);
  });

  test('is not assumed if the body breaks off: its reader fails, and nothing is sent again', async () => {
    const half = 'HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"id"';
    const server = await startRawServer('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}', (socket) => {
      socket.write(half, () => socket.resetAndDestroy());
    });
    const http = createUpstreamHttp();
    await textOf(http, server.url);
    await expect(textOf(http, server.url)).rejects.toThrow();
    expect(server.connectionCount).toBe(1);
  });
});

describe('an aborted request', () => {
  test('before it began sends nothing', async () => {
    const server = await startHttpServer(ok);
    await expect(ask(createUpstreamHttp(), server.url, { signal: AbortSignal.abort() })).rejects.toThrow();
    expect(server.requests).toEqual([]);
  });

  test('while it waits for the reply fails at once, closes its connection, and is not sent again', async () => {
    const server = await startHttpServer((response, request, index) => {
      if (index === 0) ok(response, request, index);
    });
    const http = createUpstreamHttp();
    await textOf(http, server.url);
    const giveUp = new AbortController();
    const asked = ask(http, server.url, { signal: giveUp.signal });
    while (server.requests.length < 2) await sleep(2);
    const closed = Promise.all([...server.connections].map((socket) => once(socket, 'close')));
    giveUp.abort();
    await expect(asked).rejects.toThrow();
    await closed;
    expect(server.requests).toHaveLength(2);
  });

  test('in the middle of the body fails its reader, and closes its connection', async () => {
    const server = await startHttpServer((response) => {
      response.writeHead(200).write('{');
    });
    const giveUp = new AbortController();
    const reply = await ask(createUpstreamHttp(), server.url, { signal: giveUp.signal });
    const closed = Promise.all([...server.connections].map((socket) => once(socket, 'close')));
    const read = readAll(reply);
    giveUp.abort();
    await expect(read).rejects.toThrow();
    await closed;
  });

  test('with a reply that no code reads ends without an unhandled error', async () => {
    const server = await startHttpServer((response) => {
      response.writeHead(200).write('{');
    });
    const giveUp = new AbortController();
    await ask(createUpstreamHttp(), server.url, { signal: giveUp.signal });
    expect(server.connections.size).toBe(1);
    const closed = Promise.all([...server.connections].map((socket) => once(socket, 'close')));
    giveUp.abort();
    await closed;
  });
});
