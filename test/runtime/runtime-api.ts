import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A message of the runtime's client about an event, or about the init. */
export interface RuntimeMessage {
  /**
   * `waits`: it asks for the next event. `response`: the function's answer. `error`: the function threw, or its init
   * failed.
   */
  readonly kind: 'waits' | 'response' | 'error';
  /** The request of the event; undefined before the first one. */
  readonly requestId: string | undefined;
  /** The answer, or the error by name, message and trace, as JSON; undefined: it waits. */
  readonly body: string | undefined;
}

/** The error that the client sends if a function throws or its init fails. */
export interface RuntimeError {
  readonly errorType: string;
  readonly errorMessage: string;
}

/**
 * The runtime API of one instance ("Using the Lambda runtime API for custom runtimes" in Lambda's developer guide,
 * version 2018-06-01): the client asks it for events, and gives it the answers.
 */
export interface RuntimeApi {
  /** For AWS_LAMBDA_RUNTIME_API. */
  readonly address: string;
  /** Waits for the client's next message. Only one call may wait at a time. */
  next(): Promise<RuntimeMessage>;
  /** Gives the client an event. It must wait for one. */
  send(event: unknown, requestId: string): void;
  close(): Promise<void>;
}

/** How long Lambda lets the slowest function run: a batch by direct invocation. Milliseconds. */
export const LONGEST_RUN_MS = 65_000;
const VERSION = '/2018-06-01/runtime';
const ARN = 'arn:aws:lambda:eu-west-1:123456789012:function:lookaside:live';

export async function startRuntimeApi(): Promise<RuntimeApi> {
  const unread: RuntimeMessage[] = [];
  let read: ((message: RuntimeMessage) => void) | undefined;
  let waiting: ServerResponse | undefined;
  let current: string | undefined;
  const tell = (message: RuntimeMessage): void => {
    if (read === undefined) unread.push(message);
    else read(message);
    read = undefined;
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    const { method, url = '' } = request;
    if (method === 'GET' && url === `${VERSION}/invocation/next`) {
      waiting = response;
      tell({ kind: 'waits', requestId: current, body: undefined });
      return;
    }
    const kind = url.endsWith('/response') ? 'response' : 'error';
    const isKnown =
      url === `${VERSION}/init/error` ||
      (current !== undefined && url === `${VERSION}/invocation/${encodeURIComponent(current)}/${kind}`);
    response.writeHead(isKnown ? 202 : 400, { 'Content-Type': 'application/json' }).end('{"status":"OK"}');
    if (isKnown) tell({ kind, requestId: current, body });
  };
  const server = createServer((request, response) => void serve(request, response));
  // The client may wait as long as the instance lives.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 0;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    next: () =>
      new Promise((resolve) => {
        const message = unread.shift();
        if (message === undefined) read = resolve;
        else resolve(message);
      }),
    send: (event, requestId) => {
      if (waiting === undefined) throw new Error('The client does not wait for an event.');
      current = requestId;
      waiting.writeHead(200, {
        'Content-Type': 'application/json',
        'Lambda-Runtime-Aws-Request-Id': requestId,
        'Lambda-Runtime-Deadline-Ms': `${Date.now() + LONGEST_RUN_MS}`,
        'Lambda-Runtime-Invoked-Function-Arn': ARN,
      });
      waiting.end(JSON.stringify(event));
      waiting = undefined;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
