import { parseKeepingNumbers } from './json.ts';
import {
  type ErrorOutcome,
  type LookupOutcome,
  SERVICE_ERROR_CODES,
  type ServiceErrorCode,
  transportError,
} from './outcome.ts';
import { isRecord, readResults, type Transport } from './transport.ts';
import { waitingOf } from './waiting.ts';

/** Lookaside behind its gateway. */
export interface HttpOptions {
  /** Lookaside's address, with the stage of a deployment: `https://….execute-api.….amazonaws.com/live`. */
  readonly endpoint: string | URL;
  /** The value of `x-api-key`. Default: none, as on one machine. */
  readonly apiKey?: string | undefined;
  /** Default: the runtime's own `fetch`. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** The codes of a refused batch that mean the same as in an outcome. */
const SERVICE_CODES: ReadonlySet<unknown> = new Set(SERVICE_ERROR_CODES);

/**
 * Look-ups by `POST /lookups`, also for one look-up: its results are exactly the outcomes of a direct invocation.
 * @throws {TypeError} if the endpoint is not an http or https address without a user, or the key cannot be sent
 */
export function overHttp({ endpoint, apiKey, fetch = globalThis.fetch }: HttpOptions): Transport {
  const url = toLookupsUrl(endpoint);
  const headers = toHeaders(apiKey);
  const many = async (payloads: readonly object[], signal: AbortSignal) => {
    const ask = () =>
      fetch(url, {
        method: 'POST',
        headers,
        body: JSON.stringify({ lookups: payloads }),
        // A followed redirect would carry the key to another host. With 'error' its outcome would look like an outage.
        redirect: 'manual',
        signal,
      });
    const askAgain = (error: unknown) => {
      if (signal.aborted || !isConnectionDead(error)) throw error;
      return ask();
    };
    // Node keeps two connections for a program that sends one request after the other, and both may be dead.
    const response = await ask().catch(askAgain).catch(askAgain);
    const answer = readJson(await response.text());
    const results = response.status === 200 ? readResults(answer, payloads.length) : undefined;
    return results ?? (isRedirect(response) ? redirectError(url) : toError(response, answer));
  };
  return {
    name: url,
    one: async (payload, signal): Promise<LookupOutcome> => {
      const answer = await many([payload], signal);
      return 'kind' in answer ? answer : (answer[0] as LookupOutcome);
    },
    many,
  };
}

/**
 * Whether the connection broke before an answer began. Most likely it was a kept-alive one: a gateway closes idle
 * connections, for example while a caller that is a Lambda function is frozen. Browsers ask again by themselves.
 */
function isConnectionDead(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return isRecord(cause) && DEAD_CONNECTION.has(cause.code);
}

/** The codes of such an error in Node. */
const DEAD_CONNECTION: ReadonlySet<unknown> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** Whether this is a redirect that was not followed. A browser hides its status. */
function isRedirect({ status, type }: Response): boolean {
  return type === 'opaqueredirect' || (status >= 300 && status < 400);
}

function redirectError(url: string): ErrorOutcome {
  const advice = 'Check the endpoint: https, the host, and the stage.';
  return transportError('invalid_answer', `${url} redirects, and the client follows no redirect. ${advice}`);
}

function toLookupsUrl(endpoint: string | URL): string {
  const url = toUrl(endpoint);
  if (url === undefined || !/^https?:$/.test(url.protocol) || hasMore(url)) {
    throw new TypeError(
      'endpoint is not an address of Lookaside; allowed is http or https, without user, query and fragment, such as ' +
        'https://abcdefghij.execute-api.eu-west-1.amazonaws.com/live.',
    );
  }
  return `${withoutSlashesAtEnd(url.href)}/lookups`;
}

/** The address without slashes at its end. It uses a loop: a pattern would take quadratic time. */
function withoutSlashesAtEnd(address: string): string {
  let end = address.length;
  while (address[end - 1] === '/') end -= 1;
  return address.slice(0, end);
}

/**
 * Whether the address has a part that is not allowed. `fetch` sends no user and password, and messages would repeat
 * them. The path of a look-up would end up behind a `?` or `#`, even behind an empty one, which `search` and `hash` do
 * not show.
 */
function hasMore({ username, password, href }: URL): boolean {
  return username !== '' || password !== '' || /[?#]/.test(href);
}

function toUrl(endpoint: string | URL): URL | undefined {
  try {
    return new URL(endpoint);
  } catch {
    return undefined;
  }
}

function toHeaders(apiKey: string | undefined): Record<string, string> {
  if (apiKey !== undefined && !/^[\x21-\x7e]+$/.test(apiKey)) {
    throw new TypeError('apiKey is not an API key; allowed are printable ASCII characters without spaces.');
  }
  return { 'content-type': 'application/json', ...(apiKey !== undefined && { 'x-api-key': apiKey }) };
}

function readJson(text: string): unknown {
  try {
    return parseKeepingNumbers(text);
  } catch {
    return undefined;
  }
}

/** The error of an answer without results: a problem document, or an answer that does not come from Lookaside. */
function toError({ status, headers }: Response, problem: unknown): ErrorOutcome {
  const { code, detail } = isRecord(problem) ? problem : {};
  const said = (otherwise: string): string => (typeof detail === 'string' ? detail : otherwise);
  // An HTTP API says 401 if a token is missing or wrong.
  const isRefused = status === 401 || (status === 403 && code !== ('not_allowed' satisfies ServiceErrorCode));
  if (isRefused) {
    const advice = 'Check the API key or the token, and the endpoint, with its stage.';
    return transportError('forbidden', said(`The caller is refused (HTTP status ${status}). ${advice}`));
  }
  const waiting = waitingOf(headers.get('retry-after'));
  if (status === 429) {
    return {
      ...transportError('too_many_requests', said('There are too many requests. Wait, and try again.')),
      ...waiting,
    };
  }
  if (status === 413) {
    const message = said('The query is larger than the gateway allows. Send fewer look-ups at once.');
    return { kind: 'error', code: 'too_large', message };
  }
  if (SERVICE_CODES.has(code)) {
    return { kind: 'error', code: code as ServiceErrorCode, message: said(`HTTP status ${status}.`), ...waiting };
  }
  if (status >= 500) {
    const failed = `The gateway or a proxy before Lookaside failed (HTTP status ${status}).`;
    return { ...transportError('unreachable', `${failed} Try again. If it stays so, check the endpoint.`), ...waiting };
  }
  const what =
    code === 'not_found' ? 'Lookaside answers, but has nothing at this path' : 'The answer is not from Lookaside';
  return transportError('invalid_answer', `${what} (HTTP status ${status}). Check the endpoint.`);
}
