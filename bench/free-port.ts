import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';

/** A free port of 127.0.0.1, for a program that cannot report its own port. Another program may take it first. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
