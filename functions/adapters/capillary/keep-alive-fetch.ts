import * as http from 'node:http';
import * as https from 'node:https';
import { Readable } from 'node:stream';
import { isQuiet, sendOnQuiet, watchIdleConnections } from '../idle-connection.ts';
import { closeIdleConnections, isDeadConnection } from '../reused-connection.ts';

/** The part of `fetch` that this file has: a request goes out, a reply comes back. */
export type Fetch = (input: Request | URL | string, init?: RequestInit) => Promise<Response>;

/** The reply is not HTTP, or a `Response` cannot hold it, for example because its status is 600. */
export class InvalidReplyError extends Error {
  override readonly name = 'InvalidReplyError';
}

/** The codings that `capped-body.ts` can undo. */
const ACCEPTED_CODINGS = 'gzip, deflate, br';

/**
 * The statuses of replies without a body: a `Response` with such a status takes no body (Fetch Standard, "null body
 * status").
 */
const STATUSES_WITHOUT_BODY = [204, 205, 304];

/**
 * Makes a `fetch` over Node's own HTTP client, with kept-alive connections of its own.
 *
 * The global `fetch` loses some answers of the upstream. This one differs from it:
 * - It skips every informational reply. The global one takes `100 Continue` and `103 Early Hints` for a broken connection.
 * - If a kept-alive connection breaks before any byte of the reply, it sends the request once more on a new connection
 *   (contract §3). The global one does not say whether it reused a connection. The upstream, or a NAT gateway in
 *   between, drops idle connections. An instance that was frozen notices that only with its next request.
 * - It never follows a redirect, even if the request asks for it: the next host would see the token.
 * - It leaves the body in its Content-Encoding, so the reader can distinguish a wrong coding from a broken connection.
 *
 * It throws if there is no reply, or if the request's signal is aborted before the reply begins.
 */
export function createKeepAliveFetch(): Fetch {
  const clients: Readonly<Record<string, Client>> = {
    'http:': { request: http.request, agent: new http.Agent({ keepAlive: true }) },
    'https:': { request: https.request, agent: new https.Agent({ keepAlive: true }) },
  };
  for (const { agent } of Object.values(clients)) watchIdleConnections(agent);
  return async (input, init) => {
    const request = input instanceof Request ? input : new Request(input, init);
    const url = new URL(request.url);
    const client = clients[url.protocol];
    if (client === undefined) throw new TypeError(`The protocol ${url.protocol} is not HTTP.`);
    const body = request.body === null ? undefined : Buffer.from(await request.arrayBuffer());
    return toResponse(await send(client, { url, request, body }));
  };
}

interface Client {
  readonly request: typeof http.request;
  readonly agent: http.Agent;
}

interface Outgoing {
  readonly url: URL;
  readonly request: Request;
  readonly body: Buffer | undefined;
}

/** Sends a request, and once more if its kept-alive connection is dead. */
function send(client: Client, outgoing: Outgoing): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    sendOnce(client, outgoing, resolve, (error, isConnectionDead) => {
      if (!isConnectionDead) return reject(error);
      // All of this happens in one turn of the event loop. So no idle connection is left, and none can come back before
      // the request has its own connection.
      closeIdleConnections(client.agent);
      sendOnce(client, outgoing, resolve, reject);
    });
  });
}

function sendOnce(
  { request: open, agent }: Client,
  { url, request, body }: Outgoing,
  onReply: (reply: http.IncomingMessage) => void,
  onError: (error: Error, isConnectionDead: boolean) => void,
): void {
  const headers = { ...Object.fromEntries(request.headers), 'accept-encoding': ACCEPTED_CODINGS };
  const sent = open(url, { method: request.method, headers, agent, signal: request.signal });
  let reply: http.IncomingMessage | undefined;
  sent.on('response', (begun) => {
    if (!sending.isSent) return;
    reply = begun;
    onReply(begun);
  });
  // Without a listener Node drops the connection silently, and the request would never end.
  sent.on('upgrade', (_reply, socket) => {
    socket.destroy();
    if (sending.isSent)
      onError(new InvalidReplyError('The reply switches to another protocol; allowed is HTTP.'), false);
  });
  // It is not `once`: if a connection breaks in the middle of the reply, the error comes here too, after the reply's
  // own error.
  sent.on('error', (error) => {
    if (!sending.isSent) return;
    if (request.signal.aborted && sent.reusedSocket && reply === undefined) closeIdleConnections(agent);
    if (!isNoHttp(error)) return onError(error, isDeadConnection(sent, error) && isQuiet(sent.socket));
    const invalid = new InvalidReplyError('The reply is not in the form of HTTP.', { cause: error });
    // Otherwise the body's reader would take this for a broken connection. Bytes after a whole reply do not damage that
    // reply.
    if (reply?.complete === false) reply.destroy(invalid);
    onError(invalid, false);
  });
  const sending = sendOnQuiet(sent, body, () => onError(new Error('The idle connection is unusable.'), true));
}

/**
 * Whether the upstream sent a reply that Node's parser cannot read, or whose headers are too large. The connection
 * worked, so this counts for the requested customer only. A connection that ends in the middle of a reply is a broken
 * one.
 */
function isNoHttp({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE';
}

function toResponse(reply: http.IncomingMessage): Response {
  const { statusCode: status = 0, headersDistinct } = reply;
  if (status < 200 || status > 599) {
    reply.destroy();
    throw new InvalidReplyError(`The reply has status ${status}; allowed are 200 to 599.`);
  }
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value);
  }
  if (STATUSES_WITHOUT_BODY.includes(status)) {
    reply.resume();
    return new Response(null, { status, headers });
  }
  return new Response(Readable.toWeb(reply) as ReadableStream, { status, headers });
}
