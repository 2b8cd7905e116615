import { type Json, writeJson } from '../functions/customer/json/json.ts';

/** The simulator's answer, before a fault changes it. */
export interface Reply {
  readonly status: number;
  /** Lower-case names; `content-length` and `x-cap-requestid` are added when it is sent. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export const JSON_TYPE = 'application/json;charset=UTF-8';

export function jsonReply(status: number, body: Json): Reply {
  return { status, headers: { 'content-type': JSON_TYPE }, body: writeJson(body) };
}

export function textReply(status: number, body: string, contentType = 'text/plain;charset=UTF-8'): Reply {
  return { status, headers: { 'content-type': contentType }, body };
}

/** The reply to wrong credentials: its body may be XML for every API (upstream notes §3). */
export function refusedReply(status: 401 | 403): Reply {
  const message = status === 401 ? 'Unauthorized: the credentials are not valid' : 'Forbidden: access is denied';
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<response><status><success>false</success><code>${status}</code><message>${message}</message></status></response>`;
  return textReply(status, body, 'application/xml;charset=UTF-8');
}
