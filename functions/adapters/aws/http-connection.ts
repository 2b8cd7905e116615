import type { Socket } from 'node:net';
import { MAX_IDLE_MS } from '../idle-connection.ts';
import type { HttpReply } from './http-reply.ts';
import { type ReadReply, ReplyReader } from './reply-reader.ts';

/**
 * After this time of silence the kernel asks whether the other side is still there. Node's own client has the same
 * time.
 */
const PROBE_AFTER_MS = 1000;

/** The server closed the connection before the whole reply. It has the code that Node's own client gives. */
class ClosedConnectionError extends Error {
  override readonly name = 'ClosedConnectionError';
  readonly code = 'ECONNRESET';

  constructor() {
    super('The server closed the connection before its whole reply.');
  }
}

/** The request whose reply a connection waits for. */
interface Exchange {
  readonly reader: ReplyReader;
  readonly onReply: (reply: HttpReply) => void;
  readonly onError: ConnectionFailed;
  /** Whether a byte of the reply has come. */
  hasReply: boolean;
}

/** Takes the error of a connection that ended before the whole reply. @param hasReply whether a byte of it came */
export type ConnectionFailed = (error: Error, hasReply: boolean) => void;

/** Receives the events of a connection. */
export interface ConnectionOwner {
  /** The connection can carry another request. */
  onIdle(connection: HttpConnection): void;
  /** The connection can carry no request any more. */
  onClosed(connection: HttpConnection): void;
}

/** One connection of HTTP/1.1: one request at a time, and the next one only after the whole reply. */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #owner: ConnectionOwner;
  readonly #now: () => number;
  #exchange: Exchange | undefined;
  #error: Error | undefined;
  #isOpen = true;
  #isReused = false;
  /** When it began to wait for its next request. Milliseconds, by the clock `now`. */
  #restsSince = 0;
  /** Whether it waited so long for its present request that it may be dead. */
  #isForgotten = false;

  /** @param now milliseconds since some moment, never set back */
  constructor(socket: Socket, owner: ConnectionOwner, now: () => number) {
    this.#socket = socket;
    this.#owner = owner;
    this.#now = now;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, PROBE_AFTER_MS);
    socket.on('data', (bytes) => this.#read(bytes));
    socket.on('end', () => this.#end());
    socket.on('error', (error) => {
      this.#error = error;
    });
    socket.on('close', () => this.#end());
  }

  /** Whether a reply has come over it. */
  get isReused(): boolean {
    return this.#isReused;
  }

  /**
   * Whether it can carry a request: it is open, it did not wait too long, nothing came on it since the last reply, and
   * the last request is sent whole. A server may answer before it has read the whole request, and may never read the
   * rest.
   */
  get isUsable(): boolean {
    return this.#isOpen && !this.#isForgotten && this.#socket.writableLength === 0;
  }

  /** Whether it carries a request, and no byte of the reply has come. */
  get isSilent(): boolean {
    return this.#exchange?.hasReply === false;
  }

  /** Sends a request. It calls one of the two functions, unless the connection is destroyed first. */
  send(request: string, onReply: (reply: HttpReply) => void, onError: ConnectionFailed): void {
    this.#exchange = { reader: new ReplyReader(), onReply, onError, hasReply: false };
    this.#socket.write(request);
  }

  /** Takes note that it waits for its next request. Meanwhile it does not keep the process alive. */
  rest(): void {
    this.#restsSince = this.#now();
    this.#socket.unref();
  }

  /** Takes note that its next request comes. */
  wake(): void {
    this.#isForgotten = this.#now() - this.#restsSince > MAX_IDLE_MS;
    this.#socket.ref();
  }

  /** Closes it at once. A request that waits for a reply gets neither a reply nor an error. */
  destroy(): void {
    this.#exchange = undefined;
    this.#close();
  }

  #read(bytes: Buffer): void {
    const exchange = this.#exchange;
    // No request waits for these bytes. The next request on this connection would take them for its reply.
    if (exchange === undefined) {
      this.#close();
      return;
    }
    exchange.hasReply = true;
    let read: ReadReply | undefined;
    try {
      read = exchange.reader.push(bytes);
    } catch (error) {
      this.#fail(exchange, error as Error);
    }
    if (read !== undefined) this.#complete(exchange, read);
  }

  #end(): void {
    const exchange = this.#exchange;
    const read = this.#error === undefined ? exchange?.reader.close() : undefined;
    if (exchange === undefined) this.#close();
    else if (read !== undefined) this.#complete(exchange, read);
    else this.#fail(exchange, this.#error ?? new ClosedConnectionError());
  }

  #complete({ onReply }: Exchange, { reply, isReusable }: ReadReply): void {
    this.#exchange = undefined;
    this.#isReused = true;
    if (isReusable) this.#owner.onIdle(this);
    else this.#close();
    onReply(reply);
  }

  #fail({ onError, hasReply }: Exchange, error: Error): void {
    this.#exchange = undefined;
    this.#close();
    onError(error, hasReply);
  }

  #close(): void {
    this.#socket.destroy();
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#owner.onClosed(this);
  }
}
