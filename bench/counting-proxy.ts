import { Agent, createServer, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in front of an HTTP server on this machine, hands everything on as it is, and counts the requests. */
export interface CountingProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Since the start. */
  readonly requestCount: number;
  close(): Promise<void>;
}

/** @param target `http://127.0.0.1:<port>` */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  let requestCount = 0;
  const server = createServer((request, response) => {
    requestCount += 1;
    const { method, url: path, headers } = request;
    const onward = send({ agent, hostname, port, method, path, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  });
  await new Promise<void>((listening, failed) => {
    server.once('error', failed);
    server.listen(0, '127.0.0.1', listening);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get requestCount() {
      return requestCount;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}
