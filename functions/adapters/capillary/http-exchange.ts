/** A request to the upstream. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  /** http or https. */
  readonly url: string;
  /** By their names, in any letter case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Default: none. */
  readonly body?: string;
  /** Ends the request, or the reading of its reply. Default: never. */
  readonly signal?: AbortSignal;
}

/** A reply, whose body is still to be read. */
export interface HttpReply {
  /** 200 to 599. */
  readonly status: number;
  /** The value of a header, named in lower case; of several, all with commas between them; undefined if there is none. */
  readonly header: (name: string) => string | undefined;
  /** The body as it is transferred, in its Content-Encoding. A reader that stops early ends the transfer. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Sends a request, and waits for the reply to begin.
 *
 * @throws {InvalidReplyError} if the reply is not one of HTTP
 * @throws Node's error if there is no reply, or if the request's signal is aborted before the reply begins
 */
export type UpstreamHttp = (request: HttpRequest) => Promise<HttpReply>;

/** The reply is not HTTP, or has a status that HTTP does not have, for example 600. */
export class InvalidReplyError extends Error {
  override readonly name = 'InvalidReplyError';
}
