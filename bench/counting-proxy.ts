import { Agent, createServer, type IncomingHttpHeaders, request as send } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** Stands in front of a DynamoDB on this machine, passes everything on unchanged, and counts the requests. */
export interface CountingProxy {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Since the start. Requests about the table, and those that are made now and then, do not count. */
  readonly requestCount: number;
  close(): Promise<void>;
}

/** @param target `http://127.0.0.1:<port>` */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  let requestCount = 0;
  const server = createServer(async (request, response) => {
    const { method, url: path, headers } = request;
    const body = await buffer(request);
    if (!isAboutTable(headers) && !isNowAndThen(headers, body.toString())) requestCount += 1;
    const onward = send({ agent, hostname, port, method, path, headers }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
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

/**
 * The partitions that an instance reads now and then: to see whether the store answers, and whether the upstream
 * pauses.
 */
const NOW_AND_THEN: readonly unknown[] = ['probe', 'upstream'];

/**
 * Whether an instance reads this now and then, and not for each look-up. On a busy machine look-ups take longer, so
 * there are more of these reads for each look-up.
 */
export function isNowAndThen({ 'x-amz-target': target }: IncomingHttpHeaders, body: string): boolean {
  return /\.GetItem$/.test(String(target)) && NOW_AND_THEN.includes(JSON.parse(body).Key?.pk?.S);
}
