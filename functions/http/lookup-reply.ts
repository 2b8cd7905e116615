import { parseObject, writeJson } from '../customer/json/json.ts';
import type { Projection } from '../customer/reply/projection.ts';
import { REPLY_SHAPES } from '../customer/reply/reply-shape.ts';
import type { Api } from '../customer/request/canonical-request.ts';
import { isSilentRefusal, type LookupError, SILENT_REFUSAL, toLookupError } from '../lookup/error-code.ts';
import type { Answer, LookupResult, ServedReply } from '../lookup/lookup-result.ts';
import { lookupReport } from '../lookup/report.ts';
import { cacheStatus } from '../rest/cache-status.ts';
import { isNoneMatch, strongEntityTag } from '../rest/conditional.ts';
import { problem } from '../rest/problem.ts';
import type { Reply } from '../rest/reply.ts';

/** The caller's wishes for the form of the reply. */
export interface ReplyWishes {
  /** The API whose shape the reply has. */
  readonly api: Api;
  /** Narrows the profile (`fields`). */
  readonly fields: Projection | undefined;
  readonly ifNoneMatch: string | undefined;
  readonly requestId: string;
}

type Headers = Readonly<Record<string, string>>;

/** The reply to a look-up. */
export function lookupReply(result: LookupResult, wishes: ReplyWishes): Reply {
  const { answer, upstreamCall } = result;
  const headers = {
    'Cache-Status': cacheStatus(result),
    ...(upstreamCall?.requestId !== undefined && { 'X-Cap-RequestID': upstreamCall.requestId }),
  };
  const reply = replyTo(answer, wishes, headers);
  return { ...reply, report: { ...reply.report, ...lookupReport(result) } };
}

function replyTo(answer: Answer, wishes: ReplyWishes, headers: Headers): Reply {
  const { requestId } = wishes;
  if (answer.kind === 'failed' || answer.kind === 'not-cached') {
    return errorReply(toLookupError(answer), requestId, headers);
  }
  return isSilentRefusal(answer)
    ? errorReply(SILENT_REFUSAL, requestId, headers)
    : servedReply(answer, wishes, headers);
}

function servedReply(answer: ServedReply, wishes: ReplyWishes, headers: Headers): Reply {
  const { ifNoneMatch } = wishes;
  const body = answer.kind === 'found' ? narrow(answer.body, wishes) : answer.body;
  const entityTag = strongEntityTag(body);
  const validated = { ...headers, Age: String(Math.floor(answer.ageMs / 1000)), ETag: entityTag };
  const isSuccess = answer.status >= 200 && answer.status < 300;
  if (isSuccess && !isNoneMatch(ifNoneMatch, entityTag)) {
    return { status: 304, headers: validated, body: '', report: {} };
  }
  return { status: answer.status, headers: { ...validated, 'Content-Type': 'application/json' }, body, report: {} };
}

/** Narrows a profile. A hit parses its body only if the caller asks for that. */
function narrow(body: string, { api, fields }: ReplyWishes): string {
  if (fields === undefined) return body;
  return writeJson(REPLY_SHAPES[api].narrow(parseObject(body), fields));
}

function errorReply({ code, message, retryAfterSeconds }: LookupError, requestId: string, headers: Headers): Reply {
  return problem(code, message, requestId, {
    ...headers,
    ...(retryAfterSeconds !== undefined && { 'Retry-After': String(retryAfterSeconds) }),
  });
}
