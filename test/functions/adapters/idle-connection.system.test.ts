import { once } from 'node:events';
import type { Socket } from 'node:net';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { describe, expect, test } from '@jest/globals';
import { KeepAliveClient } from '../../../functions/adapters/aws/keep-alive-client.ts';
import type { UpstreamHttp } from '../../../functions/adapters/capillary/http-exchange.ts';
import { createUpstreamHttp } from '../../../functions/adapters/capillary/upstream-http.ts';
import { MAX_IDLE_MS } from '../../../functions/adapters/idle-connection.ts';
import { reconnectOnce } from '../../../functions/adapters/reused-connection.ts';
import { startTcpServer } from '../../support/loopback-server.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/** Asks a server, and returns the body of the reply. */
type Ask = (signal?: AbortSignal) => Promise<string>;

const NEVER = new AbortController().signal;

const askByAws =
  (client: KeepAliveClient): Ask =>
  async (signal = NEVER) =>
    (await client.post('/', {}, '', signal)).body.toString();

const askByHttp =
  (http: UpstreamHttp, url: string): Ask =>
  async (signal = NEVER) => {
    const { body } = await http({ method: 'POST', url, headers: {}, signal });
    return Buffer.concat(await Array.fromAsync(body)).toString();
  };

const CLIENTS: Readonly<Record<string, (url: string) => Ask>> = {
  'of our own requests to AWS': (url) => askByAws(new KeepAliveClient(new URL(url))),
  'of the upstream': (url) => askByHttp(createUpstreamHttp(), url),
  'of the AWS SDK': (endpoint) => {
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    const client = new LambdaClient({ endpoint, region: 'local', maxAttempts: 1, credentials });
    reconnectOnce(client);
    return async (abortSignal = NEVER) => {
      const { Payload } = await client.send(new InvokeCommand({ FunctionName: 'f' }), { abortSignal });
      return Payload?.transformToString() ?? '';
    };
  },
};

function reply(status: string, body: string): string {
  return `HTTP/1.1 ${status}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
}

/** A server that answers each request with its number, from 1 on. */
async function startCountingServer() {
  let requestCount = 0;
  const sockets: Socket[] = [];
  const server = await startTcpServer((socket) => {
    socket.setNoDelay(true);
    sockets.push(socket);
    let unread = '';
    socket.on('data', (bytes) => {
      unread += bytes;
      // The requests of this test have no body that ends so.
      while (unread.includes('\r\n\r\n')) {
        unread = unread.slice(unread.indexOf('\r\n\r\n') + 4);
        requestCount += 1;
        socket.write(reply('200 OK', String(requestCount)));
      }
    });
  });
  return { server, sockets, requestCount: () => requestCount };
}

/**
 * What the server did with an idle connection while the instance was frozen: the instance has not seen it when it sends
 * its next request.
 */
const WHILE_FROZEN: readonly (readonly [title: string, act: (socket: Socket) => void, connections: number])[] = [
  ['nothing', () => undefined, 1],
  ['sent a reply that nobody asked for', (socket) => void socket.write(reply('200 OK', 'another customer')), 2],
  ['sent the beginning of such a reply', (socket) => void socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n'), 2],
  ['sent the end of a longer body', (socket) => void socket.write('"}'), 2],
  ['said that it waited too long', (socket) => void socket.end(reply('408 Request Timeout', '')), 2],
  ['closed it', (socket) => void socket.end(), 2],
  ['reset it', (socket) => void socket.resetAndDestroy(), 2],
];

describe.each(Object.entries(CLIENTS))('a client %s, on whose idle connection the server', (_of, clientOf) => {
  test.each(WHILE_FROZEN)(
    '%s: gets the reply to its own next request, which it sends once',
    async (_did, act, count) => {
      const { server, sockets, requestCount } = await startCountingServer();
      const ask = clientOf(server.url);
      expect(await ask()).toBe('1');
      // The kernel has it at once. The client reads it in the next turn of the event loop, and asks before that.
      for (const socket of sockets) act(socket);
      expect([await ask(), await ask()]).toEqual(['2', '3']);
      expect([requestCount(), server.connectionCount]).toEqual([3, count]);
    },
  );
});

/** The clients that do not use the AWS SDK, with a clock that a test turns. */
const BY_CLOCK: Readonly<Record<string, (url: string, now: () => number) => Ask>> = {
  'of our own requests to AWS': (url, now) => askByAws(new KeepAliveClient(new URL(url), { now })),
  'of the upstream': (url, now) => askByHttp(createUpstreamHttp(now), url),
};

describe.each(Object.entries(BY_CLOCK))('a client %s whose connections a firewall forgot', (_of, clientOf) => {
  test.each([
    ['uses one again that was idle for as long as it may be', 0, 3],
    ['opens new ones if they were idle for longer, as in a frozen instance', 0.5, 6],
  ])('%s', async (_does, moreMs, connections) => {
    const { server, sockets, requestCount } = await startCountingServer();
    const clock = new ManualClock();
    const ask = clientOf(server.url, () => clock.monotonicNow());
    await Promise.all([ask(), ask(), ask()]);
    clock.advance(MAX_IDLE_MS + moreMs);
    await Promise.all([ask(), ask(), ask()]);
    expect([requestCount(), sockets.length]).toEqual([6, connections]);
  });
});

/** A server that hears nothing more on the connections that it has: a firewall forgot them while they were idle. */
async function startForgottenServer() {
  const forgotten = new Set<Socket>();
  const server = await startTcpServer((socket) => {
    socket.on('data', () => {
      if (!forgotten.has(socket)) socket.write(reply('200 OK', 'ok'));
    });
  });
  const forget = () => {
    for (const socket of server.connections) forgotten.add(socket);
  };
  return { server, forget };
}

describe.each(Object.entries(CLIENTS))('a client %s whose idle connections are all silent', (_of, clientOf) => {
  test('loses one request: after that it opens a new connection', async () => {
    const { server, forget } = await startForgottenServer();
    const ask = clientOf(server.url);
    await Promise.all([ask(), ask(), ask()]);
    forget();
    const givenUp = new AbortController();
    const lost = ask(givenUp.signal);
    const heard = Promise.race([...server.connections].map((socket) => once(socket, 'data')));
    await heard;
    givenUp.abort();
    await expect(lost).rejects.toThrow();
    expect(await ask()).toBe('ok');
    expect(server.connectionCount).toBe(4);
  });
});
