import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Certificate } from './certificate.ts';

/** A server with prepared answers. */
export interface CannedServer {
  /** Without a slash at its end. */
  readonly url: string;
  /** Stops at once, with all its connections. */
  close(): Promise<void>;
}

/**
 * Starts a server on 127.0.0.1 that never closes an idle connection.
 *
 * @param certificate undefined: it speaks plain HTTP
 */
export async function startCannedServer(
  certificate: Certificate | undefined,
  serve: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<CannedServer> {
  const server = certificate === undefined ? createHttpServer(serve) : createHttpsServer({ ...certificate }, serve);
  server.keepAliveTimeout = 0;
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `${certificate === undefined ? 'http' : 'https'}://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
