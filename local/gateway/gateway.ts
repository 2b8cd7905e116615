import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { FreeTimeDeadline } from '../../functions/adapters/free-time-deadline.ts';
import { KEEP_ALIVE_MS } from '../../simulator/keep-alive.ts';
import { createInvokeApi } from '../lambda/invoke-api.ts';
import type { LocalFunction } from '../lambda/local-function.ts';
import { StartError } from '../start-error.ts';
import { gatewayAnswer } from './gateway-answer.ts';
import { createRestApi, type RestApiOptions } from './rest-api.ts';
import { answerUnreadable, isUnreadable } from './unreadable-requests.ts';
import { type WireReply, writeReply } from './wire.ts';

/** What the gateway has in front of the functions. */
export interface GatewayOptions extends RestApiOptions {
  /** The functions that Lambda's Invoke API reaches, besides those behind the routes. */
  readonly otherFunctions: readonly LocalFunction[];
  /**
   * Pages on this machine only, besides the routes. They answer a request, or leave it to the routes. Default: none.
   */
  readonly pages?: LocalPages;
  /** TCP port on 127.0.0.1. 0: any free one. */
  readonly port: number;
}

/** Pages for people on this machine. */
export interface LocalPages {
  /** Undefined: the request is not for them. */
  answer(request: IncomingMessage): Promise<WireReply | undefined>;
}

/** API Gateway and Lambda's Invoke API on one port. */
export interface Gateway {
  /** `http://127.0.0.1:<port>` */
  readonly url: string;
  /** Accepts no new request, answers those in progress, and stops within two seconds. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
/**
 * How long requests in progress may take while the gateway stops. After that the gateway answers them as timed out. The
 * time in which this process stands still does not count, up to a limit: the end comes within two seconds (contract §2a).
 * Milliseconds.
 */
const DRAIN_MS = 1500;
const MAX_STANDSTILL_MS = 400;
/** The time for those last answers to leave the machine. Milliseconds. */
const FLUSH_MS = 100;

/** @throws {StartError} if the port is in use or not allowed */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const restApi = createRestApi(options);
  const invokeApi = createInvokeApi([...Object.values(options.functions), ...options.otherFunctions], options.log);
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  let isClosing = false;

  const answer = async (request: IncomingMessage, requestId: string): Promise<WireReply> => {
    if (isUnreadable(request)) return gatewayAnswer('invalid_parameter', requestId, options.allowsOrigins);
    const functionText = invokeApi.functionIn(request);
    if (functionText !== undefined) return invokeApi.answer(request, functionText, requestId, stopping.signal);
    return (await options.pages?.answer(request)) ?? restApi(request, requestId, stopping.signal);
  };
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    response.setHeader('x-amzn-RequestId', requestId);
    const reply = await answer(request, requestId);
    if (isClosing) response.setHeader('Connection', 'close');
    await writeReply(response, reply);
  };

  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const served = serve(request, response).catch(() => {
      // The client is gone, or its request broke off: no client waits for an answer.
      response.destroy();
    });
    underWay.add(served);
    void served.finally(() => underWay.delete(served));
  };
  // Node's own answers (400 without Host, 417 for an unknown Expect) would lack the headers that every answer has.
  const server = createServer({ requireHostHeader: false }, take).on('checkExpectation', take);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  // A client that says at once that it sends no more, such as `nc -N`, still waits for its answer. Node's types do not
  // have this property.
  Object.assign(server, { httpAllowHalfOpen: true });
  answerUnreadable(server, options.allowsOrigins);

  await new Promise<void>((started, failed) => {
    server.once('error', (error) => failed(new StartError(whyNotListening(error, options.port), { cause: error })));
    server.listen(options.port, HOST, started);
  });

  return {
    url: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    close: async () => {
      isClosing = true;
      const closed = new Promise((resolve) => server.close(resolve));
      const drained = Promise.allSettled(underWay).then(() => invokeApi.settle());
      const deadline = new FreeTimeDeadline(DRAIN_MS, undefined, MAX_STANDSTILL_MS);
      await Promise.race([drained, once(deadline.signal, 'abort')]);
      deadline.clear();
      stopping.abort();
      if (underWay.size > 0) await Promise.race([drained, sleep(FLUSH_MS)]);
      server.closeAllConnections();
      await closed;
    },
  };
}

function whyNotListening(error: NodeJS.ErrnoException, port: number): string {
  const reasons: Readonly<Record<string, string>> = {
    EADDRINUSE: 'another process uses it; stop that one, or set PORT to another port (0: any free one)',
    EACCES: 'this user lacks the right; set PORT to a port above 1023 (0: any free one)',
  };
  const reason = reasons[error.code ?? ''] ?? error.code ?? error.message;
  return `Lookaside cannot listen on port ${port} of ${HOST}: ${reason}.`;
}
