import type { KyInstance } from 'ky';
import * as z from 'zod/mini';
import type { Credentials } from '../../settings.ts';
import { FreeTimeDeadline } from '../free-time-deadline.ts';
import { AuthorizationError, type Token } from './authorization.ts';
import { readCappedText } from './capped-body.ts';
import { InvalidReplyError } from './keep-alive-fetch.ts';
import { readRetryAfter } from './retry-after.ts';

const PATH = '/v3/oauth/token/generate';

const TokenReply = z.object({
  data: z.object({
    // It becomes a header's value.
    accessToken: z.string().check(z.regex(/^[\x21-\x7e]+$/)),
    // Read from the reply: the lifetime is set per client (upstream notes §4).
    ttlSeconds: z.pipe(z.union([z.number(), z.string()]), z.transform(Number)).check(z.positive()),
  }),
});

export interface TokenRequestOptions {
  /** For the whole exchange; its own, because many look-ups may wait for one token. */
  readonly timeoutMs: number;
  /** The time of day: epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Exchanges an OAuth client's key and secret for a token (upstream notes §4).
 *
 * @throws {AuthorizationError} when there is none to be had
 */
export async function requestToken(
  http: KyInstance,
  baseUrl: string,
  { key, secret }: Extract<Credentials, { kind: 'oauth' }>,
  { timeoutMs, now }: TokenRequestOptions,
): Promise<Token> {
  let status: number;
  let text: string | undefined;
  let retryAfter: string | null;
  const deadline = new FreeTimeDeadline(timeoutMs);
  try {
    const response = await http.post(`${baseUrl}${PATH}`, { json: { key, secret }, signal: deadline.signal });
    status = response.status;
    retryAfter = response.headers.get('retry-after');
    text = await readCappedText(response);
  } catch (error) {
    if (error instanceof InvalidReplyError) {
      throw new AuthorizationError('invalid', 'The upstream gave no token: its reply is no HTTP.', { cause: error });
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
  const reply = TokenReply.safeParse(status < 300 ? toJson(text) : undefined);
  if (!reply.success) throw new AuthorizationError('invalid', 'The upstream gave no token: its reply holds none.');
  const { accessToken, ttlSeconds } = reply.data.data;
  return { accessToken, ttlMs: ttlSeconds * 1000 };
}

function toJson(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
}
