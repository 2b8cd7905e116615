import net from 'node:net';
import tls from 'node:tls';
import { monotonicNow } from '../monotonic-now.ts';
import { type ConnectionOwner, HttpConnection } from './http-connection.ts';
import { addressOf } from './server-address.ts';

/** The AWS SDK has the same limit. */
const MAX_CONNECTIONS = 50;

/** The options of a server's connections. */
export interface ServerOptions {
  /**
   * The certificates that sign those of the server. Default: those that Node trusts, with those of NODE_EXTRA_CA_CERTS.
   */
  readonly ca?: string | undefined;
  /** Milliseconds since some moment, never set back. Default: the process's own clock. */
  readonly now?: () => number;
}

/** A request that wants a connection. */
export interface Wanting {
  /** If it is aborted, the request no longer wants a connection. */
  readonly signal: AbortSignal;
  /** Gets the connection. */
  use(connection: HttpConnection): void;
}

/**
 * The connections to one server. They stay open between requests, and do not keep the process alive meanwhile. They know
 * no HTTP proxy.
 */
export class ServerConnections implements ConnectionOwner {
  readonly #open: () => net.Socket;
  readonly #now: () => number;
  /** The connections that can carry the next request. The last one in the list was used last. */
  #idle: HttpConnection[] = [];
  /** The requests that wait for a connection, the first one first. */
  readonly #waiting: Wanting[] = [];
  #count = 0;

  /** @param url the server; its path does not matter */
  constructor(url: URL, options: ServerOptions = {}) {
    this.#now = options.now ?? monotonicNow;
    this.#open = url.protocol === 'https:' ? tlsOpener(url, options) : tcpOpener(url);
  }

  /** Gives a connection to a request: at once, unless all are in use or other requests wait. */
  take(wanting: Wanting): void {
    const idle = this.#idle.pop();
    if (idle !== undefined) {
      idle.wake();
      wanting.use(idle);
    } else if (this.#count < MAX_CONNECTIONS && this.#waiting.length === 0) {
      this.#useNew(wanting);
    } else {
      this.#waiting.push(wanting);
    }
  }

  #useNew(wanting: Wanting): void {
    this.#count += 1;
    wanting.use(new HttpConnection(this.#open(), this, this.#now));
  }

  /** Takes a connection back that can carry another request. */
  onIdle(connection: HttpConnection): void {
    const next = this.#nextWaiting();
    if (next !== undefined) {
      next.use(connection);
      return;
    }
    connection.rest();
    this.#idle.push(connection);
  }

  onClosed(connection: HttpConnection): void {
    this.#count -= 1;
    this.#idle = this.#idle.filter((each) => each !== connection);
    // Deadlines of several requests often pass at the same moment. The delay saves connections that nobody would use.
    setImmediate(() => {
      const next = this.#count < MAX_CONNECTIONS ? this.#nextWaiting() : undefined;
      if (next !== undefined) this.#useNew(next);
    });
  }

  /** The request that has waited longest, of those that still want a connection. */
  #nextWaiting(): Wanting | undefined {
    let next = this.#waiting.shift();
    while (next?.signal.aborted) next = this.#waiting.shift();
    return next;
  }

  /**
   * Closes the connections that wait for a next request. If one connection is dead, the others most likely are too. A
   * connection that stays silent until the deadline may be dead: a firewall drops idle connections silently.
   */
  closeIdle(): void {
    for (const connection of this.#idle) connection.destroy();
  }
}

function tcpOpener(url: URL): () => net.Socket {
  const target = addressOf(url);
  return () => net.connect(target);
}

/**
 * Opens connections with TLS. Each connection resumes the TLS session of the one before it, so the server sends no
 * certificate again.
 */
function tlsOpener(url: URL, { ca }: ServerOptions): () => net.Socket {
  const address = addressOf(url);
  const target = {
    ...address,
    // TLS does not allow an IP address as the server's name (RFC 6066 §3).
    servername: /^[\d.]+$|:/.test(address.host) ? '' : address.host,
    ALPNProtocols: ['http/1.1'],
    ...(ca !== undefined && { ca }),
  };
  let session: Buffer | undefined;
  return () => {
    const socket = tls.connect({ ...target, ...(session !== undefined && { session }) });
    socket.on('session', (next: Buffer) => {
      session = next;
    });
    socket.on('error', () => {
      session = undefined;
    });
    return socket;
  };
}
