import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { checkDeployment, type SmokeOptions, type SmokeReport } from '../../scripts/smoke-check.ts';

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

interface FakeReply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
}

const HEADERS = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  ETag: '"a"',
};
const MISS: FakeReply = {
  headers: { ...HEADERS, Age: '0', 'Cache-Status': 'lookaside; fwd=miss; fwd-status=200; stored' },
};
const HIT: FakeReply = { headers: { ...HEADERS, Age: '0', 'Cache-Status': 'lookaside; hit; ttl=14' } };

/** Our own error, as the function or the gateway gives it. */
function problem(status: number, code: string, detail = 'Something is wrong.'): FakeReply {
  return {
    status,
    headers: { ...HEADERS, 'Content-Type': 'application/problem+json', 'Cache-Status': `lookaside; detail=${code}` },
    body: JSON.stringify({ code, detail, requestId: 'a-request' }),
  };
}

/** Checks a deployment that gives these replies, one after the other. */
async function check(
  replies: readonly FakeReply[],
  options: Partial<SmokeOptions> = { key: 'a-key' },
): Promise<SmokeReport & { readonly requests: readonly IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const { status = 200, headers = {}, body = '{}' } = replies[requests.length] ?? {};
    requests.push(request);
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) response.setHeader(name, value);
    }
    response.end(body);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/live/`;
  return { ...(await checkDeployment({ url, ...options })), requests };
}

describe('a deployment that works', () => {
  test('has no problem: a miss that is stored, then a hit', async () => {
    const { lookups, problems } = await check([MISS, HIT]);
    expect(problems).toEqual([]);
    expect(lookups).toEqual([
      expect.stringMatching(/^200 in \d+ ms: lookaside; fwd=miss; fwd-status=200; stored$/),
      expect.stringMatching(/^200 in \d+ ms: lookaside; hit; ttl=14$/),
    ]);
  });

  test('is asked twice for the same made-up customer, with the key, below the stage', async () => {
    const { requests } = await check([MISS, HIT]);
    const [first, second] = requests.map(({ url }) => new URL(url ?? '', 'http://localhost'));
    expect(first?.pathname).toBe('/live/v2/customers/lookup/customerDetails');
    expect(first?.searchParams.get('identifierName')).toBe('externalId');
    expect(first?.searchParams.get('identifierValue')).toMatch(/^lookaside-smoke-[\da-f-]{36}$/);
    expect(second?.href).toBe(first?.href);
    for (const { headers } of requests) expect(headers['x-api-key']).toBe('a-key');
  });

  test('is asked for another made-up customer at the next run', async () => {
    const [one, other] = [await check([MISS, HIT]), await check([MISS, HIT])];
    expect(one.requests[0]?.url).not.toBe(other.requests[0]?.url);
  });

  test('is asked for the customer that the caller names', async () => {
    const { requests } = await check([MISS, HIT], { identifier: { name: 'email', value: 'a@example.com' } });
    expect(requests[0]?.url).toContain('identifierName=email&identifierValue=a%40example.com');
  });

  test("may say that the upstream knows nobody of that name: that is the upstream's answer", async () => {
    const { problems } = await check([
      { ...MISS, status: 404 },
      { ...HIT, status: 404 },
    ]);
    expect(problems).toEqual([]);
  });
});

describe('what is wrong is said, once and in words:', () => {
  test.each<[string, FakeReply, RegExp]>([
    ['a wrong key', problem(403, 'forbidden'), /does not know this key/],
    ['a path too many in --url', problem(404, 'not_found'), /has nothing at this path/],
    ['a used-up quota', problem(429, 'too_many_requests'), /raise throttle or quota/],
    [
      'wrong credentials',
      problem(502, 'upstream_invalid', 'Refuses our credentials.'),
      /holds wrong ones.*npm run secret/,
    ],
    ["a wrong upstream's address", problem(502, 'upstream_invalid'), /check UpstreamBaseUrl/],
    [
      'an empty secret',
      problem(503, 'upstream_unavailable', 'The credentials cannot be read.'),
      /empty.*npm run secret/,
    ],
    ['an unreachable upstream', problem(503, 'upstream_unavailable'), /unreachable from the function/],
    ['a slow upstream', problem(504, 'upstream_timeout'), /UPSTREAM_TIMEOUT_MS/],
    ['a fault of our own', problem(500, 'internal_error'), /requestId a-request/],
    ['any other refusal', problem(400, 'invalid_parameter', 'No such source.'), /invalid_parameter: No such source\./],
    ['a wrong stage', { status: 403, body: '{"message":"Missing Authentication Token"}' }, /ends in \/live\//],
    ['a gateway that does not speak as ours', { status: 403, body: '{"message":"Forbidden"}' }, /in its own words/],
    ['another service', { status: 200, body: '<html>' }, /is not Lookaside/],
    [
      'a redirect',
      { status: 301, headers: { Location: 'https://elsewhere.example/' } },
      /redirects to https:\/\/elsewhere/,
    ],
    [
      'a store that does not answer',
      { headers: { ...HEADERS, 'Cache-Status': 'lookaside; fwd=bypass; fwd-status=200' } },
      /CACHE_MODE is bypass/,
    ],
    [
      'an answer that is not stored',
      { headers: { ...HEADERS, 'Cache-Status': 'lookaside; fwd=miss; fwd-status=400' } },
      /not stored \(fwd-status=400\)/,
    ],
  ])('%s', async (_case, reply, words) => {
    const { problems } = await check([reply, HIT]);
    expect(problems).toEqual([expect.stringMatching(words)]);
  });

  test('no key', async () => {
    const { problems, requests } = await check([problem(403, 'forbidden')], {});
    expect(problems).toEqual([expect.stringMatching(/wants an API key: give one with --key/)]);
    expect(requests[0]?.headers['x-api-key']).toBeUndefined();
  });

  test('nothing at the address', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    const { problems } = await checkDeployment({ url: `http://127.0.0.1:${port}/live/` });
    expect(problems).toEqual([expect.stringMatching(/^127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/)]);
  });

  test('no address', async () => {
    const { problems } = await checkDeployment({ url: 'execute-api' });
    expect(problems).toEqual([expect.stringMatching(/--url is "execute-api"/)]);
  });

  test('a second look-up that misses', async () => {
    const { problems } = await check([MISS, MISS]);
    expect(problems).toEqual([expect.stringMatching(/the second did not find it/)]);
  });

  test('a second look-up that fails', async () => {
    const { problems, lookups } = await check([MISS, problem(429, 'too_many_requests')]);
    expect(problems).toEqual([expect.stringMatching(/raise throttle or quota/)]);
    expect(lookups).toHaveLength(2);
  });

  test('a header that the gateway renames', async () => {
    const renamed = (reply: FakeReply): FakeReply => ({
      headers: { ...reply.headers, 'Cache-Status': undefined, 'x-amzn-remapped-cache-status': 'lookaside; hit; ttl=1' },
    });
    const { problems } = await check([renamed(MISS), renamed(HIT)]);
    expect(problems).toEqual([
      'The gateway renamed cache-status to x-amzn-remapped-cache-status: clients will not see it.',
    ]);
  });

  test('a header that is taken away', async () => {
    const { problems } = await check([MISS, { headers: { ...HIT.headers, 'Cache-Control': undefined } }]);
    expect(problems).toEqual(['The header cache-control is missing: something between takes it away.']);
  });

  test.each([
    ['behind', 3600],
    ['ahead of', -3600],
  ])("a clock of this machine that is %s the gateway's", async (words, seconds) => {
    const date = new Date(Date.now() + seconds * 1000).toUTCString();
    const { problems } = await check([MISS, { headers: { ...HIT.headers, Date: date } }]);
    expect(problems).toEqual([expect.stringMatching(new RegExp(`clock is 3(600|599|601) s ${words} the gateway's`))]);
  });

  test.each(['3600', '-60'])('clocks of instances that disagree: Age %s right after it was fetched', async (age) => {
    const { problems } = await check([MISS, { headers: { ...HIT.headers, Age: age } }]);
    expect(problems).toEqual([expect.stringMatching(/instances disagree/)]);
  });
});
