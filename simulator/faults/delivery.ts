import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { JSON_TYPE, type Reply, refusedReply, textReply } from '../reply.ts';
import { type Notice, notice } from '../upstream-errors.ts';
import { alterReply } from './altered-reply.ts';
import type { Fault, FILLINGS } from './faults.ts';

type Filling = (typeof FILLINGS)[number];

const MIB = 1024 * 1024;
const DEFAULT_OVERSIZE_BYTES = 3 * MIB;
const DEFAULT_BOMB_BYTES = 200 * MIB;
const DEFAULT_INTERVAL_MS = 100;

/**
 * The content of a reply that a fault replaces or changes; undefined if the fault only changes the sending.
 *
 * @param reply the right one
 * @param toErrorReply makes an error of the API that was asked; without a status, with the simulator's
 */
export function replaceReply(
  fault: Fault,
  reply: Reply,
  otherHostUrl: string,
  toErrorReply: (error: Notice, status?: number) => Reply,
): Reply | undefined {
  switch (fault.kind) {
    case 'status':
      return withRetryAfter(toStatusReply(fault.status ?? 500), fault.retryAfterSeconds);
    case 'error':
      return toErrorReply(notice(fault.code ?? 461), fault.status);
    case 'throttle':
      return withRetryAfter(toErrorReply(notice(429), 429), fault.retryAfterSeconds);
    case 'unauthorized':
      return refusedReply(fault.status === 403 ? 403 : 401);
    case 'html':
      return textReply(
        fault.status ?? 200,
        '<!DOCTYPE html><title>Proxy</title><h1>It works!</h1>',
        'text/html;charset=UTF-8',
      );
    case 'empty':
      return textReply(200, '', JSON_TYPE);
    case 'blank':
      return textReply(fault.status ?? 400, '', JSON_TYPE);
    case 'redirect':
      return {
        status: 302,
        headers: { location: fault.location ?? `${otherHostUrl}/redirected`, 'content-type': 'text/html' },
        body: '<a>Moved</a>',
      };
    case 'oversize':
      return textReply(200, largeBody(fault.sizeBytes ?? DEFAULT_OVERSIZE_BYTES, fault.filling), JSON_TYPE);
    default:
      return alterReply(fault, reply);
  }
}

/** A bare HTTP status. Refused credentials get XML, any other status a line of text. */
export function toStatusReply(status: number): Reply {
  return status === 401 || status === 403 ? refusedReply(status) : textReply(status, `Simulated status ${status}\n`);
}

/** The reply with a Retry-After; undefined: without. The documents say nothing of a 429's body and its Retry-After [?]. */
export function withRetryAfter(reply: Reply, seconds: number | undefined): Reply {
  return seconds === undefined ? reply : { ...reply, headers: { ...reply.headers, 'retry-after': String(seconds) } };
}

export interface DeliveryOptions {
  readonly isGzipAccepted: boolean;
  /** Whether the connection carried a request before. */
  readonly isReused: boolean;
  readonly signal: AbortSignal;
}

/** Sends a reply, whole or as the fault wants it. Settles when the last byte is handed over; rejects if it is aborted. */
export async function deliver(
  response: ServerResponse,
  reply: Reply,
  fault: Fault | undefined,
  { isGzipAccepted, isReused, signal }: DeliveryOptions,
): Promise<void> {
  const body = Buffer.from(reply.body);
  switch (fault?.kind) {
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'reset-reused':
      if (isReused) response.socket?.resetAndDestroy();
      else end(response, reply, body);
      return;
    case 'continue':
      response.writeContinue();
      end(response, reply, body);
      return;
    case 'early-hints':
      response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
      end(response, reply, body);
      return;
    case 'wrong-encoding': {
      const headers = { ...reply.headers, 'content-encoding': fault.encoding ?? 'gzip' };
      end(response, { ...reply, headers }, body);
      return;
    }
    case 'hang':
      await sleep(2 ** 31 - 1, undefined, { signal });
      return;
    case 'broken-json':
      end(response, reply, body.subarray(0, Math.floor(body.length / 2)));
      return;
    case 'cut':
      response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
      response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
      return;
    case 'wrong-length':
      response.shouldKeepAlive = false;
      response.writeHead(reply.status, { ...reply.headers, 'content-length': Math.floor(body.length / 2) });
      response.end(body);
      return;
    case 'gzip-bomb':
      end(response, { ...reply, headers: { ...reply.headers, 'content-encoding': 'gzip' } }, bomb(fault.sizeBytes));
      return;
    case 'trickle':
      response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
      for (const byte of body) {
        response.write(Uint8Array.of(byte));
        await sleep(fault.intervalMs ?? DEFAULT_INTERVAL_MS, undefined, { signal });
      }
      response.end();
      return;
    default:
      if (isGzipAccepted && (fault === undefined || fault.kind === 'slow')) {
        const headers = { ...reply.headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' };
        end(response, { ...reply, headers }, gzipSync(body));
      } else end(response, reply, body);
  }
}

function end(response: ServerResponse, reply: Reply, body: Uint8Array): void {
  response.writeHead(reply.status, { ...reply.headers, 'content-length': body.length });
  response.end(body);
}

/** Valid JSON that is mostly padding. */
function padded(padding: string): string {
  return `{"id":1,"padding":"${padding}"}`;
}

/** The filling of a large reply: an element or a member, by its number. */
const PIECE_BY_FILLING: Readonly<Record<Exclude<Filling, 'spaces'>, (count: number) => string>> = {
  numbers: () => ',1',
  decimals: () => ',1.0',
  objects: () => ',{}',
  members: (count) => `,"a${count}":1.0`,
};

/** Valid JSON of a customer, with this many bytes. */
function largeBody(sizeBytes: number, filling: Filling = 'spaces'): string {
  if (filling === 'spaces') return padded(' '.repeat(sizeBytes));
  const isOfMembers = filling === 'members';
  let body = isOfMembers ? '{"id":1' : '{"id":1,"padding":[0';
  const end = isOfMembers ? '}' : ']}';
  for (let count = 0; ; count += 1) {
    const piece = PIECE_BY_FILLING[filling](count);
    if (body.length + piece.length + end.length > sizeBytes) return body + end;
    body += piece;
  }
}

/** `padded` with this many spaces, packed. gzip members may follow each other (RFC 1952 §2.2): one MiB is packed once. */
function bomb(sizeBytes = DEFAULT_BOMB_BYTES): Uint8Array {
  const [start = '', end = ''] = padded('|').split('|');
  const mib = gzipSync(Buffer.alloc(MIB, ' '));
  return Buffer.concat([gzipSync(start), ...Array<Buffer>(Math.ceil(sizeBytes / MIB)).fill(mib), gzipSync(end)]);
}
