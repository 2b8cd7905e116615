import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Certificate } from '../../bench/hit/certificate.ts';

/**
 * Stands in front of an HTTP server on this machine. It speaks TLS, like everything that a deployed function calls, and
 * measures how long the replies take.
 */
export interface Front {
  /** `https://localhost:<port>`, or `http://localhost:<port>` without a certificate. */
  readonly url: string;
  /** How long the slowest reply since the last call took to begin, measured outside the instances. Milliseconds. */
  takeSlowestReplyMs(): number;
  close(): Promise<void>;
}

/**
 * @param target `http://127.0.0.1:<port>`
 * @param certificate undefined: it speaks plain HTTP
 */
export async function startFront(target: string, certificate: Certificate | undefined): Promise<Front> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let slowestReplyMs = 0;

  const serve = (outer: Socket): void => {
    const inner = connect(Number(port), hostname);
    // One request at a time is in progress on a connection of HTTP/1.1.
    let askedAt: number | undefined;
    outer.on('data', () => {
      askedAt ??= performance.now();
    });
    inner.on('data', () => {
      if (askedAt !== undefined) slowestReplyMs = Math.max(slowestReplyMs, performance.now() - askedAt);
      askedAt = undefined;
    });
    for (const [socket, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
  };
  const server =
    certificate === undefined
      ? createTcpServer(serve)
      : createTlsServer({ key: certificate.key, cert: certificate.cert, ALPNProtocols: ['http/1.1'] }, serve);
  // An instance may be killed in its handshake.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://localhost:${(server.address() as AddressInfo).port}`,
    takeSlowestReplyMs: () => {
      const taken = slowestReplyMs;
      slowestReplyMs = 0;
      return taken;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
