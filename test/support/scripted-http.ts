import type { HttpRequest, UpstreamHttp } from '../../functions/adapters/capillary/http-exchange.ts';

/** A reply of an upstream that needs no server. */
export interface ScriptedReply {
  /** Default: 200. */
  readonly status?: number;
  /** Names in lower case. Default: none. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: empty. */
  readonly body?: string;
  /** What follows the body: its end, a broken connection, or nothing. Default: its end. */
  readonly after?: 'end' | 'break' | 'nothing';
}

/** Answers a request, or fails as a connection does. `index` counts the requests from 0. */
export type Answer = (request: HttpRequest, index: number) => ScriptedReply | Promise<ScriptedReply>;

/** Always the same reply. */
export function answering(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return () => ({ status, body, headers });
}

/** An upstream that needs no server, and keeps its requests, oldest first. */
export function scriptedHttp(answer: Answer) {
  const requests: HttpRequest[] = [];
  const http: UpstreamHttp = async (request) => {
    request.signal?.throwIfAborted();
    requests.push(request);
    const answered = Promise.resolve(answer(request, requests.length - 1));
    const { status = 200, headers = {}, ...sent } = await Promise.race([answered, abortOf(request)]);
    return { status, header: (name) => headers[name], body: bodyOf(sent, request) };
  };
  return { http, requests };
}

async function* bodyOf({ body = '', after = 'end' }: ScriptedReply, request: HttpRequest): AsyncGenerator<Uint8Array> {
  yield new TextEncoder().encode(body);
  if (after === 'break') throw Object.assign(new Error('made up'), { code: 'ECONNRESET' });
  if (after === 'nothing') await abortOf(request);
}

/** Fails when the request is aborted. */
function abortOf({ signal }: HttpRequest): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  promise.catch(() => {});
  const abort = () => reject(signal?.reason);
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort, { once: true });
  return promise;
}
