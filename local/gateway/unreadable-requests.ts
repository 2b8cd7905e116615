import { randomUUID } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { gatewayAnswer } from './gateway-answer.ts';
import { LINGER_MS } from './wire.ts';

/** The forms of `Host` (RFC 9110 §7.2): a name, an address or nothing, and maybe a port. */
const HOST = /^(?:[\w.~!$&'()*+,;=%-]*|\[[\da-f:.]+\])(?::\d*)?$/i;

/**
 * Whether HTTP asks for a refusal although Node accepts the request: its `Host` is missing, invalid or given twice (RFC
 * 9112 §3.2), or its body has a transfer coding that Node does not undo (§6.1).
 */
export function isUnreadable({ httpVersion, headers, headersDistinct }: IncomingMessage): boolean {
  const hosts = headersDistinct.host ?? [];
  const lacksHost = hosts.length === 0 && httpVersion === '1.1';
  const coding = headers['transfer-encoding'];
  const hasOtherCoding = coding !== undefined && coding.toLowerCase() !== 'chunked';
  return lacksHost || hosts.length > 1 || hosts.some((host) => !HOST.test(host)) || hasOtherCoding;
}

/** A request, and its answer. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Fulfilled when the answer has gone out, or the connection is closed. */
  readonly ended: Promise<void>;
}

/**
 * Answers bytes that are not HTTP, and the method CONNECT: they reach no function. Node itself does not answer CONNECT.
 *
 * @param allowsOrigins whether pages of other origins may read the answer
 */
export function answerUnreadable(server: Server, allowsOrigins: boolean): void {
  const exchanges = new WeakMap<Duplex, Set<Exchange>>();
  const refused = new WeakSet<Duplex>();

  const remember = (request: IncomingMessage, response: ServerResponse): void => {
    const ofConnection = exchanges.get(request.socket) ?? new Set();
    exchanges.set(request.socket, ofConnection);
    const ended = new Promise<void>((resolve) => response.once('close', resolve));
    const exchange = { request, response, ended };
    ofConnection.add(exchange);
    void ended.then(() => ofConnection.delete(exchange));
  };
  const refuse = async (socket: Duplex): Promise<void> => {
    refused.add(socket);
    const all = [...(exchanges.get(socket) ?? [])];
    // Answers go out in the order of their requests (RFC 9112 §9.3.2).
    await Promise.all(all.filter(({ request }) => request.complete).map(({ ended }) => ended));
    if (!socket.writable) return;
    const isAnswered = all.some(({ request, response }) => !request.complete && response.headersSent);
    socket.end(isAnswered ? undefined : unreadable(allowsOrigins));
    // A client that is still sending would get a reset in place of the answer if the connection closed now.
    const timer = setTimeout(() => socket.destroy(), LINGER_MS);
    socket.once('close', () => clearTimeout(timer));
  };

  server.on('request', remember).on('checkExpectation', remember);
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (refused.has(socket)) return;
    if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
    else void refuse(socket);
  });
  server.on('connect', (_, socket) => {
    socket.on('error', () => socket.destroy()).resume();
    void refuse(socket);
  });
}

/** The answer to bytes that are not a request, in wire format. */
function unreadable(allowsOrigins: boolean): string {
  const requestId = randomUUID();
  const { status, headers, body } = gatewayAnswer('invalid_parameter', requestId, allowsOrigins);
  const lines = Object.entries({
    'x-amzn-RequestId': requestId,
    ...headers,
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  });
  return [`HTTP/1.1 ${status} Bad Request`, ...lines.map(([name, value]) => `${name}: ${value}`), '', body].join(
    '\r\n',
  );
}
