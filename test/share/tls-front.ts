import { type AddressInfo, connect, type Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Certificate } from './certificate.ts';

/** TLS in front of an HTTP server on this machine: what is deployed speaks HTTPS to everything, and that costs CPU. */
export interface TlsFront {
  /** `https://localhost:<port>` */
  readonly url: string;
  close(): Promise<void>;
}

/** @param target `http://127.0.0.1:<port>` */
export async function startTlsFront(target: string, { key, cert }: Certificate): Promise<TlsFront> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const track = (socket: Socket): void => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  };
  const server = createServer({ key, cert, ALPNProtocols: ['http/1.1'] }, (outer) => {
    const inner = connect(Number(port), hostname);
    inner.setNoDelay(true);
    outer.setNoDelay(true);
    for (const [socket, other] of [
      [outer, inner],
      [inner, outer],
    ] as const) {
      track(socket);
      socket.on('error', () => other.destroy());
      socket.on('close', () => other.destroy());
      socket.pipe(other);
    }
  });
  // A client that is killed in its handshake is no matter of this server's.
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `https://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
