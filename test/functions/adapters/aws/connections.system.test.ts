import { execFile } from 'node:child_process';
import { request } from 'node:http';
import type { Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { KeepAliveClient } from '../../../../functions/adapters/aws/keep-alive-client.ts';
import { startHttpServer, startTcpServer } from '../../../support/loopback-server.ts';
import { fc, runs } from '../../../support/properties.ts';

const CLIENT = new URL('../../../../functions/adapters/aws/keep-alive-client.ts', import.meta.url).href;
const NEVER = new AbortController().signal;

/** A server that does this with each request, by its number from 1 on. A request has no body here. */
async function startServer(answer: (socket: Socket, request: number) => void) {
  let count = 0;
  const server = await startTcpServer((socket) => {
    socket.setNoDelay(true);
    socket.on('data', () => {
      count += 1;
      answer(socket, count);
    });
  });
  const client = new KeepAliveClient(new URL(server.url));
  const ask = async (signal = NEVER) => (await client.post('/', {}, '', signal)).body.toString();
  return { server, ask, requestCount: () => count };
}

const ok = (body: unknown, header = '') => {
  const text = String(body);
  return `HTTP/1.1 200 OK\r\n${header}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
};

test('a request goes out as it was signed, with its length in bytes', async () => {
  const server = await startHttpServer((response) => void response.end('{}'));
  const client = new KeepAliveClient(new URL(server.url));
  await client.post('/a/b', { host: 'a.example', 'x-amz-date': '20261128T000000Z' }, '{"name":"नेहा"}', NEVER);
  expect(server.requests).toEqual([
    {
      method: 'POST',
      url: '/a/b',
      headers: { host: 'a.example', 'x-amz-date': '20261128T000000Z', 'content-length': '23' },
      body: '{"name":"नेहा"}',
    },
  ]);
});

test.each([
  ['a line break in a value', '/', { token: 'a\r\nhost: b' }],
  ['a line break alone in a value', '/', { token: 'a\nhost: b' }],
  ['a line break in a name', '/', { 'a\r\nhost': 'b' }],
  ['a line break in the path', '/ HTTP/1.1\r\nhost: a', {}],
  ['a character outside ASCII', '/', { token: 'é' }],
])('%s is refused, and nothing is sent', async (_title, path, headers) => {
  const { server } = await startServer((socket) => socket.write(ok(1)));
  const client = new KeepAliveClient(new URL(server.url));
  await expect(client.post(path, headers, '', NEVER)).rejects.toThrow(TypeError);
  expect(server.connectionCount).toBe(0);
});

describe('connections', () => {
  test('one after the other goes over one connection, many at once over fifty at most', async () => {
    const { server, ask } = await startServer((socket, request) => {
      setTimeout(() => socket.write(ok(request)), 20);
    });
    await ask();
    await ask();
    expect(server.connectionCount).toBe(1);
    const bodies = await Promise.all(Array.from({ length: 120 }, () => ask()));
    expect(bodies.map(Number).sort((one, other) => one - other)).toEqual(Array.from({ length: 120 }, (_, n) => n + 3));
    expect(server.connectionCount).toBe(50);
  });

  test('a request that waits for one is given up, and the others get theirs', async () => {
    const { ask, requestCount } = await startServer((socket, request) => {
      setTimeout(() => socket.write(ok(request)), 20);
    });
    const first = Array.from({ length: 50 }, () => ask());
    const givenUp = new AbortController();
    const waiting = ask(givenUp.signal);
    const last = ask();
    givenUp.abort(new Error('given up'));
    await expect(waiting).rejects.toThrow('given up');
    await Promise.all([...first, last]);
    expect(requestCount()).toBe(51);
  });

  test('a connection that closes makes room for a request that waits, and for the next one', async () => {
    const { server, ask } = await startServer((socket, request) => {
      setTimeout(() => socket.end(ok(request, 'Connection: close\r\n')), 20);
    });
    const bodies = await Promise.all(Array.from({ length: 60 }, () => ask()));
    expect([new Set(bodies).size, await ask(), server.connectionCount]).toEqual([60, '61', 61]);
  });

  test.each<[string, (socket: Socket, request: number) => void]>([
    ['says that it closes it', (socket, request) => void socket.write(ok(request, 'Connection: close\r\n'))],
    ['closes it behind the reply', (socket, request) => void socket.end(ok(request))],
    ['ends the body so', (socket, request) => void socket.end(`HTTP/1.1 200 OK\r\n\r\n${request}`)],
    ['sends more than the reply', (socket, request) => void socket.write(`${ok(request)}HTTP`)],
    ['speaks HTTP/1.0', (socket, request) => void socket.write(ok(request).replace('/1.1', '/1.0'))],
  ])('a connection carries no other request if the server %s', async (_title, answer) => {
    const { server, ask } = await startServer(answer);
    expect([await ask(), await ask(), await ask()]).toEqual(['1', '2', '3']);
    expect(server.connectionCount).toBe(3);
  });

  test('after an abort the next request has another connection: the reply may still come', async () => {
    const { server, ask } = await startServer((socket, request) => {
      if (request > 1) socket.write(ok(request));
    });
    const givenUp = new AbortController();
    const lost = ask(givenUp.signal);
    while (server.connections.size === 0) await new Promise(setImmediate);
    givenUp.abort(new Error('given up'));
    await expect(lost).rejects.toThrow('given up');
    expect([await ask(), server.connectionCount]).toEqual(['2', 2]);
  });

  test('a request that is given up while the client reads an idle connection sends nothing', async () => {
    const { server, ask, requestCount } = await startServer((socket, request) => socket.write(ok(request)));
    await ask();
    const givenUp = new AbortController();
    const lost = ask(givenUp.signal);
    givenUp.abort(new Error('given up'));
    await expect(lost).rejects.toThrow('given up');
    expect([await ask(), requestCount(), server.connectionCount]).toEqual(['2', 2, 2]);
  });

  test('a request that is given up before it begins sends nothing', async () => {
    const { server, ask } = await startServer((socket) => socket.write(ok(1)));
    await expect(ask(AbortSignal.abort(new Error('given up')))).rejects.toThrow('given up');
    expect(server.connectionCount).toBe(0);
  });
});

test('an idle connection does not keep the process alive', async () => {
  const { server } = await startServer((socket) => socket.write(ok(1)));
  const code = `
    const { KeepAliveClient } = await import(${JSON.stringify(CLIENT)});
    const client = new KeepAliveClient(new URL(${JSON.stringify(server.url)}));
    for (let count = 0; count < 2; count += 1) await client.post('/', {}, '', new AbortController().signal);
    console.log('answered');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code]);
  expect([stdout, server.connectionCount]).toEqual(['answered\n', 1]);
});

/** Each way in which a connection ends before the whole reply. */
const ENDS: readonly (readonly [string, beginning: string])[] = [
  ['before a byte of the reply', ''],
  ['after the first byte', 'H'],
  ['after the headers', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n'],
  ['within a chunk', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{"a'],
];

describe.each(ENDS)('a connection that ends %s', (_title, beginning) => {
  const end = (socket: Socket) => void socket.end(beginning);

  test('fails a first request, which is not sent again', async () => {
    const { ask, requestCount } = await startServer(end);
    await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(requestCount()).toBe(1);
  });

  test('fails a request on a used connection too, unless no byte came: that one is sent once more, on a new one', async () => {
    const { server, ask, requestCount } = await startServer((socket, request) => {
      if (request === 2) end(socket);
      else socket.write(ok(request));
    });
    await ask();
    const second = ask();
    if (beginning === '') expect(await second).toBe('3');
    else await expect(second).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect([requestCount(), server.connectionCount]).toEqual(beginning === '' ? [3, 2] : [2, 1]);
  });
});

test('a request is sent twice at most', async () => {
  const { ask, requestCount } = await startServer((socket, request) => {
    if (request === 1) socket.write(ok(request));
    else socket.end();
  });
  await ask();
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNRESET' });
  expect(requestCount()).toBe(3);
});

test('an unreadable reply fails its request, and its connection carries no other', async () => {
  const { server, ask } = await startServer((socket, request) => {
    socket.write(request === 1 ? 'SSH-2.0-OpenSSH_9.9\r\n\r\n' : ok(request));
  });
  await expect(ask()).rejects.toMatchObject({ name: 'UnreadableHttpError' });
  expect([await ask(), server.connectionCount]).toEqual(['2', 2]);
});

test('no server: the error of the operating system', async () => {
  const { server, ask } = await startServer(() => {});
  await server.close();
  await expect(ask()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});

/** A reply, right or wrong, as a server might send it. */
const sentReplies = fc
  .record({
    before: fc.constantFrom('', '', '', 'HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 103 Hints\r\nlink: a\r\n\r\n', '"}'),
    version: fc.constantFrom('1.1', '1.1', '1.1', '1.0'),
    status: fc.constantFrom('200 OK', '400 Bad Request', '503', '204 No Content', '304 Not Modified'),
    headers: fc.subarray(['x-a: b', 'X-A:c', 'via:\td e \t', 'connection: close', 'date:', 'bad header', 'x\0: a']),
    framing: fc.constantFrom('content-length', 'content-length', 'chunked', 'none', 'both', 'two lengths'),
    body: fc.stringMatching(/^[ -~]{0,40}$/),
    missingBytes: fc.constantFrom(0, 0, 0, 1, 5),
  })
  .map(({ before, version, status, headers, framing, body, missingBytes }) => {
    const lengths = framing === 'two lengths' ? ['content-length: 1'] : [];
    const length = framing === 'none' || framing === 'chunked' ? [] : [`content-length: ${body.length}`];
    const chunked = framing === 'chunked' || framing === 'both';
    const coding = chunked ? ['transfer-encoding: chunked'] : [];
    const head = [`HTTP/${version} ${status}`, ...headers, ...lengths, ...length, ...coding].join('\r\n');
    // Bytes behind a reply fail it in Node's client, if they come together. In ours they only end the connection.
    const hasBody = !/^[23]04/.test(status);
    const sent = !hasBody
      ? ''
      : chunked
        ? `${body === '' ? '' : `${body.length.toString(16)}\r\n${body}\r\n`}0\r\n\r\n`
        : body;
    const bytes = Buffer.from(`${before}${head}\r\n\r\n${sent}`, 'latin1');
    return bytes.subarray(0, bytes.length - missingBytes);
  });

/** Asks by Node's own client. */
async function askByNode(url: string) {
  return new Promise<unknown>((resolve, reject) => {
    const sent = request(url, { method: 'POST', agent: false }, (response) => {
      buffer(response).then(
        (body) =>
          resolve([response.statusCode, response.headers['x-a'], response.headers.via, body.toString('latin1')]),
        reject,
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

test('the reply is the same as by Node’s own client, and what Node refuses is refused', async () => {
  let bytes: Buffer = Buffer.alloc(0);
  const { server } = await startServer((socket) => void socket.end(bytes));
  await fc.assert(
    fc.asyncProperty(sentReplies, async (sent) => {
      bytes = sent;
      const byNode = await askByNode(server.url).catch(() => 'refused');
      const client = new KeepAliveClient(new URL(server.url));
      const ours = await client.post('/', {}, '', NEVER).then(
        ({ status, headers, body }) => [status, headers['x-a'], headers.via, body.toString('latin1')],
        () => 'refused',
      );
      // Ours is stricter: a body with a length and chunks is one that two readers may cut in two ways.
      if (ours !== 'refused' || byNode === 'refused') expect(ours).toEqual(byNode);
    }),
    runs(150),
  );
});
