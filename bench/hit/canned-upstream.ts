import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An upstream that answers every look-up at once with a prepared reply. */
export interface CannedUpstream {
  /** For UPSTREAM_BASE_URL. */
  readonly url: string;
  close(): Promise<void>;
}

/** @param replyTo the reply to a look-up of v2, by its identifier's value */
export async function startCannedUpstream(replyTo: (value: string) => string): Promise<CannedUpstream> {
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? '/', 'http://localhost');
    response.setHeader('Content-Type', 'application/json');
    response.end(replyTo(searchParams.get('identifierValue') ?? ''));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
