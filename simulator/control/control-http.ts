import type { IncomingMessage } from 'node:http';
import { ControlError } from '../control-error.ts';
import { JSON_TYPE, type Reply, textReply, withHeader } from '../reply.ts';
import type { UpstreamRequest } from '../request.ts';
import type { SimulatedUpstream } from '../simulated-upstream.ts';
import { control, reset, stateOf } from './control.ts';
import { listCustomers } from './customer-list.ts';
import { notify } from './notifications.ts';
import { readCommand } from './read-command.ts';

/** The path of the control endpoint. The simulator's README describes its requests. */
const CONTROL_PATH = '/__control';

/** Whether a path is the control endpoint's. */
export function isControlPath(path: string): boolean {
  return path === CONTROL_PATH || path.startsWith(`${CONTROL_PATH}/`);
}

/** A request for the control endpoint, its body read. */
export interface ControlRequest extends Omit<UpstreamRequest, 'api'>, Pick<IncomingMessage, 'socket'> {
  readonly path: string;
}

/** Answers a request for the control endpoint. */
export async function answerControl(upstream: SimulatedUpstream, request: ControlRequest): Promise<Reply> {
  if (!isLoopback(request)) return refusal(403, 'The control endpoint answers on loopback only.');
  const part = request.path.slice(CONTROL_PATH.length + 1);
  const methods = Object.hasOwn(ROUTES, part) ? ROUTES[part] : undefined;
  if (methods === undefined) {
    return refusal(404, 'There is no such part; there are faults, counters, events and customers.');
  }
  const respond = methods[request.method];
  if (respond === undefined) {
    const allow = Object.keys(methods).join(', ');
    return withHeader(refusal(405, `Allowed: ${allow}.`), 'allow', allow);
  }
  // A web page can send plain text to any address without a preflight. It cannot send JSON without one.
  if (request.method === 'POST' && !request.headers['content-type']?.startsWith('application/json')) {
    return refusal(415, 'Content-Type is not application/json.');
  }
  try {
    return plainReply(200, await respond(upstream, request));
  } catch (error) {
    if (error instanceof ControlError) return refusal(400, error.message);
    throw error;
  }
}

type Respond = (upstream: SimulatedUpstream, request: ControlRequest) => object | Promise<object>;

/** The parts of the endpoint, and the methods of each. */
const ROUTES: Readonly<Record<string, Readonly<Record<string, Respond>>>> = {
  '': {
    GET: (upstream, { query }) => {
      const last = Number(query.get('requests') ?? Number.POSITIVE_INFINITY);
      return { ...stateOf(upstream), requests: last > 0 ? upstream.journal.requests.slice(-last) : [] };
    },
    POST: (upstream, { body }) => control(upstream, readCommand(body)),
    DELETE: (upstream) => reset(upstream, 'everything'),
  },
  faults: { DELETE: (upstream) => reset(upstream, 'faults') },
  counters: { DELETE: (upstream) => reset(upstream, 'counters') },
  events: { POST: ({ state }, { body }) => notify(state.directory, readCommand(body)) },
  customers: { GET: ({ state }, { query }) => listCustomers(state.directory, query.get('q') ?? '') },
};

function isLoopback({ socket, headers }: ControlRequest): boolean {
  const isLocalPeer = /^(::ffff:)?127\./.test(socket.remoteAddress ?? '') || socket.remoteAddress === '::1';
  return isLocalPeer && /^(127\.\d+\.\d+\.\d+|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '');
}

function refusal(status: number, error: string): Reply {
  return plainReply(status, { error });
}

/** JSON as JavaScript writes it. */
function plainReply(status: number, value: object): Reply {
  return textReply(status, JSON.stringify(value), JSON_TYPE);
}
