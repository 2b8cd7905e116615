import { isLoopback } from '../settings/loopback.ts';
import { withoutSlashesAtEnd } from '../settings/slashes-at-end.ts';
import { wordsFor } from './given-text.ts';

/** A deployment, from a caller's view. */
export interface Target {
  /** The stack's output `Endpoint`, or an address in front of it. It ends in `/`. */
  readonly url: URL;
  /**
   * An API key's value.
   *
   * @default - no key is sent
   */
  readonly key: string | undefined;
  /** Makes the headers by which the caller of a look-up proves its identity, in place of a key. */
  readonly proof?: Proof | undefined;
}

/** A credential other than a key. */
export interface Proof {
  readonly kind: 'a signature' | 'a token';
  headersFor(call: { readonly url: URL; readonly method: string }): Promise<Readonly<Record<string, string>>>;
}

/** One reply of a deployment. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** When the request was sent. Epoch milliseconds. */
  readonly askedAt: number;
  /** When the reply was complete. Epoch milliseconds. */
  readonly answeredAt: number;
}

/** The request to send. */
export interface Call {
  /** Below the deployment's address, without a leading `/`. */
  readonly path: string;
  /** @default 'GET' */
  readonly method?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Whether it needs the credential of a caller. @default false */
  readonly isLookup?: boolean;
}

/**
 * How long to wait for a reply. The gateway gives up after 29 s. A later reply comes from something else. Milliseconds.
 */
const TIMEOUT_MS = 35_000;

/** The beginning of the name of a header that API Gateway renames. */
export const RENAMED = 'x-amzn-remapped-';

/** The options by which an operator gives the address and the key. */
const BY_OPTIONS = { url: '--url', key: '--key' };

/**
 * The deployment that an operator names, or a text about the problem of its address or key. The text never holds the
 * key, or the user of the address.
 * @param names what the text calls them. Default: the options of the command line
 */
export function toTarget(
  url: string,
  key: string | undefined,
  proof?: Proof,
  names: Readonly<typeof BY_OPTIONS> = BY_OPTIONS,
): Target | string {
  const base = URL.parse(`${withoutSlashesAtEnd(url)}/`);
  if (base === null || !['https:', 'http:'].includes(base.protocol) || hasMore(base)) {
    // The text before an @ may hold a password.
    const what = url.includes('@') ? 'an address with a user' : wordsFor(url);
    return (
      `${names.url} is ${what}; allowed is an address of http or https without user, query and fragment: ` +
      "the stack's output Endpoint, or http://127.0.0.1:3000."
    );
  }
  const problem = key === undefined ? undefined : explainHeaderValue(names.key, key);
  return problem ?? { url: base, key, proof };
}

/**
 * Whether an address has parts that an address of Lookaside does not have. `fetch` refuses a user, and a path after a
 * query would be lost.
 */
function hasMore({ username, password, href }: URL): boolean {
  return username !== '' || password !== '' || /[?#]/.test(href);
}

/**
 * Why a text cannot be the value of a header; undefined: it can. `fetch` throws for some of these texts, and sends
 * others as different bytes, so that the address or the key seems wrong. The text is secret, so the answer does not
 * repeat it.
 * @param name the operator's name of the value, such as `--key`
 */
export function explainHeaderValue(name: string, value: string): string | undefined {
  if (value === '') return `${name} is empty; give the value. In a shell, look at the command that reads it.`;
  const position = value.search(/[^\x21-\x7e]/);
  if (position === -1) return undefined;
  const code = value.codePointAt(position) ?? 0;
  const character = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  return (
    `${name} has a character that it cannot have, ${character} at position ${position + 1} of ${value.length}; allowed ` +
    'are printable ASCII characters without spaces. Copy the value again, without quotes, spaces or line breaks.'
  );
}

/** The address of a call. */
export function addressOf({ url }: Target, { path, query = {} }: Pick<Call, 'path' | 'query'>): URL {
  const address = new URL(path, url);
  address.search = new URLSearchParams(query).toString();
  return address;
}

/**
 * Each request has its own connection. The canary is frozen for minutes between its runs. The gateway closes its idle
 * connections in that time, so with kept-alive ones the first look-up of each run would fail.
 */
const ONE_REQUEST = { connection: 'close' };

/**
 * Sends one request, with the caller's credential. It returns the reply, or a text that says why there is none. It
 * never throws.
 */
export async function send(target: Target, call: Call): Promise<Reply | string> {
  const { method = 'GET', headers = {}, body } = call;
  const askedAt = Date.now();
  try {
    const url = addressOf(target, call);
    const proved = call.isLookup ? await target.proof?.headersFor({ url, method }) : undefined;
    // The first request loads it: some commands need only the words of this file.
    const { default: ky } = await import('ky');
    const response = ky(url, {
      method,
      headers: { ...(target.key !== undefined && { 'x-api-key': target.key }), ...proved, ...headers, ...ONE_REQUEST },
      redirect: 'manual',
      // `timeout` would begin anew for the reply's body.
      timeout: false,
      totalTimeout: TIMEOUT_MS,
      // A check reports the answer of the deployment, even if the answer is an error.
      retry: 0,
      throwHttpErrors: false,
      ...(body !== undefined && { body }),
    });
    const { status, headers: replied } = await response;
    return { status, headers: replied, body: await response.text(), askedAt, answeredAt: Date.now() };
  } catch (error) {
    return explainNoReply(target.url, error);
  }
}

/** Why a request to an address got no reply, and what to do. @param error what ky or `fetch` threw */
export function explainNoReply(url: URL, error: unknown): string {
  const { host } = url;
  if (error instanceof Error && error.name === 'TimeoutError') {
    return `${host} did not answer within ${TIMEOUT_MS / 1000} s. Check --url, and the network between.`;
  }
  const cause = causeOf(error);
  return `${host} cannot be reached (${cause?.code ?? cause?.message ?? error}). ${adviceFor(url, cause?.code)}`;
}

function adviceFor(url: URL, code: string | undefined): string {
  // TLS gets this from a server that speaks plain HTTP.
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER') return 'It answers without TLS: does its address begin with http://?';
  return isLoopback(url)
    ? "Run npm start, with the same PORT; or give a deployment's address by --url: the stack's output Endpoint."
    : "Check --url: it is the stack's output Endpoint.";
}

/** The innermost cause of an error: `fetch` wraps it in an error of its own, and ky wraps that in another one. */
function causeOf(error: unknown): { readonly code?: string; readonly message?: string } | undefined {
  const { cause } = Object(error) as { readonly cause?: unknown };
  return cause === undefined ? undefined : (causeOf(cause) ?? Object(cause));
}

/** A reply in one line. */
export function describe({ status, headers, askedAt, answeredAt }: Reply): string {
  const cacheStatus = headers.get('cache-status') ?? 'no Cache-Status';
  return `${status} in ${answeredAt - askedAt} ms: ${cacheStatus}`;
}

/** The parameters of `Cache-Status` (RFC 9211), such as `hit` or `fwd-status=200`. */
export function cacheParameters({ headers }: Reply): readonly string[] {
  const [, ...parameters] = (headers.get('cache-status') ?? '').split(';');
  return parameters.map((parameter) => parameter.trim());
}
