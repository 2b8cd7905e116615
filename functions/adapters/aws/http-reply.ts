/** A reply of a server, read to its end. */
export interface HttpReply {
  readonly status: number;
  /** By names in lower case. If a header came twice, its values are joined (RFC 9110 §5.3). */
  readonly headers: HttpHeaders;
  readonly body: Buffer;
}

/** Headers by their names in lower case. Undefined: there is no such header. */
export type HttpHeaders = Readonly<Record<string, string | undefined>>;

/** The beginning of a reply: its status and headers. */
export interface ReplyHead extends Pick<HttpReply, 'status' | 'headers'> {
  /** The minor version of HTTP/1. */
  readonly minorVersion: number;
}

/** A server sent something that is not a reply of HTTP/1. The message does not repeat its bytes. */
export class UnreadableHttpError extends Error {
  override readonly name = 'UnreadableHttpError';

  /** @param what the part of the reply that is unreadable */
  constructor(what: string) {
    super(`The server's reply is not HTTP/1.1: ${what}.`);
  }
}
