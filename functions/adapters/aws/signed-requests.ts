import { ClockOffset, isSignatureRefused, type SignedAt } from './clock-offset.ts';
import type { Connection } from './connection.ts';
import type { HttpReply } from './http-reply.ts';
import { KeepAliveClient } from './keep-alive-client.ts';
import { Signer } from './signature.ts';

/** A request of a service's API: a POST. */
export interface ServiceRequest {
  /** The path that is sent, without the path of the service's address. Default: none. */
  readonly path?: string;
  /**
   * In lower case, without `host` and the headers of the signature. Their values have no spaces at the ends or in a
   * row.
   */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Signed requests to one service of AWS, over connections that are kept open. */
export class SignedRequests {
  readonly #client: KeepAliveClient;
  readonly #signer: Signer;
  readonly #clockOffset = new ClockOffset();
  readonly #path: string;
  readonly #host: string;
  readonly #now: () => number;

  /** @param now epoch milliseconds, by this machine's clock */
  constructor(connection: Connection, now: () => number = Date.now) {
    const { pathname, host } = connection.url;
    this.#client = new KeepAliveClient(connection.url);
    this.#signer = new Signer(connection);
    this.#path = pathname.endsWith('/') ? pathname : `${pathname}/`;
    this.#host = host;
    this.#now = now;
  }

  /**
   * Sends one request. It sends the request once more if its kept-alive connection is dead. It also does so if the
   * service refuses the time of the signature: the clock may have been set while the instance was frozen. The service
   * does not carry out a request that it refuses.
   *
   * @param signal ends the request when it is aborted, with its reason
   * @throws the connection's error, or the signal's reason
   */
  async post(request: ServiceRequest, signal: AbortSignal): Promise<HttpReply> {
    const sent = this.#present();
    const reply = await this.#send(request, sent, signal);
    const isTimeWrong = isSignatureRefused(reply) && this.#clockOffset.learn(reply.headers.date, sent, this.#now());
    return isTimeWrong ? this.#send(request, this.#present(), signal) : reply;
  }

  #present(): SignedAt {
    return { at: this.#now(), offsetMs: this.#clockOffset.ms };
  }

  #send({ path = '', headers, body }: ServiceRequest, { at, offsetMs }: SignedAt, signal: AbortSignal) {
    const whole = this.#path + path;
    const request = { path: whole, headers: { ...headers, host: this.#host }, body };
    return this.#client.post(whole, this.#signer.sign(request, at + offsetMs), body, signal);
  }
}
