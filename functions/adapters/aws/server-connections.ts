import net from 'node:net';
import tls from 'node:tls';
import { type ConnectionOwner, HttpConnection } from './http-connection.ts';
import { addressOf } from './server-address.ts';

/** As many as the AWS SDK has. */
const MAX_CONNECTIONS = 50;

/** The options of a server's connections. */
export interface ServerOptions {
  /** The certificates that sign those of the server. Default: those that Node trusts. */
  readonly ca?: string | undefined;
}

/** A request that wants a connection. */
export interface Wanting {
  /** Aborted: it wants one no more. */
  readonly signal: AbortSignal;
  /** Gets the connection. */
  use(connection: HttpConnection): void;
}

/** The connections to one server. They stay open between requests, and do not keep the process alive meanwhile. */
export class ServerConnections implements ConnectionOwner {
  readonly #open: () => net.Socket;
  /** The connections that can carry the next request. The one that was used last is the last one. */
  #idle: HttpConnection[] = [];
  /** The requests that wait for a connection, the first one first. */
  readonly #waiting: Wanting[] = [];
  #count = 0;

  /** @param url the server; its path plays no part */
  constructor(url: URL, options: ServerOptions = {}) {
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
    wanting.use(new HttpConnection(this.#open(), this));
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
    // A deadline that passes often passes for others in the same moment: no connection is opened for those.
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
   * Closes the connections that wait for a next request. If one connection is dead, the others most likely are too. One
   * that stays silent until the deadline may be dead: a firewall forgets idle connections without a word.
   */
  closeIdle(): void {
    for (const connection of this.#idle) connection.destroy();
  }
}

function tcpOpener(url: URL): () => net.Socket {
  const target = addressOf(url);
  return () => net.connect(target);
}

/** Opens connections with TLS. Each resumes the session of the one before, which spares the server's certificate. */
function tlsOpener(url: URL, { ca }: ServerOptions): () => net.Socket {
  const address = addressOf(url);
  const target = {
    ...address,
    // A certificate is not for an IP address, and TLS does not send one as the server's name.
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
