import type { CanonicalRequest } from '../../customer/request/canonical-request.ts';
import type { Clock } from '../../lookup/ports.ts';
import type { FailureKind, UpstreamFailure, UpstreamOutcome } from '../../lookup/upstream.ts';
import type { AuthorizationHeader } from './authorization.ts';
import { readCappedText } from './capped-body.ts';
import { type HttpReply, InvalidReplyError, type UpstreamHttp } from './http-exchange.ts';
import { addressOf, PROTOCOLS } from './protocols.ts';
import { readReplyBody } from './reply-body.ts';
import { readRetryAfter } from './retry-after.ts';

/** One request to the upstream, and its result. */
export interface Attempt {
  readonly outcome: UpstreamOutcome;
  /** When it began. Epoch milliseconds. */
  readonly askedAt: number;
  /** The reply's status, if one came, even if the rest of the reply did not come. */
  readonly status?: number | undefined;
  /** The upstream's own id of the request. */
  readonly requestId?: string | undefined;
}

export interface AttemptOptions {
  readonly http: UpstreamHttp;
  readonly baseUrl: string;
  readonly clock: Clock;
  readonly authorization: AuthorizationHeader;
  readonly deadline: AbortSignal;
}

/** Asks the upstream once. A failure is an outcome, not an error. */
export async function attempt(request: CanonicalRequest, options: AttemptOptions): Promise<Attempt> {
  const { http, baseUrl, clock, authorization, deadline } = options;
  const { api, language } = request;
  const askedAt = clock.now();
  let status: number | undefined;
  try {
    const reply = await http({
      method: 'GET',
      url: addressOf(request, baseUrl),
      headers: { [authorization.name]: authorization.value, ...(language !== undefined && { language }) },
      signal: deadline,
    });
    status = reply.status;
    const outcome = PROTOCOLS[api].readReply(status, await readReplyBody(await readText(reply, deadline)));
    const retryAfterMs = readRetryAfter(reply.header('retry-after'), clock.now());
    const isTold = outcome.kind === 'failed' && retryAfterMs !== undefined;
    return {
      outcome: isTold ? { ...outcome, retryAfterMs } : outcome,
      askedAt,
      status,
      requestId: toRequestId(reply.header('x-cap-requestid')),
    };
  } catch (error) {
    if (error instanceof InvalidReplyError) return { askedAt, outcome: failed('invalid') };
    // Node has many errors for an unreachable upstream or a broken connection. Each means that there is no
    // whole answer.
    return { askedAt, status, outcome: failed(deadline.aborted ? 'timeout' : 'connection') };
  }
}

/**
 * The reply's text, as `readCappedText` gives it. If the connection breaks inside the body of a redirect or a 4xx, the
 * status still counts, and the body counts as unreadable. If the reply counted as a broken connection, the service
 * would retry it at once, even a 429, and the breaker would count it.
 *
 * @throws if the connection breaks in the body of any other reply, or the deadline passes in the body of any but a 429
 */
async function readText(reply: HttpReply, deadline: AbortSignal): Promise<string | undefined> {
  const { status } = reply;
  try {
    return await readCappedText(reply);
  } catch (error) {
    const isEnoughKnown = deadline.aborted ? status === 429 : status >= 300 && status < 500;
    if (isEnoughKnown) return undefined;
    throw error;
  }
}

/** A failure, and when the upstream may be asked again, if that is known. */
export function failed(failure: FailureKind, retryAfterMs?: number): UpstreamFailure {
  return { kind: 'failed', failure, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

/** The upstream's id of the request, if it is safe for a header and a log. */
function toRequestId(header: string | undefined): string | undefined {
  return header !== undefined && /^[\w.:-]{1,128}$/.test(header) ? header : undefined;
}
