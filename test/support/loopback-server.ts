import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { afterEach } from '@jest/globals';
import { freePort } from '../../bench/free-port.ts';

/** A server on 127.0.0.1. It is closed after the test with all its connections. */
export interface LoopbackServer {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  /** How many connections were opened to it. */
  readonly connectionCount: number;
  /** Those that are open. */
  readonly connections: ReadonlySet<Socket>;
  close(): Promise<void>;
}

/** A request as it came in. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query, letter for letter. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** An HTTP server that keeps its requests. */
export interface HttpServer extends LoopbackServer {
  /** Oldest first. */
  readonly requests: readonly SeenRequest[];
}

/** Answers a request, or does not. `index` counts the requests from 0. */
export type Respond = (response: ServerResponse, request: SeenRequest, index: number) => void | Promise<void>;

const running = new Set<LoopbackServer>();

afterEach(async () => {
  await Promise.all([...running].map((server) => server.close()));
});

/** Starts an HTTP server that answers with this function. */
export async function startHttpServer(respond: Respond): Promise<HttpServer> {
  const requests: SeenRequest[] = [];
  const server = createServer(async (request, response) => {
    // A client may send a request and leave: that is not a fault.
    request.on('error', () => {});
    response.on('error', () => {});
    const seen = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: await readText(request),
    };
    requests.push(seen);
    await respond(response, seen, requests.length - 1);
  });
  // No test is about half a second without requests.
  server.keepAliveTimeout = 0;
  return listen(server, requests);
}

/** Starts a TCP server that treats each connection with this function. */
export async function startTcpServer(accept: (socket: Socket) => void): Promise<LoopbackServer> {
  return listen(createTcpServer(accept));
}

/** The address of a port on which no server listens. */
export async function closedAddress(): Promise<string> {
  return `http://127.0.0.1:${await freePort()}`;
}

async function listen(server: Server, requests: readonly SeenRequest[] = []): Promise<HttpServer> {
  const connections = new Set<Socket>();
  let connectionCount = 0;
  server.on('connection', (socket) => {
    connectionCount += 1;
    connections.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => connections.delete(socket));
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  const started: HttpServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get connectionCount() {
      return connectionCount;
    },
    connections,
    requests,
    close: () =>
      new Promise((closed) => {
        running.delete(started);
        server.close(() => closed());
        for (const socket of connections) socket.destroy();
      }),
  };
  running.add(started);
  return started;
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch {
    // The client closed the connection.
  }
  return Buffer.concat(chunks).toString('utf8');
}
