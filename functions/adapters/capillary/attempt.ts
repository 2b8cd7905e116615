import type { CanonicalRequest } from '../../customer/request/canonical-request.ts';
import type { Clock } from '../../lookup/ports.ts';
import type { FailureKind, UpstreamFailure, UpstreamOutcome } from '../../lookup/upstream.ts';
import type { AuthorizationHeader } from './authorization.ts';
import { failureReason } from './failure-reason.ts';
import { InvalidReplyError, type UpstreamHttp } from './http-exchange.ts';
import { addressOf, PROTOCOLS } from './protocols.ts';
import { readReplyBody } from './reply-body.ts';
import { readReplyText } from './reply-text.ts';
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
  /** Why the connection failed, as Node names it. Undefined: it did not fail, or the error has no name. */
  readonly error?: string | undefined;
}

/** The ports of one request. `deadline`: ends the request and the reading of its reply. */
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
    const outcome = PROTOCOLS[api].readReply(status, await readReplyBody(await readReplyText(reply, deadline)));
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
    // Node has many errors for an unreachable upstream or a broken connection. Each means that there is no whole answer.
    if (deadline.aborted) return { askedAt, status, outcome: failed('timeout') };
    return { askedAt, status, outcome: failed('connection'), error: failureReason(error) };
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
