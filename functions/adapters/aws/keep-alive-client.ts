import { afterReading } from '../idle-connection.ts';
import { isReset } from '../reset-connection.ts';
import type { HttpConnection } from './http-connection.ts';
import type { HttpReply } from './http-reply.ts';
import { ServerConnections, type ServerOptions } from './server-connections.ts';

/** Sends requests to one server, over connections that are kept open between them. */
export class KeepAliveClient {
  readonly #connections: ServerConnections;

  /** @param url the server; its path does not matter */
  constructor(url: URL, options?: ServerOptions) {
    this.#connections = new ServerConnections(url, options);
  }

  /**
   * Posts. If a kept-alive connection breaks before the reply begins, the client sends the request once more, on a new
   * connection: a service or a NAT gateway drops idle connections. So send only requests that are safe to repeat.
   *
   * @param headers one of them is `host`. The client adds `content-length`
   * @param signal ends the request when it is aborted, with its reason
   * @throws {TypeError} if a header cannot be sent; {UnreadableHttpError}; the connection's error; the signal's reason
   */
  async post(
    path: string,
    headers: Readonly<Record<string, string>>,
    body: string,
    signal: AbortSignal,
  ): Promise<HttpReply> {
    return this.#send(toRequest(path, headers, body), signal, true);
  }

  #send(request: string, signal: AbortSignal, mayRepeat: boolean): Promise<HttpReply> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted();
      let connection: HttpConnection | undefined;
      const abort = () => {
        reject(signal.reason);
        const mayBeDead = connection?.isReused && connection.isSilent;
        connection?.destroy();
        if (mayBeDead) this.#connections.closeIdle();
      };
      signal.addEventListener('abort', abort, { once: true });
      const sendAgain = () => {
        signal.removeEventListener('abort', abort);
        this.#connections.closeIdle();
        resolve(this.#send(request, signal, false));
      };
      const onReply = (reply: HttpReply) => {
        signal.removeEventListener('abort', abort);
        resolve(reply);
      };
      const send = (over: HttpConnection) =>
        over.send(request, onReply, (error, hasReply) => {
          if (mayRepeat && over.isReused && !hasReply && isReset(error)) return sendAgain();
          signal.removeEventListener('abort', abort);
          reject(error);
        });
      const use = (taken: HttpConnection) => {
        connection = taken;
        if (!taken.isReused) return send(taken);
        // A reply of HTTP/1.1 does not name its request: the next request gets the bytes that come next. So the client
        // first reads what came on this connection while the instance was frozen.
        afterReading(() => {
          if (signal.aborted) return;
          if (taken.isUsable) return send(taken);
          taken.destroy();
          sendAgain();
        });
      };
      this.#connections.take({ signal, use });
    });
  }
}

/** The request as it is sent: one text, for one write. */
function toRequest(path: string, headers: Readonly<Record<string, string>>, body: string): string {
  let head = lineOf(`POST ${path} HTTP/1.1`);
  for (const name of Object.keys(headers)) head += lineOf(`${name}: ${headers[name]}`);
  return `${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
}

/** A line of the request. A line break in it would add a header, or another request. */
function lineOf(text: string): string {
  if (!PRINTABLE.test(text)) {
    throw new TypeError('A header or the path of a request to AWS holds a character that is not printable ASCII.');
  }
  return `${text}\r\n`;
}

const PRINTABLE = /^[ -~]*$/;
