import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { drawLatencyMs } from './behaviour.ts';
import type { ControlCommand } from './control/command.ts';
import { type ControlState, control, type ResetPart, reset } from './control/control.ts';
import { answerControl, isControlPath } from './control/control-http.ts';
import { type NotifyCommand, notify } from './control/notifications.ts';
import type { FaultKind } from './faults/faults.ts';
import { contentOf } from './faults/wrong-content.ts';
import { compressed, type Sending, send, sendWith } from './faults/wrong-sending.ts';
import type { Counters, RecordedRequest } from './journal.ts';
import { KEEP_ALIVE_MS } from './keep-alive.ts';
import type { SimulatorOptions } from './options.ts';
import { APIS, type UpstreamRequest } from './request.ts';
import { SimulatedUpstream } from './simulated-upstream.ts';

/** A running simulator of the upstream. */
export interface Simulator {
  /** `http://127.0.0.1:<port>`, without a slash at its end. */
  readonly url: string;
  /** The counts at this moment. */
  readonly counters: Counters;
  /** The latest requests, oldest first; the control endpoint's own are not among them. */
  readonly requests: readonly RecordedRequest[];
  /** Does what a `POST /__control` does. @throws {ControlError} if the command is wrong */
  control(command: ControlCommand): ControlState;
  /** Does what a `DELETE /__control` does. Default: everything. */
  reset(part?: ResetPart): void;
  /** Does what a `POST /__control/events` does: sends an event notification. */
  notify(command: NotifyCommand): ReturnType<typeof notify>;
  /** Stops at once: it closes open connections, and does not wait for replies in progress. */
  close(): Promise<void>;
}

/** The faults by which the simulator itself breaks the connection. */
const BREAKING: readonly (FaultKind | undefined)[] = ['cut', 'reset', 'reset-reused'];

const HOST = '127.0.0.1';
/** From this length on a reply is compressed, for clients that accept gzip; not documented [?]. */
const MIN_GZIP_CHARACTERS = 1024;
const DEFAULT_SLOW_MS = 5000;

/**
 * Starts a simulator of Capillary's two look-up APIs and of its tokens, on 127.0.0.1 only. Its data is made up, except for
 * the documented sample customer. The README lists the customers and the commands.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const upstream = new SimulatedUpstream(options);
  const { now = Date.now, random = Math.random } = options;
  const stopping = new AbortController();
  let url = '';
  let requestCount = 0;
  const usedConnections = new WeakSet<object>();

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requestCount += 1;
    const { socket, headers, method = '', url: target = '/' } = request;
    const isReused = usedConnections.has(socket);
    usedConnections.add(socket);
    const { pathname: path, searchParams: query } = new URL(target, url);
    if (isControlPath(path)) {
      const reply = await answerControl(upstream, { socket, headers, method, path, query, body: await text(request) });
      response.writeHead(reply.status, reply.headers).end(reply.body);
      return;
    }
    const api = APIS[path];
    const requestId = `simulated-${requestCount}`;
    response.setHeader('x-cap-requestid', requestId);
    const record = upstream.journal.open({ atMs: now(), method, url: target, headers, requestId, api });
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished && !BREAKING.includes(record.fault)) upstream.journal.count('abandoned');
      upstream.journal.close();
      // Without a reason, Node makes an error with its stack for each request.
      gone.abort('gone');
    });

    const ordered = upstream.state.faults.take(api, target);
    const asked: UpstreamRequest = { api, method, query, headers, body: await text(request) };
    const answer = upstream.answer(asked);
    const fault = ordered ?? answer.fault;
    let { reply } = answer;
    if (fault !== undefined) {
      record.fault = fault.kind;
      upstream.journal.count('faulted');
      reply = contentOf(fault, {
        reply,
        otherHostUrl: url.replace(HOST, 'localhost'),
        errorReply: (error, status) => upstream.errorReply(asked, error, status),
      });
    }
    const signal = AbortSignal.any([stopping.signal, gone.signal]);
    const latencyMs =
      fault?.kind === 'slow' ? (fault.latencyMs ?? DEFAULT_SLOW_MS) : drawLatencyMs(upstream.state.behaviour, random);
    if (latencyMs > 0) await sleep(latencyMs, undefined, { signal });
    const isReset = fault?.kind === 'reset' || (fault?.kind === 'reset-reused' && isReused);
    if (fault?.kind !== 'hang' && !isReset) record.status = reply.status;
    const sending: Sending = { response, reply, body: Buffer.from(reply.body), isReused, signal };
    if (fault !== undefined && fault.kind !== 'slow') return sendWith(fault, sending);
    const isGzipAccepted = /\bgzip\b/.test(String(headers['accept-encoding'] ?? ''));
    send(isGzipAccepted && reply.body.length >= MIN_GZIP_CHARACTERS ? compressed(sending) : sending);
  };

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      // The client is gone, or the simulator stops: there is no one to answer.
      if (stopping.signal.aborted || response.destroyed) return;
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'text/plain' });
      response.end(`The simulator failed: ${error instanceof Error ? error.message : String(error)}\n`);
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.listen(options.port ?? 0, HOST);
  await once(server, 'listening');
  url = `http://${HOST}:${(server.address() as AddressInfo).port}`;

  return {
    url,
    get counters() {
      return upstream.journal.counters;
    },
    get requests() {
      return upstream.journal.requests;
    },
    control: (command) => control(upstream, command),
    reset: (part = 'everything') => reset(upstream, part),
    notify: (command) => notify(upstream.state.directory, command),
    close: () =>
      new Promise<void>((resolve) => {
        stopping.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
