import { isArray, isObject, type Json, type JsonObject, parseJson } from '../../functions/customer/json/json.ts';
import { JSON_TYPE, jsonReply, type Reply, refusedReply, statusReply, textReply, withHeader } from '../reply.ts';
import { fillObject, readDocument } from '../template.ts';
import { ERASED_MESSAGE, type Notice, notice } from '../upstream-errors.ts';
import type { FaultValues } from './fault-values.ts';
import { largeBody } from './large-body.ts';

/** The message that the customer is erased, by its place: instead of the right reply's content, or beside it. */
const ERASED = readDocument(new URL('data/erased.json.txt', import.meta.url)) as {
  readonly instead: JsonObject;
  readonly beside: JsonObject;
};
const PAGE = '<!DOCTYPE html><title>Proxy</title><h1>It works!</h1>';

/** The answer of the simulator without the fault. */
export interface RightAnswer {
  readonly reply: Reply;
  /** The simulator's own address under another host name. */
  readonly otherHostUrl: string;
  /** An error of the API that was asked. Default of the status: the simulator's. */
  errorReply(error: Notice, status?: number): Reply;
}

/** The faults that give a reply another content. */
export const WRONG_CONTENTS = {
  /** HTTP `status` (default 500) with a text body. */
  status: ({ status = 500, retryAfterSeconds }) => withHeader(statusReply(status), 'retry-after', retryAfterSeconds),
  /** An error with `code` (default 461, busy), in the API's own shape, with HTTP `status` (default: the simulator's). */
  error: ({ code = 461, status }, { errorReply }) => errorReply(notice(code), status),
  /** 429 with `retryAfterSeconds` in Retry-After. Without `retryAfterSeconds` there is no such header. */
  throttle: ({ retryAfterSeconds }, { errorReply }) =>
    withHeader(errorReply(notice(429), 429), 'retry-after', retryAfterSeconds),
  /** Any credentials are refused: 401 (or `status` 403) with an XML body. */
  unauthorized: ({ status }) => refusedReply(status === 403 ? 403 : 401),
  /** An HTML page, as a proxy in front may send it, with HTTP `status` (default 200). */
  html: ({ status = 200 }) => textReply(status, PAGE, 'text/html;charset=UTF-8'),
  /** 200 with an empty body. */
  empty: () => textReply(200, '', JSON_TYPE),
  /** HTTP `status` (default 400) with an empty body: identifiers that are not valid [P]. */
  blank: ({ status = 400 }) => textReply(status, '', JSON_TYPE),
  /** The right reply as a part of something: HTTP `status` (default 206), with a Content-Range. */
  'partial-content': ({ status = 206 }, { reply }) => {
    const length = Buffer.byteLength(reply.body);
    return { ...withHeader(reply, 'content-range', `bytes 0-${length - 1}/${length * 2}`), status };
  },
  /** The message that the customer is erased, in `place` (default `message`), with HTTP `status` (default 200). */
  erased: (values, { reply }) => erasedReply(values, reply),
  /** The right reply, with a warning of `code` (default 8069): the customer was merged into the one that is shown. */
  merged: ({ code = 8069 }, { reply }) => withBody(reply, (body) => withWarning(body, notice(code))),
  /** Valid JSON of `sizeBytes` (default 3 MiB), made of `filling` (default spaces). */
  oversize: ({ sizeBytes, filling }) => textReply(200, largeBody(sizeBytes, filling), JSON_TYPE),
  /** 302 to the simulator itself under another host name, where the request is recorded. */
  redirect: (_, { otherHostUrl }) =>
    withHeader(textReply(302, '<a>Moved</a>', 'text/html'), 'location', `${otherHostUrl}/redirected`),
} as const satisfies Readonly<Record<string, WrongContent>>;

type WrongContent = (values: FaultValues, right: RightAnswer) => Reply;

/** The content of the reply to a request that this fault happens to: the right one if the fault only changes the sending. */
export function contentOf(fault: FaultValues & { readonly kind: string }, right: RightAnswer): Reply {
  const contents: Readonly<Record<string, WrongContent | undefined>> = WRONG_CONTENTS;
  return contents[fault.kind]?.(fault, right) ?? right.reply;
}

/** For an erased customer only the message is documented. The place where it stands is not (upstream notes §3, §7). */
function erasedReply({ place = 'message', status = 200 }: FaultValues, reply: Reply): Reply {
  const said = fillObject({ ...ERASED.instead, ...ERASED.beside }, { message: ERASED_MESSAGE })[place];
  if (!isObject(said)) return textReply(status, `${ERASED_MESSAGE}\n`);
  if (!(place in ERASED.beside)) return jsonReply(status, said);
  return { ...withBody(reply, (body) => ({ ...body, ...said })), status };
}

/** The reply with another body; unchanged if its body is not a JSON object. */
function withBody(reply: Reply, change: (body: JsonObject) => JsonObject): Reply {
  if (reply.headers['content-type'] !== JSON_TYPE) return reply;
  const body = parseJson(reply.body);
  return isObject(body) ? jsonReply(reply.status, change(body)) : reply;
}

/** Adds a warning at the place of the API: v2's `warnings`, or the `item_status` of v1.1's customers. */
function withWarning(json: JsonObject, warning: JsonObject): JsonObject {
  const warned = (name: string, value: Json): Json => {
    if (isArray(value)) return name === 'warnings' ? [...value, warning] : value.map((one) => warned('', one));
    if (!isObject(value)) return value;
    return name === 'item_status' ? { ...value, warnings: { warning: [warning] } } : withWarning(value, warning);
  };
  return Object.fromEntries(Object.entries(json).map(([name, value]) => [name, warned(name, value)]));
}
