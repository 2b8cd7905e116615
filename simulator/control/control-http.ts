import type { IncomingMessage } from 'node:http';
import { DirectoryError } from '../customers/customer.ts';
import { JSON_TYPE, type Reply } from '../reply.ts';
import type { SimulatedUpstream } from '../simulated-upstream.ts';
import { ControlError, control, readCommand, reset, stateOf } from './control.ts';
import { listCustomers } from './customer-list.ts';
import { NotifyError, notify } from './notify.ts';

/**
 * The path of the control endpoint. The simulator's README describes its requests. It answers requests from loopback
 * only.
 */
const CONTROL_PATH = '/__control';

/** Whether a path is the control endpoint's. */
export function isControlPath(path: string): boolean {
  return path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`);
}

/** Answers a request for the control endpoint. */
export async function answerControl(
  upstream: SimulatedUpstream,
  request: IncomingMessage,
  target: URL,
  body: string,
): Promise<Reply> {
  if (!isLoopback(request)) return refusal(403, 'The control endpoint answers on loopback only.');
  const part = target.pathname.slice(CONTROL_PATH.length + 1);
  if (part === 'faults' || part === 'counters') {
    if (request.method !== 'DELETE') return notAllowed('DELETE');
    reset(upstream, part);
    return ok(stateOf(upstream));
  }
  if (part === 'events') {
    if (request.method !== 'POST') return notAllowed('POST');
    return answerCommand(request, () => notify(upstream.directory, readCommand(body)));
  }
  if (part === 'customers') {
    if (request.method !== 'GET') return notAllowed('GET');
    return ok(listCustomers(upstream.directory, target.searchParams.get('q') ?? ''));
  }
  if (part !== '') return refusal(404, 'There is no such part; there are faults, counters, events and customers.');
  switch (request.method) {
    case 'GET': {
      const last = Number(target.searchParams.get('requests') ?? Number.POSITIVE_INFINITY);
      return ok({ ...stateOf(upstream), requests: last > 0 ? upstream.journal.requests.slice(-last) : [] });
    }
    case 'POST':
      return answerCommand(request, async () => control(upstream, readCommand(body)));
    case 'DELETE':
      reset(upstream, 'everything');
      return ok(stateOf(upstream));
    default:
      return notAllowed('GET, POST, DELETE');
  }
}

async function answerCommand(request: IncomingMessage, carryOut: () => Promise<object>): Promise<Reply> {
  // A web page can send plain text to any address without a preflight. It cannot send JSON without one.
  if (!request.headers['content-type']?.startsWith('application/json')) {
    return refusal(415, 'Content-Type is not application/json.');
  }
  try {
    return ok(await carryOut());
  } catch (error) {
    if (WRONG_COMMANDS.some((wrong) => error instanceof wrong)) return refusal(400, (error as Error).message);
    throw error;
  }
}

/** The errors that say that a command is wrong. */
const WRONG_COMMANDS = [ControlError, NotifyError, DirectoryError] as const;

function isLoopback({ socket, headers }: IncomingMessage): boolean {
  const isLocalPeer = /^(::ffff:)?127\./.test(socket.remoteAddress ?? '') || socket.remoteAddress === '::1';
  return isLocalPeer && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '');
}

function ok(value: object): Reply {
  return { status: 200, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify(value) };
}

function refusal(status: number, error: string): Reply {
  return { status, headers: { 'content-type': JSON_TYPE }, body: JSON.stringify({ error }) };
}

function notAllowed(allow: string): Reply {
  const reply = refusal(405, `Allowed: ${allow}.`);
  return { ...reply, headers: { ...reply.headers, allow } };
}
