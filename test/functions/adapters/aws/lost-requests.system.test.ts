import { getEventListeners } from 'node:events';
import type { Socket } from 'node:net';
import { expect, test } from '@jest/globals';
import { ok, startServer } from './answering-server.ts';

/* Requests that get no reply: what happens to them, and to the other connections. */

/** Opens so many connections. Afterwards they are idle. The server must answer late enough for that. */
const openIdle = (count: number, ask: () => Promise<string>) => Promise.all(Array.from({ length: count }, () => ask()));

const late = (answer: () => void) => void setTimeout(answer, 20);

test('if an idle connection is dead, the request goes over a new one, and the other idle ones are closed', async () => {
  const used = new WeakSet<Socket>();
  const { server, ask, requestCount } = await startServer((socket, request) => {
    if (used.has(socket)) return void socket.resetAndDestroy();
    used.add(socket);
    late(() => socket.write(ok(request)));
  });
  await openIdle(3, ask);
  expect([await ask(), requestCount(), server.connectionCount]).toEqual(['5', 5, 4]);
});

test('a request is sent twice at most, even if the second time is on a kept-alive connection too', async () => {
  const held: (() => void)[] = [];
  const answerAll = () => {
    for (const answer of held.splice(0)) answer();
  };
  const { ask, requestCount } = await startServer((socket, request) => {
    const answer = () => socket.write(ok(request));
    // The first of the second fifty is lost. The one that waits gets its place, so the lost one has to wait too.
    if (request === 51 || request === 102) socket.resetAndDestroy();
    else if (request === 103) answer();
    else held.push(answer);
    if (request === 50 || request === 102) answerAll();
    // Now the lost one gets this connection, which has carried requests before.
    if (request === 101) held.shift()?.();
  });
  await openIdle(50, ask);
  const results = await Promise.allSettled(Array.from({ length: 51 }, () => ask()));
  const lost = results.filter(({ status }) => status === 'rejected');
  expect(lost).toEqual([{ status: 'rejected', reason: expect.objectContaining({ code: 'ECONNRESET' }) }]);
  expect(requestCount()).toBe(102);
});

test('requests that are given up together open no connections for each other', async () => {
  let isSilent = true;
  const { server, ask, requestCount } = await startServer((socket, request) => {
    if (!isSilent) socket.write(ok(request));
  });
  const deadlines = Array.from({ length: 60 }, () => new AbortController());
  const lost = deadlines.map(({ signal }) => ask(signal));
  while (requestCount() < 50) await new Promise(setImmediate);
  for (const deadline of deadlines) deadline.abort(new Error('given up'));
  for (const each of lost) await expect(each).rejects.toThrow('given up');
  isSilent = false;
  await ask();
  expect(server.connectionCount).toBe(51);
});

test('a request that is given up makes room for one other request', async () => {
  const { server, ask, requestCount } = await startServer((socket, request) => {
    if (request > 51) socket.write(ok(request));
  });
  const given = () => {
    const deadline = new AbortController();
    return { request: ask(deadline.signal).catch(() => 'given up'), end: () => deadline.abort() };
  };
  const silent = Array.from({ length: 50 }, given);
  while (requestCount() < 50) await new Promise(setImmediate);
  silent[0]?.end();
  const [next, waiting] = [given(), ask()];
  while (requestCount() < 51) await new Promise(setImmediate);
  expect(server.connectionCount).toBe(51);
  next.end();
  expect(await waiting).toBe('52');
  expect(server.connectionCount).toBe(52);
});

test('a request that is given up on a new, silent connection leaves the idle ones open', async () => {
  const sockets = new Set<Socket>();
  const { server, ask } = await startServer((socket, request) => {
    sockets.add(socket);
    if ([...sockets][0] === socket) socket.write(ok(request));
  });
  await ask();
  const givenUp = new AbortController();
  // The idle connection is in use for a moment, so another one is opened.
  const [second, lost] = [ask(), ask(givenUp.signal)];
  await second;
  while (sockets.size < 2) await new Promise(setImmediate);
  givenUp.abort(new Error('given up'));
  await expect(lost).rejects.toThrow('given up');
  await ask();
  expect(server.connectionCount).toBe(2);
});

test('a request that is given up after its reply began leaves the idle connections open', async () => {
  const { server, ask, requestCount } = await startServer((socket, request) => {
    if (request === 3) socket.write('HTTP/1.1 200 OK\r\n');
    else late(() => socket.write(ok(request)));
  });
  await openIdle(2, ask);
  const givenUp = new AbortController();
  const lost = ask(givenUp.signal);
  while (requestCount() < 3) await new Promise(setImmediate);
  // When this one has its reply, the client has read the beginning of the other one.
  await ask();
  givenUp.abort(new Error('given up'));
  await expect(lost).rejects.toThrow('given up');
  await ask();
  expect(server.connectionCount).toBe(2);
});

test.each<[string, (socket: Socket, request: number) => void]>([
  ['it got its reply', (socket, request) => void socket.write(ok(request))],
  ['its connection ended', (socket, request) => void (request === 1 ? socket.write(ok(1)) : socket.end('H'))],
  ['it was sent twice', (socket, request) => void (request === 2 ? socket.end() : socket.write(ok(request)))],
])('a signal keeps nothing of a request after %s', async (_title, answer) => {
  const { ask } = await startServer(answer);
  await ask();
  const { signal } = new AbortController();
  await ask(signal).catch(() => {});
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
