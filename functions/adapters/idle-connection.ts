import type { Agent, ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
import { monotonicNow } from './monotonic-now.ts';

/**
 * After this time a connection that was idle carries no request any more. An instance may be frozen for hours. NAT
 * gateways and firewalls forget an idle connection after some minutes, in AWS after 350 s. Some of them then drop its
 * packets silently, so its next request would fail only when its whole time is over. Milliseconds.
 */
export const MAX_IDLE_MS = 300_000;

/** A connection when it became idle. */
interface Idle {
  /** How many bytes it had received. */
  readonly bytesRead: number;
  /** For how long it has been idle. Milliseconds. */
  readonly idleMs: () => number;
}

const idle = new WeakMap<Socket, Idle>();

/**
 * Lets `sendOnQuiet` know the connections of an agent. Call it before the agent's first request.
 * @param now milliseconds since some moment, never set back
 */
export function watchIdleConnections(agent: Agent, now: () => number = monotonicNow): void {
  agent.on('free', (socket: Socket) => {
    const since = now();
    idle.set(socket, { bytesRead: socket.bytesRead, idleMs: () => now() - since });
  });
}

/** The sending of a request. */
export interface Sending {
  /** False while it waits. An event that the request emits before it is sent is not about this request. */
  readonly isSent: boolean;
}

/**
 * Sends a request, if its connection was not idle for too long, and the far side has sent nothing on it since the last
 * reply.
 *
 * A reply of HTTP/1.1 does not name its request: the next request gets the bytes that come next. So bytes that came
 * before the request are another reply, maybe about another customer. Each later request on that connection would also
 * get the reply of an earlier one. A load balancer may also send a 408 before it closes an idle connection. An instance
 * that was frozen has not read any of this yet. So this function first reads all that arrived, and then sends the
 * request.
 *
 * @param request not sent yet, of an agent of `watchIdleConnections`
 * @param onUnusable called if the connection is unusable: the request was not sent, and is destroyed
 */
export function sendOnQuiet(
  request: ClientRequest,
  body: string | Buffer | undefined,
  onUnusable: () => void,
): Sending {
  const sending = { isSent: false };
  const send = () => {
    sending.isSent = true;
    request.end(body);
  };
  if (!request.reusedSocket) {
    send();
    return sending;
  }
  let isBroken = false;
  request.once('error', () => {
    isBroken = true;
  });
  afterReading(() => {
    if (!isBroken && !request.destroyed && isUsable(request.socket)) return send();
    request.destroy();
    onUnusable();
  });
  return sending;
}

/** Whether a connection has received nothing since it was idle. */
export function isQuiet(socket: Socket | null): boolean {
  return socket !== null && socket.bytesRead === idle.get(socket)?.bytesRead;
}

function isUsable(socket: Socket | null): boolean {
  const known = socket === null ? undefined : idle.get(socket);
  return known !== undefined && known.idleMs() <= MAX_IDLE_MS && isQuiet(socket);
}

/**
 * Calls back after the event loop has read all that has arrived by now. It waits twice, because a poll phase may be in
 * progress.
 */
export function afterReading(callback: () => void): void {
  setImmediate(() => setImmediate(callback));
}
