import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { drawLatencyMs } from './behaviour.ts';
import type { ControlCommand } from './control/command.ts';
import { type ControlState, control, type ResetPart, reset } from './control/control.ts';
import { answerControl, isControlPath } from './control/control-http.ts';
import { type Notified, type NotifyCommand, notify } from './control/notify.ts';
import { deliver, replaceReply } from './faults/delivery.ts';
import type { Fault, FaultKind } from './faults/faults.ts';
import type { Counters, RecordedRequest } from './journal.ts';
import { KEEP_ALIVE_MS } from './keep-alive.ts';
import type { SimulatorOptions } from './options.ts';
import { apiOf, SimulatedUpstream, type UpstreamRequest } from './simulated-upstream.ts';
import type { Notice } from './upstream-errors.ts';

export type { ControlCommand } from './control/command.ts';
export { ControlError, type ControlState, type ResetPart } from './control/control.ts';
export type { Fault, FaultKind } from './faults/faults.ts';
export type { Counters, RecordedRequest } from './journal.ts';
export type { SimulatorOptions } from './options.ts';

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
  notify(command: NotifyCommand): Promise<Notified>;
  /** Stops at once: it closes open connections, and does not wait for replies under way. */
  close(): Promise<void>;
}

/** The faults by which the simulator itself breaks the connection. */
const BREAKING: readonly (FaultKind | undefined)[] = ['cut', 'reset', 'reset-reused'];

const HOST = '127.0.0.1';
const MAX_BODY_BYTES = 1024 * 1024;
const MIN_GZIP_CHARACTERS = 1024;
const DEFAULT_SLOW_MS = 5000;

/**
 * Starts a simulator of Capillary's two look-up APIs and of its tokens, on 127.0.0.1 only. Its data is made up, except for
 * the documented sample customer. The README lists the customers and the commands.
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const upstream = new SimulatedUpstream(options);
  const now = options.now ?? Date.now;
  const random = options.random ?? Math.random;
  const stopping = new AbortController();
  let url = '';
  let requestCount = 0;
  const usedConnections = new WeakSet<object>();

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requestCount += 1;
    const isReused = usedConnections.has(request.socket);
    usedConnections.add(request.socket);
    const target = new URL(request.url ?? '/', url);
    if (isControlPath(target.pathname)) {
      const { status, headers, body } = await answerControl(upstream, request, target, await readBody(request));
      response.writeHead(status, headers).end(body);
      return;
    }
    const api = apiOf(target.pathname);
    const requestId = `simulated-${requestCount}`;
    response.setHeader('x-cap-requestid', requestId);
    const record: RecordedRequest = {
      atMs: now(),
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      requestId,
      api,
      fault: undefined,
      status: undefined,
    };
    const gone = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished && !BREAKING.includes(record.fault)) {
        upstream.journal.count('abandoned');
      }
      upstream.journal.close();
      gone.abort();
    });
    upstream.journal.open(record);

    const ordered = upstream.faults.take(api, record.url);
    const upstreamRequest: UpstreamRequest = {
      method: record.method,
      path: target.pathname,
      query: target.searchParams,
      headers: request.headers,
      body: await readBody(request),
    };
    const answer = upstream.answer(upstreamRequest);
    const fault: Fault | undefined = ordered ?? answer.fault;
    if (fault !== undefined) {
      record.fault = fault.kind;
      upstream.journal.count('faulted');
    }
    const otherHostUrl = url.replace(HOST, 'localhost');
    const toErrorReply = (error: Notice, status?: number) => upstream.errorReply(upstreamRequest, error, status);
    const reply = (fault && replaceReply(fault, answer.reply, otherHostUrl, toErrorReply)) ?? answer.reply;
    const signal = AbortSignal.any([stopping.signal, gone.signal]);
    const latencyMs =
      fault?.kind === 'slow' ? (fault.latencyMs ?? DEFAULT_SLOW_MS) : drawLatencyMs(upstream.behaviour, random);
    if (latencyMs > 0) await sleep(latencyMs, undefined, { signal });
    const isReset = fault?.kind === 'reset' || (fault?.kind === 'reset-reused' && isReused);
    if (fault?.kind !== 'hang' && !isReset) record.status = reply.status;
    const isGzipAccepted =
      (options.isGzipOffered ?? true) &&
      reply.body.length >= MIN_GZIP_CHARACTERS &&
      /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''));
    await deliver(response, reply, fault, { isGzipAccepted, isReused, signal });
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
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, HOST, () => {
      server.off('error', reject);
      resolve();
    });
  });
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
    notify: (command) => notify(upstream.directory, command),
    close: () =>
      new Promise<void>((resolve) => {
        stopping.abort();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw new RangeError(`the body is longer than ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
