import { startHttpServer } from './loopback-server.ts';

/** The answer of a fake deployment. */
export interface FakeReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

export const HEADERS = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  ETag: '"a"',
};

/** A reply with this Cache-Status. */
export function answered(cacheStatus: string, status = 200): FakeReply {
  return { status, headers: { ...HEADERS, Age: '0', 'Cache-Status': `lookaside; ${cacheStatus}` } };
}

export const ASKED = answered('fwd=request; fwd-status=200; stored');
export const HIT = answered('hit; ttl=14');

/** Our own error, as the function or the gateway gives it. */
export function problemReply(status: number, code: string, detail = 'Something is wrong.'): FakeReply {
  return {
    status,
    headers: { ...HEADERS, 'Content-Type': 'application/problem+json', 'Cache-Status': `lookaside; detail=${code}` },
    body: JSON.stringify({ code, detail, requestId: 'a-request' }),
  };
}

/** A deployment that gives these replies, one after the other, and then empty ones. */
export async function startFakeDeployment(replies: readonly FakeReply[]) {
  const server = await startHttpServer((response, _request, index) => {
    const { status = 200, headers = {}, body = '{}' } = replies[index] ?? {};
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) response.setHeader(name, value);
    }
    response.end([204, 304].includes(status) ? undefined : body);
  });
  return { url: `${server.url}/live/`, requests: server.requests };
}
