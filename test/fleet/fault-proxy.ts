import {
  Agent,
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as sendRequest,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';

/** The faults on the way of a reply. */
export const PROXY_FAULTS = [
  /** It comes `latencyMs` later. */
  'latency',
  /** It never comes; the connection stays open. */
  'hang',
  /** The connection is reset instead. */
  'reset',
  /** It comes one byte each 400 ms: DynamoDB's shortest has two. */
  'trickle',
  /** Half of it, then the connection is destroyed. */
  'cut',
  /** Its Content-Length is half of it. */
  'wrong-length',
  /** A page of HTML instead, with status 200. */
  'html',
  /** A reply of v2 about another customer instead. */
  'another-customer',
  /** 64 MB of JSON instead, 64 KB on the wire. */
  'gzip-bomb',
  /** 302 to another host name instead. */
  'redirect',
] as const;
export type ProxyFault = (typeof PROXY_FAULTS)[number];

/** Stands before an HTTP server, passes everything on, and makes faults. */
export interface FaultProxy {
  readonly url: string;
  /** The fault of every reply from now on. Undefined: none. */
  fault: ProxyFault | undefined;
  /** For `latency`. Milliseconds. */
  latencyMs: number;
  /** How many requests came since the last `clear`. */
  readonly count: number;
  clear(): void;
  /** Resolves when the next request has come in. */
  nextRequest(): Promise<void>;
  close(): Promise<void>;
}

interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const HOST = '127.0.0.1';
const TRICKLE_MS = 400;
const BOMB = gzipSync(Buffer.concat([Buffer.from('{"id":1,"a":"'), Buffer.alloc(64_000_000, 'a'), Buffer.from('"}')]));

export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true });
  let count = 0;
  let waiting: (() => void)[] = [];

  const server = createServer(async (request, response) => {
    response.on('error', () => undefined);
    count += 1;
    for (const wake of waiting.splice(0)) wake();
    const { fault } = proxy;
    try {
      const body = await readAll(request);
      if (fault === 'hang') return;
      if (fault === 'reset') return void request.socket.resetAndDestroy();
      const reply = await handOn(`${target}${request.url}`, request, body, agent);
      if (fault === 'latency') await sleep(proxy.latencyMs);
      await deliver(response, reply, fault);
    } catch {
      // Either side is gone.
      response.destroy();
    }
  });
  server.keepAliveTimeout = 0;
  await new Promise<void>((listening) => server.listen(0, HOST, listening));

  const proxy: FaultProxy = {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    fault: undefined,
    latencyMs: 0,
    get count() {
      return count;
    },
    clear: () => {
      count = 0;
    },
    nextRequest: () =>
      new Promise((resolve) => {
        waiting = [...waiting, resolve];
      }),
    close: () =>
      new Promise((closed) => {
        agent.destroy();
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return proxy;
}

function handOn(url: string, request: IncomingMessage, body: Buffer, agent: Agent): Promise<Reply> {
  const { method, headers } = request;
  return new Promise((resolve, reject) => {
    const forwarded = sendRequest(url, { method, headers, agent }, (reply) => {
      readAll(reply).then(
        (bytes) => resolve({ status: reply.statusCode ?? 502, headers: reply.headers, body: bytes }),
        reject,
      );
    });
    forwarded.on('error', (error) => {
      // If a kept-alive connection was closed meanwhile, this is not a fault that a test requested.
      if (forwarded.reusedSocket) handOn(url, request, body, agent).then(resolve, reject);
      else reject(error);
    });
    forwarded.end(body);
  });
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function deliver(response: ServerResponse, reply: Reply, fault: ProxyFault | undefined): Promise<void> {
  const { connection: _, 'transfer-encoding': __, ...headers } = reply.headers;
  const { body } = reply;
  const half = Math.floor(body.length / 2);
  switch (fault) {
    case 'trickle':
      response.writeHead(reply.status, { ...headers, 'content-length': body.length });
      for (const byte of body) {
        if (response.destroyed) return;
        response.write(Uint8Array.of(byte));
        await sleep(TRICKLE_MS);
      }
      response.end();
      return;
    case 'cut':
      response.writeHead(reply.status, { ...headers, 'content-length': body.length });
      response.write(body.subarray(0, half), () => response.destroy());
      return;
    case 'wrong-length':
      // Written past Node's own check of lengths.
      response.writeHead(reply.status, { ...headers, 'content-length': half });
      response.flushHeaders();
      response.socket?.end(body);
      return;
    case 'html':
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end('<!doctype html><title>Please wait</title><p>A proxy in front of what you wanted.');
      return;
    case 'another-customer':
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end('{"id":7100000099,"profiles":[{"identifiers":[{"type":"externalId","value":"ANOTHER"}]}]}');
      return;
    case 'gzip-bomb':
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' });
      response.end(BOMB);
      return;
    case 'redirect':
      response.writeHead(302, { location: 'http://localhost:9/elsewhere' });
      response.end();
      return;
    default:
      response.writeHead(reply.status, { ...headers, 'content-length': body.length });
      response.end(body);
  }
}
