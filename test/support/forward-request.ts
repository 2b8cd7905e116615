import type { ServerResponse } from 'node:http';
import type { SeenRequest } from './loopback-server.ts';

/** Sends a request on to another server, and its answer back. If the server is gone, the connection breaks. */
export async function forwardRequest(target: string, request: SeenRequest, response: ServerResponse): Promise<void> {
  let reply: Response;
  let body: Buffer;
  try {
    reply = await sendOn(target, request);
    body = Buffer.from(await reply.arrayBuffer());
  } catch {
    response.destroy();
    return;
  }
  response.writeHead(reply.status, {
    'content-type': reply.headers.get('content-type') ?? '',
    'x-amzn-requestid': reply.headers.get('x-amzn-requestid') ?? '',
    'content-length': body.length,
  });
  response.end(body);
}

/** Sends a request on to another server. */
export async function sendOn(target: string, request: SeenRequest): Promise<Response> {
  const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers;
  return fetch(`${target}${request.url}`, {
    method: request.method,
    headers: headers as Record<string, string>,
    body: request.body === '' ? null : request.body,
  });
}
