import type { IncomingMessage } from 'node:http';
import type { Parameter } from '../../functions/customer/request/canonical-request.ts';
import { InvalidRequestError } from '../../functions/customer/request/invalid-request-error.ts';
import { BodyTooLargeError, readBody } from '../gateway/wire.ts';
import type { RecentRequests } from '../observation/recent-requests.ts';
import type { Peeked } from '../peek/peek.ts';
import { readApiDocumentAsJson } from './api-document.ts';
import type { EntryShelf } from './entry-shelf.ts';
import { type ConsoleReply, json } from './reply.ts';
import type { UpstreamControl } from './upstream-control.ts';

/** What the page's API reaches. */
export interface ConsoleApiOptions {
  /** The settings that the page shows, without secrets. */
  readonly about: () => unknown;
  readonly recent: RecentRequests;
  /** The cache's entries of an identifier. Undefined: the cache is off. */
  readonly peek: ((parameters: Iterable<Parameter>) => Promise<Peeked>) | undefined;
  /** Undefined: the cache is off. */
  readonly entries: EntryShelf | undefined;
  /** Undefined: the upstream is real. */
  readonly upstream: UpstreamControl | undefined;
}

/** Answers the page's requests; undefined: there is nothing under this name. */
export type ConsoleApi = (request: IncomingMessage, name: string) => Promise<ConsoleReply | undefined>;

const MAX_BODY_BYTES = 64 * 1024;

/**
 * The page's requests, besides the service's public API:
 *
 * - `GET state?after=N` → the service, the requests after number N, and the state of the simulated upstream
 * - `GET openapi` → openapi.yaml as JSON, for the API reference
 * - `GET entries` → the entries of the cache
 * - `POST peek` with the parameters of a subject → the cache's entries of it; the command line uses this
 * - `POST entries` with `{"partition","act":"purge"|"mark-stale"}` → how many entries it deleted or marked
 * - `GET upstream/customers?q=` → customers of the simulated upstream
 * - `POST upstream`, `DELETE upstream`, `DELETE upstream/faults` → the answer of its control endpoint
 * - `POST events` with `{"id","name"}` → an event notification, sent to this service's webhook
 */
export function createConsoleApi({ about, recent, peek, entries, upstream }: ConsoleApiOptions): ConsoleApi {
  const startedAt = Date.now();
  const get = async (name: string, query: URLSearchParams): Promise<ConsoleReply | undefined> => {
    switch (name) {
      case 'state':
        return json(200, {
          now: Date.now(),
          startedAt,
          service: about(),
          requests: recent.after(Number(query.get('after')) || 0),
          upstream: upstream && (await upstream.state()),
        });
      case 'openapi':
        return { ...json(200, null), body: await readApiDocumentAsJson() };
      case 'entries':
        return entries === undefined ? OFF : json(200, await entries.list());
      case 'upstream/customers':
        return upstream === undefined ? REAL_UPSTREAM : upstream.customers(query.get('q') ?? '');
      default:
        return undefined;
    }
  };

  const posts = new Map<string, (body: unknown) => Promise<ConsoleReply>>([
    ['entries', async (body) => (entries === undefined ? OFF : entries.act(body))],
    ['peek', async (body) => (peek === undefined ? OFF : json(200, await peek(parametersOf(body))))],
    ['upstream', async (body) => (upstream === undefined ? REAL_UPSTREAM : upstream.command(body))],
    ['events', async (body) => (upstream === undefined ? REAL_UPSTREAM : upstream.notify(body))],
  ]);
  // The body of a request that is for the service stays unread: the service reads it, and would wait for it forever.
  const post = async (name: string, request: IncomingMessage) => posts.get(name)?.(await readJson(request));

  return async (request, name) => {
    try {
      switch (request.method) {
        case 'GET':
          return await get(name, new URL(request.url ?? '/', 'http://localhost').searchParams);
        case 'POST':
          return await post(name, request);
        case 'DELETE':
          if (name !== 'upstream' && name !== 'upstream/faults') return undefined;
          return upstream === undefined ? REAL_UPSTREAM : await upstream.reset(name.slice('upstream'.length));
        default:
          return undefined;
      }
    } catch (error) {
      if (error instanceof BodyTooLargeError) return json(413, { error: 'The body is too large.' });
      if (error instanceof WrongBodyError) return json(error.status, { error: error.message });
      if (error instanceof InvalidRequestError) return json(400, { error: error.message });
      throw error;
    }
  };
}

const OFF = json(409, { error: 'The cache is off (CACHE_MODE=bypass).' });
const REAL_UPSTREAM = json(409, {
  error: 'The upstream is a real one (UPSTREAM_BASE_URL): there is nothing to control.',
});

class WrongBodyError extends Error {
  override readonly name = 'WrongBodyError';
  readonly status: number;

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** The members of a body, as parameters. */
function parametersOf(body: unknown): readonly Parameter[] {
  return Object.entries(Object(body)).map(([name, value]) => [name, String(value)] as const);
}

/** A page of another site can send plain text anywhere without a preflight, but not JSON. */
async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!request.headers['content-type']?.startsWith('application/json')) {
    throw new WrongBodyError(415, 'Content-Type is not application/json.');
  }
  const body = await readBody(request, MAX_BODY_BYTES);
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new WrongBodyError(400, 'The body is not JSON.', { cause: error });
  }
}
