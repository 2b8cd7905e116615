import http, { type IncomingHttpHeaders } from 'node:http';
import https from 'node:https';
import { sendOnQuiet, watchIdleConnections } from '../idle-connection.ts';
import { closeIdleConnections, isDeadConnection } from '../reused-connection.ts';

/** A reply, read to its end. */
export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** As many as the AWS SDK has. */
const MAX_CONNECTIONS = 50;

/** Sends requests to one server, over connections that are kept open between them. */
export class KeepAliveClient {
  /** Holds the connections. */
  readonly agent: http.Agent;
  readonly #target: https.RequestOptions;

  /** @param url the server; its path plays no part */
  constructor({ protocol, hostname, port }: URL) {
    const { Agent } = protocol === 'https:' ? https : http;
    this.agent = new Agent({ keepAlive: true, maxSockets: MAX_CONNECTIONS });
    watchIdleConnections(this.agent);
    // All requests go to one server, so Node need not build the target's name for each.
    this.agent.getName = () => '';
    // Node takes an IPv6 address without the brackets of a URL.
    const host = hostname.replace(/^\[|\]$/g, '');
    // Node would check the host of each request again. A certificate is not for an IP address.
    const servername = /^[\d.]+$|:/.test(host) ? '' : host;
    this.#target = { agent: this.agent, protocol, method: 'POST', host, servername, ...(port !== '' && { port }) };
  }

  /**
   * Posts. A request that dies on a kept-alive connection before the reply begins is sent once more, on a new one: a
   * service or a NAT gateway forgets idle connections. So send only requests that are safe to repeat.
   *
   * @param signal ends the request when it is aborted, with its reason
   */
  async post(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<HttpReply> {
    // Node sends a list as it is; it turns an object into a list, header by header.
    const list = [...Object.entries(headers).flat(), 'content-length', String(Buffer.byteLength(body))];
    return this.#send({ ...this.#target, path, headers: list }, body, signal, true);
  }

  #send(options: http.RequestOptions, body: string, signal: AbortSignal, mayRepeat: boolean): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      let hasReply = false;
      // The agent encrypts. `https.request` would only add its own default agent.
      const request = http.request(options);
      const abort = () => {
        reject(signal.reason);
        request.destroy();
        if (request.reusedSocket && !hasReply) closeIdleConnections(this.agent);
      };
      signal.addEventListener('abort', abort, { once: true });
      const sendAgain = () => {
        closeIdleConnections(this.agent);
        resolve(this.#send(options, body, signal, false));
      };
      request.on('response', (response) => {
        if (!sending.isSent) return;
        hasReply = true;
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          signal.removeEventListener('abort', abort);
          const [first = Buffer.alloc(0)] = chunks;
          const whole = chunks.length > 1 ? Buffer.concat(chunks) : first;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: whole });
        });
      });
      request.on('error', (error) => {
        if (!sending.isSent) return;
        signal.removeEventListener('abort', abort);
        if (!mayRepeat || signal.aborted || hasReply || !isDeadConnection(request, error)) return reject(error);
        sendAgain();
      });
      const sending = sendOnQuiet(request, body, () => {
        signal.removeEventListener('abort', abort);
        if (!signal.aborted) sendAgain();
      });
    });
  }
}
