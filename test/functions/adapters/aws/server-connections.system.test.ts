import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { KeepAliveClient } from '../../../../functions/adapters/aws/keep-alive-client.ts';
import { startTcpServer } from '../../../support/loopback-server.ts';
import { ok, PATIENT_MS, startServer } from './answering-server.ts';

/* Which connection a request goes over. */

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

test.each([
  ['stay open', ''],
  ['close', 'Connection: close\r\n'],
])('of connections that %s, requests that are given up while they wait get none', async (_title, header) => {
  const held: (() => void)[] = [];
  const { ask, requestCount } = await startServer((socket, request) => {
    held.push(() => socket.write(ok(request, header)));
    // Twice fifty at once, and the one that waits.
    if ([50, 51, 101].includes(request)) for (const answer of held.splice(0)) answer();
  });
  const askFifty = () => Array.from({ length: 50 }, () => ask());
  const first = askFifty();
  const givenUp = new AbortController();
  const lost = [ask(givenUp.signal), ask(givenUp.signal)];
  const last = ask();
  givenUp.abort(new Error('given up'));
  for (const each of lost) await expect(each).rejects.toThrow('given up');
  await Promise.all([...first, last]);
  expect(requestCount()).toBe(51);
  await Promise.all(askFifty());
  expect(requestCount()).toBe(101);
});

test('requests that wait get one in their order, and none gets one that another request uses', async () => {
  const held: (() => void)[] = [];
  const { server, ask, requestCount } = await startServer((socket, request) => {
    held.push(() => socket.write(ok(request)));
  });
  /** Waits for this number of requests, and answers the newest one. */
  const answer = async (request: number) => {
    const signal = AbortSignal.timeout(PATIENT_MS);
    while (requestCount() < request && !signal.aborted) await new Promise(setImmediate);
    held.pop()?.();
  };
  const first = Array.from({ length: 50 }, () => ask());
  const waiting = [ask(), ask()];
  await answer(50);
  await Promise.race(first);
  waiting.push(ask());
  for (const request of [51, 52, 53]) await answer(request);
  expect(await Promise.all(waiting)).toEqual(['51', '52', '53']);
  for (const answerNow of held) answerNow();
  await Promise.all(first);
  expect(server.connectionCount).toBe(50);
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

test('a connection carries no other request while its last one is not sent: the server may read no further', async () => {
  const sockets: Socket[] = [];
  const server = await startTcpServer((socket) => {
    sockets.push(socket);
    socket.once('data', () => {
      socket.write(ok(sockets.length));
      socket.pause();
    });
  });
  const client = new KeepAliveClient(new URL(server.url));
  const signal = AbortSignal.timeout(PATIENT_MS);
  const ask = async (body: string) => (await client.post('/', {}, body, signal)).body.toString();
  expect(await ask('a'.repeat(16_000_000))).toBe('1');
  expect([await ask(''), sockets.length]).toEqual(['2', 2]);
  // The client has closed the first one: the server notices it when it reads on.
  sockets[0]?.resume();
  await once(sockets[0] as Socket, 'close', { signal });
});

/** Two connections, by their ports: the second one was used last. */
async function startTwo() {
  const { server, ask } = await startServer((socket, request) => {
    setTimeout(() => socket.write(ok(socket.remotePort)), request === 1 ? 5 : 25);
  });
  const answered: string[] = [];
  const askAndNote = async () => void answered.push(await ask());
  await Promise.all([askAndNote(), askAndNote()]);
  const [first, second] = answered;
  return { server, ask, first, second };
}

test('the next request goes over the connection that was used last', async () => {
  const { server, ask, first, second } = await startTwo();
  expect(first).not.toBe(second);
  expect([await ask(), await ask(), server.connectionCount]).toEqual([second, second, 2]);
});

test('a connection that closes leaves the others open', async () => {
  const { server, ask, first, second } = await startTwo();
  const [closing] = [...server.connections].filter(({ remotePort }) => String(remotePort) === second);
  closing?.end();
  await once(closing as Socket, 'close');
  expect([await ask(), await ask(), server.connectionCount]).toEqual([first, first, 2]);
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
