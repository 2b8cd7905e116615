import { Agent, createServer, type IncomingHttpHeaders, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in front of a DynamoDB on this machine, hands everything on as it is, and counts the requests. */
export interface CountingProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Since the start. Requests about the table itself do not count. */
  readonly requestCount: number;
  close(): Promise<void>;
}

/** @param target `http://127.0.0.1:<port>` */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  let requestCount = 0;
  const server = createServer((request, response) => {
    const { method, url: path, headers } = request;
    if (!isAboutTable(headers)) requestCount += 1;
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

/**
 * Whether a request is about the table and not about items. `npm start` looks for its table, and does it again after a second
 * if the machine is so busy that the store does not answer in time.
 */
export function isAboutTable({ 'x-amz-target': target }: IncomingHttpHeaders): boolean {
  return /\.(DescribeTable|CreateTable)$/.test(String(target));
}
