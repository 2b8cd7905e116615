import { type Json, type JsonObject, writeJson } from '../functions/customer/json/json.ts';

/** The simulator's answer, before a fault changes it. */
export interface Reply {
  readonly status: number;
  /** Lower-case names; `content-length` and `x-cap-requestid` are added when it is sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The Content-Type of a reply of JSON. */
export const JSON_TYPE = 'application/json;charset=UTF-8';
const XML_TYPE = 'application/xml;charset=UTF-8';

/** A reply of JSON. Its numbers keep their digits. */
export function jsonReply(status: number, body: Json): Reply {
  return textReply(status, writeJson(body), JSON_TYPE);
}

/** A reply with this text as its body. @param contentType default: plain text */
export function textReply(status: number, body: string, contentType = 'text/plain;charset=UTF-8'): Reply {
  return { status, headers: { 'content-type': contentType }, body };
}

/** An object is sent as JSON, a text as XML. */
export function toReply(status: number, body: JsonObject | string): Reply {
  return typeof body === 'string' ? textReply(status, body, XML_TYPE) : jsonReply(status, body);
}

/** A bare HTTP status. Refused credentials get XML, any other status a line of text. */
export function statusReply(status: number): Reply {
  return status === 401 || status === 403 ? refusedReply(status) : textReply(status, `Simulated status ${status}\n`);
}

/** The reply to wrong credentials: its body may be XML for every API (upstream notes §3). */
export function refusedReply(status: 401 | 403): Reply {
  const message = status === 401 ? 'Unauthorized: the credentials are not valid' : 'Forbidden: access is denied';
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<response><status><success>false</success><code>${status}</code><message>${message}</message></status></response>`;
  return textReply(status, body, XML_TYPE);
}

/** The reply with one more header; undefined: without. */
export function withHeader(reply: Reply, name: string, value: string | number | undefined): Reply {
  return value === undefined ? reply : { ...reply, headers: { ...reply.headers, [name]: String(value) } };
}
