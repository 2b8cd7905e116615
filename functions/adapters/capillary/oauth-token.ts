import type { Credentials } from '../../credentials.ts';
import { isPlainObject, type PlainObject } from '../../plain-object.ts';
import { FreeTimeDeadline } from '../free-time-deadline.ts';
import { AuthorizationError, type Token } from './authorization.ts';
import { InvalidReplyError, type UpstreamHttp } from './http-exchange.ts';
import { readReplyText } from './reply-text.ts';
import { readRetryAfter } from './retry-after.ts';

const PATH = '/v3/oauth/token/generate';

/** How a token is asked for. */
export interface TokenRequestOptions {
  /** For the whole exchange. The exchange has its own time, because many look-ups may wait for one token. */
  readonly timeoutMs: number;
  /** The time of day: epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Exchanges an OAuth client's key and secret for a token (upstream notes §4).
 *
 * @throws {AuthorizationError} if there is no token
 */
export async function requestToken(
  http: UpstreamHttp,
  baseUrl: string,
  { key, secret }: Extract<Credentials, { kind: 'oauth' }>,
  { timeoutMs, now }: TokenRequestOptions,
): Promise<Token> {
  let status: number;
  let text: string | undefined;
  let retryAfter: string | undefined;
  const deadline = new FreeTimeDeadline(timeoutMs);
  try {
    const reply = await http({
      method: 'POST',
      url: `${baseUrl}${PATH}`,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key, secret }),
      signal: deadline.signal,
    });
    status = reply.status;
    retryAfter = reply.header('retry-after');
    text = await readReplyText(reply, deadline.signal);
  } catch (error) {
    if (error instanceof InvalidReplyError) {
      throw new AuthorizationError('invalid', 'The upstream gave no token: its reply is not HTTP.', { cause: error });
    }
    throw new AuthorizationError('connection', 'The upstream gave no token: it could not be reached.', {
      cause: error,
    });
  } finally {
    deadline.clear();
  }
  if (status === 429) {
    const retryAfterMs = readRetryAfter(retryAfter, now());
    throw new AuthorizationError('throttled', 'The upstream gave no token: it throttles.', { retryAfterMs });
  }
  if (status >= 500) {
    throw new AuthorizationError('server-error', `The upstream gave no token: it answered ${status}.`);
  }
  if (status >= 400) {
    throw new AuthorizationError('credentials-refused', `The upstream gave no token: it answered ${status}.`);
  }
  const token = toToken(status < 300 ? toJson(text) : undefined);
  if (token === undefined) throw new AuthorizationError('invalid', 'The upstream gave no token: its reply holds none.');
  return token;
}

/** The token of a reply, and its lifetime. The lifetime differs between OAuth clients (upstream notes §4). */
function toToken(reply: unknown): Token | undefined {
  const { accessToken, ttlSeconds } = membersOf(membersOf(reply).data);
  // The token becomes the value of a header.
  if (typeof accessToken !== 'string' || !/^[\x21-\x7e]+$/.test(accessToken)) return undefined;
  const isNumeric = typeof ttlSeconds === 'number' || typeof ttlSeconds === 'string';
  const seconds = isNumeric ? Number(ttlSeconds) : Number.NaN;
  return seconds > 0 && Number.isFinite(seconds) ? { accessToken, ttlMs: seconds * 1000 } : undefined;
}

function membersOf(value: unknown): PlainObject {
  return isPlainObject(value) ? value : {};
}

function toJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
