import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** A reply, ready for the wire, except for the headers that HTTP itself needs. */
export interface WireReply {
  readonly status: number;
  /** Several values: one line each. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
}

/** The request's body is longer than allowed. */
export class BodyTooLargeError extends Error {
  override readonly name = 'BodyTooLargeError';
}

/** How long the gateway goes on reading from a client that is still sending after its answer. Milliseconds. */
export const LINGER_MS = 1000;

/**
 * Reads a request's body.
 *
 * @throws {BodyTooLargeError} as soon as the body is longer than `maxBytes`; no more of it is kept
 */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw new BodyTooLargeError();
  const chunks: Buffer[] = [];
  let length = 0;
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        request.removeAllListeners('data').pause();
        chunks.length = 0;
        reject(new BodyTooLargeError());
      } else chunks.push(chunk);
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    request.once('error', reject);
  });
}

/**
 * Writes a reply: with Content-Length, and without a body if HTTP allows none (RFC 9110 §6.4.1). The reply to HEAD has
 * the length of GET's body: that of the reply's body, or the one in the reply's header. If the gateway compresses GET's
 * reply, the reply to HEAD has no length.
 */
export async function writeReply(response: ServerResponse, { status, headers, body }: WireReply): Promise<void> {
  if (response.destroyed) return;
  const { req: request } = response;
  const hasNoContent = status === 204 || status === 304;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const isHead = request.method === 'HEAD';
  if (hasNoContent) response.removeHeader('content-type');
  else if (
    !isHead ||
    body.length > 0 ||
    !(response.hasHeader('content-length') || response.hasHeader('content-encoding'))
  )
    response.setHeader('content-length', Buffer.byteLength(body));
  const sent = hasNoContent || isHead ? '' : body;
  if (request.complete || !hasBody(request)) {
    response.writeHead(status).end(sent);
    return;
  }
  // The client is still sending: closing now would reset the connection, and the client might never read the reply.
  response.setHeader('connection', 'close');
  response.writeHead(status).write(sent);
  const rest = new AbortController();
  request.once('end', () => rest.abort());
  request.once('close', () => rest.abort());
  request.resume();
  await sleep(LINGER_MS, undefined, { signal: rest.signal }).catch(() => undefined);
  response.end();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}
