import { Agent, request as sendRequest } from 'node:http';

/** A reply, or the fact that there was none. */
export interface Reply {
  /** 0: there was no reply. */
  readonly status: number;
  readonly cacheStatus: string;
  readonly age: number;
  readonly body: string;
  /** From the first byte sent to the last received. Milliseconds. */
  readonly tookMs: number;
}

const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });

/** Sends a request; status 0 stands for no reply at all. */
export function send(
  url: string,
  method = 'GET',
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Promise<Reply> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const none = () => resolve({ status: 0, cacheStatus: '', age: 0, body: '', tookMs: performance.now() - startedAt });
    const request = sendRequest(
      url,
      { method, headers: { ...headers, 'content-length': Buffer.byteLength(body) }, agent },
      (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        reply.on('error', none);
        reply.on('end', () =>
          resolve({
            status: reply.statusCode ?? 0,
            cacheStatus: String(reply.headers['cache-status'] ?? ''),
            age: Number(reply.headers.age),
            body: text,
            tookMs: performance.now() - startedAt,
          }),
        );
      },
    );
    request.on('error', none);
    request.end(body);
  });
}
