import { parseObject, writeJson } from '../customer/json/json.ts';
import type { Projection } from '../customer/reply/projection.ts';
import { REPLY_SHAPES } from '../customer/reply/reply-shape.ts';
import type { Api } from '../customer/request/canonical-request.ts';
import {
  isSilentRefusal,
  type LookupError,
  PENDING_RETRY_AFTER_SECONDS,
  SILENT_REFUSAL,
  toLookupError,
} from '../lookup/error-code.ts';
import type { LookupResult, ServedReply } from '../lookup/lookup-result.ts';
import { lookupReport } from '../lookup/report.ts';
import { cacheStatus } from '../rest/cache-status.ts';
import { isNoneMatch } from '../rest/conditional.ts';
import { problem } from '../rest/problem.ts';
import type { Reply } from '../rest/reply.ts';
import { negotiated, negotiatedIfLong, plainOnly, type Representation } from './representation.ts';

/** The caller's wishes for the form of the reply. */
export interface ReplyWishes {
  /** The API of the reply's shape. */
  readonly api: Api;
  /** Narrows the profile (`fields`). */
  readonly fields: Projection | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly acceptEncoding: string | undefined;
  /** The preferences that a "pending" reply follows (`Preference-Applied`). */
  readonly preferenceApplied?: string | undefined;
  readonly requestId: string;
}

type Headers = Readonly<Record<string, string>>;

/** The reply to a look-up. */
export function lookupReply(result: LookupResult, wishes: ReplyWishes): Reply {
  const { upstreamCall } = result;
  const headers = {
    'Cache-Status': cacheStatus(result),
    ...(upstreamCall?.requestId !== undefined && { 'X-Cap-RequestID': upstreamCall.requestId }),
  };
  const reply = replyTo(result, wishes, headers);
  return { ...reply, report: { ...reply.report, ...lookupReport(result) } };
}

function replyTo({ answer, joined }: LookupResult, wishes: ReplyWishes, headers: Headers): Reply {
  const { requestId } = wishes;
  if (answer.kind === 'failed' || answer.kind === 'not-cached') {
    return errorReply(toLookupError(answer), requestId, headers);
  }
  if (answer.kind === 'pending') return pendingReply(wishes.preferenceApplied, headers);
  return isSilentRefusal(answer)
    ? errorReply(SILENT_REFUSAL, requestId, headers)
    : servedReply(answer, representationOf(answer, joined !== undefined, wishes), wishes, headers);
}

/**
 * The form of the body. A profile is plain or gzipped; a gzipped hit is the stored bytes themselves. Any other body
 * goes out as text, which the gateway compresses if it is long.
 */
function representationOf(answer: ServedReply, isJoined: boolean, wishes: ReplyWishes): Representation {
  if (answer.kind !== 'found') return plainOnly(answer.body);
  const { api, fields, acceptEncoding } = wishes;
  if (fields !== undefined) {
    const narrowed = writeJson(REPLY_SHAPES[api].narrow(parseObject(answer.body), fields));
    return negotiatedIfLong(narrowed, acceptEncoding);
  }
  return isJoined ? negotiatedIfLong(answer.body, acceptEncoding) : negotiated(answer, acceptEncoding);
}

function servedReply(answer: ServedReply, sent: Representation, { ifNoneMatch }: ReplyWishes, headers: Headers): Reply {
  const { body, entityTag, otherEntityTag } = sent;
  const validated = { ...headers, Age: String(Math.floor(answer.ageMs / 1000)) };
  const isSuccess = answer.status >= 200 && answer.status < 300;
  const known = isSuccess && ifNoneMatch !== undefined ? knownTag(ifNoneMatch, entityTag, otherEntityTag) : undefined;
  if (known !== undefined) {
    const { Vary } = sent.headers;
    return { status: 304, headers: { ...validated, ...(Vary && { Vary }), ETag: known }, body: '', report: {} };
  }
  const described = { ...validated, ...sent.headers, ETag: entityTag, 'Content-Type': 'application/json' };
  return { status: answer.status, headers: described, body, report: {} };
}

/** The tag of the body that the caller has, if it has this body in either coding. */
function knownTag(ifNoneMatch: string, entityTag: string, other: () => string | undefined): string | undefined {
  if (!isNoneMatch(ifNoneMatch, entityTag)) return entityTag;
  const otherTag = other();
  return otherTag !== undefined && !isNoneMatch(ifNoneMatch, otherTag) ? otherTag : undefined;
}

/** The answer is not ready yet (RFC 9110 §15.3.3): ask again. No cache may store it, and it varies by `Prefer`. */
function pendingReply(preferenceApplied: string | undefined, headers: Headers): Reply {
  const described = {
    ...headers,
    ...(preferenceApplied !== undefined && { 'Preference-Applied': preferenceApplied }),
    'Retry-After': String(PENDING_RETRY_AFTER_SECONDS),
    Vary: 'Prefer',
    'Content-Type': 'application/json',
  };
  return { status: 202, headers: described, body: '{"status":"pending"}', report: {} };
}

function errorReply({ code, message, retryAfterSeconds }: LookupError, requestId: string, headers: Headers): Reply {
  return problem(code, message, requestId, {
    ...headers,
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
  });
}
