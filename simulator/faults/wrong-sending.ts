import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { type Reply, withHeader } from '../reply.ts';
import type { FaultValues } from './fault-values.ts';
import { gzipBomb } from './large-body.ts';

/** A reply on its way out. */
export interface Sending {
  readonly response: ServerResponse;
  readonly reply: Reply;
  /** The reply's body, as bytes. */
  readonly body: Uint8Array;
  /** Whether the connection carried a request before. */
  readonly isReused: boolean;
  readonly signal: AbortSignal;
}

/** The faults in sending a reply. */
export const WRONG_SENDINGS = {
  /** No reply, the connection stays open. */
  hang: ({ signal }) => sleep(2 ** 31 - 1, undefined, { signal }),
  /** 200 with JSON that breaks off in the middle, properly ended as HTTP goes. */
  'broken-json': (sending) => send(sending, firstHalf(sending)),
  /** Half of the body announced in Content-Length, then the connection is destroyed. */
  cut: (sending) => void sendHead(sending).write(firstHalf(sending), () => sending.response.destroy()),
  /** A Content-Length shorter than the body. */
  'wrong-length': (sending) => {
    sending.response.shouldKeepAlive = false;
    sendHead(sending, firstHalf(sending).length).end(sending.body);
  },
  /** The right reply, after an informational `100 Continue`. */
  continue: (sending) => {
    sending.response.writeContinue();
    send(sending);
  },
  /** The right reply, after an informational `103 Early Hints`. */
  'early-hints': (sending) => {
    sending.response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
    send(sending);
  },
  /** The right reply, which says that it is in `encoding` (default gzip), and is not. */
  'wrong-encoding': (sending, { encoding = 'gzip' }) => send(encoded(sending, encoding)),
  /** Valid JSON that decodes to `sizeBytes` (default 200 MiB), a thousandth of that on the wire. */
  'gzip-bomb': (sending, { sizeBytes }) => send(encoded(sending, 'gzip'), gzipBomb(sizeBytes)),
  /** The right reply, one byte each `intervalMs` (default 100). */
  trickle: async (sending, { intervalMs = 100 }) => {
    const response = sendHead(sending);
    for (const byte of sending.body) {
      response.write(Uint8Array.of(byte));
      await sleep(intervalMs, undefined, { signal: sending.signal });
    }
    response.end();
  },
  /** The connection is reset without a reply. */
  reset: ({ response }) => void response.socket?.resetAndDestroy(),
  /** The right reply to the first request on a connection; at each later one the connection is reset. */
  'reset-reused': (sending) => (sending.isReused ? void sending.response.socket?.resetAndDestroy() : send(sending)),
} as const satisfies Readonly<Record<string, WrongSending>>;

type WrongSending = (sending: Sending, values: FaultValues) => void | Promise<void>;

/** Sends a reply as a fault wants it; whole if the fault is of another kind. Settles when the last byte is handed over. */
export async function sendWith(fault: FaultValues & { readonly kind: string }, sending: Sending): Promise<void> {
  const wrongSendings: Readonly<Record<string, WrongSending | undefined>> = WRONG_SENDINGS;
  const wrongSending = wrongSendings[fault.kind];
  if (wrongSending === undefined) send(sending);
  else await wrongSending(sending, fault);
}

/** Sends a whole reply. */
export function send(sending: Sending, body = sending.body): void {
  sendHead(sending, body.length).end(body);
}

/** The same reply, packed by gzip. */
export function compressed(sending: Sending): Sending {
  const { reply, body } = encoded(sending, 'gzip');
  return { ...sending, reply: withHeader(reply, 'vary', 'Accept-Encoding'), body: gzipSync(body) };
}

/** The same reply, which says that its body is in this encoding. */
function encoded(sending: Sending, encoding: string): Sending {
  return { ...sending, reply: withHeader(sending.reply, 'content-encoding', encoding) };
}

function sendHead({ response, reply, body }: Sending, length = body.length): ServerResponse {
  return response.writeHead(reply.status, { ...reply.headers, 'content-length': length });
}

function firstHalf({ body }: Sending): Uint8Array {
  return body.subarray(0, Math.floor(body.length / 2));
}
