import type { Socket } from 'node:net';
import { KeepAliveClient } from '../../../../functions/adapters/aws/keep-alive-client.ts';
import { startTcpServer } from '../../../support/loopback-server.ts';

/** The limit for what must happen at once. Milliseconds. */
export const PATIENT_MS = 20_000;

/**
 * A server that does this with each request, by its number from 1 on, and its client. A request has no body here, and
 * ends after `PATIENT_MS` at the latest.
 */
export async function startServer(answer: (socket: Socket, request: number) => void) {
  let count = 0;
  const server = await startTcpServer((socket) => {
    socket.setNoDelay(true);
    socket.on('data', () => {
      count += 1;
      answer(socket, count);
    });
  });
  const client = new KeepAliveClient(new URL(server.url));
  const ask = async (signal = AbortSignal.timeout(PATIENT_MS)) =>
    (await client.post('/', {}, '', signal)).body.toString();
  return { server, ask, requestCount: () => count };
}

/** A reply with this body, and with this header in front of the others. */
export const ok = (body: unknown, header = '') => {
  const text = String(body);
  return `HTTP/1.1 200 OK\r\n${header}content-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
};
