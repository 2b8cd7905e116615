import * as http from 'node:http';
import * as https from 'node:https';
import { isQuiet, sendOnQuiet, watchIdleConnections } from '../idle-connection.ts';
import { closeIdleConnections, isDeadConnection } from '../reused-connection.ts';
import { type HttpReply, type HttpRequest, InvalidReplyError, type UpstreamHttp } from './http-exchange.ts';

/** The default headers of each request. The codings are those that `capped-body.ts` can undo. */
const HEADERS = { accept: 'application/json', 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'lookaside' };

/** The statuses of replies without content (RFC 9110 §15.3.5, §15.3.6, §15.4.5). */
const STATUSES_WITHOUT_BODY = [204, 205, 304];

/**
 * Makes a client over Node's own HTTP client, with kept-alive connections of its own. It has no class of the Fetch
 * Standard: any use of such a class loads undici. That takes 50 ms of CPU, and a cold instance has 0.29 of a CPU at 512
 * MB.
 *
 * - It skips every informational reply, such as `100 Continue` and `103 Early Hints`. `fetch` fails at `100 Continue`.
 * - If a kept-alive connection breaks before any byte of the reply, it sends the request once more on a new connection
 *   (contract §3). The upstream, or a NAT gateway in between, drops idle connections. An instance that was frozen
 *   notices that only with its next request.
 * - It never follows a redirect: the next host would see the token.
 * - It leaves the body in its Content-Encoding, so the reader can distinguish a wrong coding from a broken connection.
 *
 * @param now milliseconds since some moment, never set back. Default: the process's own clock
 */
export function createUpstreamHttp(now?: () => number): UpstreamHttp {
  const clients: Readonly<Record<string, Client>> = {
    'http:': { request: http.request, agent: new http.Agent({ keepAlive: true }) },
    'https:': { request: https.request, agent: new https.Agent({ keepAlive: true }) },
  };
  for (const { agent } of Object.values(clients)) watchIdleConnections(agent, now);
  return async (request) => {
    const url = new URL(request.url);
    const client = clients[url.protocol];
    if (client === undefined) throw new TypeError(`The protocol ${url.protocol} is not HTTP.`);
    return toReply(await send(client, url, request));
  };
}

interface Client {
  readonly request: typeof http.request;
  readonly agent: http.Agent;
}

/** Sends a request, and once more if its kept-alive connection is dead. */
function send(client: Client, url: URL, request: HttpRequest): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    sendOnce(client, url, request, resolve, (error, isConnectionDead) => {
      if (!isConnectionDead) return reject(error);
      // All of this happens in one turn of the event loop. So no idle connection is left, and none can come back before
      // the request has its own connection.
      closeIdleConnections(client.agent);
      sendOnce(client, url, request, resolve, reject);
    });
  });
}

function sendOnce(
  { request: open, agent }: Client,
  url: URL,
  { method, headers, body, signal }: HttpRequest,
  onReply: (reply: http.IncomingMessage) => void,
  onError: (error: Error, isConnectionDead: boolean) => void,
): void {
  const sent = open(url, { method, headers: { ...HEADERS, ...headers }, agent, ...(signal && { signal }) });
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
    if (signal?.aborted && sent.reusedSocket && reply === undefined) closeIdleConnections(agent);
    const failure = isNoHttp(error)
      ? new InvalidReplyError('The reply is not in the form of HTTP.', { cause: error })
      : error;
    // Otherwise the body's reader would take a reply that is not HTTP for a broken connection. It would also take a
    // body without a length for a whole one if the connection breaks or the request is aborted: such a body ends with
    // its connection. Bytes after a whole reply do not damage that reply.
    if (reply?.complete === false) reply.destroy(failure);
    onError(failure, isDeadConnection(sent, failure) && isQuiet(sent.socket));
  });
  const sending = sendOnQuiet(sent, body, () => onError(new Error('The idle connection is unusable.'), true));
}

/**
 * Whether the upstream sent a reply that Node's parser cannot read, or one with headers that are too large. The
 * connection worked, so this counts for the requested customer only. A connection that ends in the middle of a reply is
 * a broken one.
 */
function isNoHttp({ code = '' }: NodeJS.ErrnoException): boolean {
  return code.startsWith('HPE_') && code !== 'HPE_INVALID_EOF_STATE';
}

function toReply(reply: http.IncomingMessage): HttpReply {
  const { statusCode: status = 0, headersDistinct } = reply;
  if (status < 200 || status > 599) {
    reply.destroy();
    throw new InvalidReplyError(`The reply has status ${status}; allowed are 200 to 599.`);
  }
  const hasBody = !STATUSES_WITHOUT_BODY.includes(status);
  if (!hasBody) reply.resume();
  return { status, header: (name) => headersDistinct[name]?.join(', '), body: hasBody ? reply : emptyBody() };
}

async function* emptyBody(): AsyncGenerator<never> {}
