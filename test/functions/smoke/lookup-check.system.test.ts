import { describe, expect, test } from '@jest/globals';
import type { Api } from '../../../functions/customer/request/canonical-request.ts';
import { type GuardedOptions, guarded } from '../../../functions/http/guarded.ts';
import { toLookupError } from '../../../functions/lookup/error-code.ts';
import type { Guard } from '../../../functions/lookup/guard/guard.ts';
import type { FailureKind } from '../../../functions/lookup/upstream.ts';
import { toTarget } from '../../../functions/smoke/exchange.ts';
import { checkLookups, type Findings, type LookupOptions } from '../../../functions/smoke/lookup-check.ts';
import {
  ASKED,
  answered,
  type FakeReply,
  HEADERS,
  HIT,
  problemReply,
  startFakeDeployment,
} from '../../support/fake-deployment.ts';
import { closedAddress, type SeenRequest } from '../../support/loopback-server.ts';
import { proxyEvent } from '../../support/proxy-event.ts';

/** Checks a deployment that gives these replies, one after the other; only by v2, unless the test says otherwise. */
async function check(
  replies: readonly FakeReply[],
  options: LookupOptions = { apis: ['v2'] },
  key: string | undefined = 'a-key',
): Promise<Findings & { readonly requests: readonly SeenRequest[] }> {
  const { url, requests } = await startFakeDeployment(replies);
  const findings = await checkLookups({ url: new URL(url), key }, options);
  return { ...findings, requests };
}

describe('a deployment that works', () => {
  test('has no problem: by each API the upstream is asked, then the cache answers', async () => {
    const { lines, problems } = await check([ASKED, HIT, ASKED, HIT], {});
    expect(problems).toEqual([]);
    expect(lines).toEqual([
      expect.stringMatching(/^v2 200 in \d+ ms: lookaside; fwd=request; fwd-status=200; stored$/),
      expect.stringMatching(/^v2 200 in \d+ ms: lookaside; hit; ttl=14$/),
      expect.stringMatching(/^v1\.1 200 in \d+ ms: lookaside; fwd=request; fwd-status=200; stored$/),
      expect.stringMatching(/^v1\.1 200 in \d+ ms: lookaside; hit; ttl=14$/),
    ]);
  });

  test('is asked twice for the same made-up customer, with the key, below the stage: first with no-cache', async () => {
    const { requests } = await check([ASKED, HIT]);
    const [first, second] = requests.map(({ url }) => new URL(url, 'http://localhost'));
    expect(first?.pathname).toBe('/live/v2/customers/lookup/customerDetails');
    expect(first?.searchParams.get('identifierName')).toBe('externalId');
    expect(first?.searchParams.get('identifierValue')).toMatch(/^lookaside-smoke-[\da-f-]{36}$/);
    expect(second?.href).toBe(first?.href);
    for (const { headers } of requests) expect(headers['x-api-key']).toBe('a-key');
    expect(requests.map(({ headers }) => headers['cache-control'])).toEqual(['no-cache', undefined]);
  });

  test("is asked by v1.1 for the same customer, by v1.1's name of the identifier", async () => {
    const { requests } = await check([ASKED, HIT, ASKED, HIT], {
      identifier: { name: 'externalId', value: 'made up' },
    });
    expect(requests.map(({ url }) => url)).toEqual([
      ...Array(2).fill(
        '/live/v2/customers/lookup/customerDetails?source=INSTORE&identifierName=externalId&identifierValue=made+up',
      ),
      ...Array(2).fill('/live/v1.1/customer/get?external_id=made+up'),
    ]);
  });

  test('is asked only by v2 for an identifier that v1.1 does not know, and the report says so', async () => {
    const { lines, problems } = await check([ASKED, HIT], { identifier: { name: 'wechat', value: 'made up' } });
    expect([lines[2], problems]).toEqual(['v1.1 does not know wechat: not asked', []]);
  });

  test('is asked for another made-up customer at the next run', async () => {
    const [one, other] = [await check([ASKED, HIT]), await check([ASKED, HIT])];
    expect(one.requests[0]?.url).not.toBe(other.requests[0]?.url);
  });

  test("may say that the upstream does not know the customer: that is the upstream's answer", async () => {
    const { problems } = await check([
      { ...ASKED, status: 404 },
      { ...HIT, status: 404 },
    ]);
    expect(problems).toEqual([]);
  });
});

/** The answer of a look-up for which the upstream failed in this way, in Lookaside's own words. */
function failedReply(failure: FailureKind): FakeReply {
  const { code, message } = toLookupError({ kind: 'failed', failure });
  return problemReply(code === 'upstream_invalid' ? 502 : 503, code, message);
}

/**
 * The refusal of the guard, in Lookaside's own words.
 * @param isFirst whether the guard begins to refuse because of this look-up
 */
async function refusalOfGuard(isFirst: boolean): Promise<FakeReply> {
  const guard = {
    refusedForMs: () => (isFirst ? undefined : 60_000),
    counted: async () => (isFirst ? 60_000 : undefined),
  } as unknown as Guard;
  const options = { guard, names: { counted: () => 'a key' }, clock: { monotonicNow: () => 0 }, withinMs: 1000 };
  const answer = async () => ({ reply: { status: 200, headers: {}, body: '', report: {} }, results: [] });
  const { status, headers, body } = await guarded(options as unknown as GuardedOptions, proxyEvent({}), answer);
  return { status, headers: { ...HEADERS, ...headers }, body: String(body) };
}

describe('each problem is reported, once and in words:', () => {
  test.each<[string, FakeReply, RegExp]>([
    ['a wrong key', problemReply(403, 'forbidden'), /does not know this key/],
    ['a path too many in --url', problemReply(404, 'not_found'), /has nothing at this path/],
    ['a used-up quota', problemReply(429, 'too_many_requests'), /raise throttle or quota/],
    [
      'wrong credentials',
      problemReply(502, 'upstream_invalid', 'Refuses our credentials.'),
      /holds wrong ones.*npm run secret/,
    ],
    ["a wrong upstream's address", problemReply(502, 'upstream_invalid'), /check UpstreamBaseUrl/],
    [
      'an empty secret',
      problemReply(503, 'upstream_unavailable', 'The credentials cannot be read.'),
      /empty.*npm run secret/,
    ],
    ['an unreachable upstream', failedReply('connection'), /unreachable from the function: check UpstreamBaseUrl/],
    [
      'an upstream that throttles',
      failedReply('throttled'),
      /throttles\. Try again later\. Its limit is used up(?!.*Base)/,
    ],
    ['a used-up budget', failedReply('over-budget'), /used up.*raise UPSTREAM_CALLS_PER_MINUTE\.$/],
    ['an unreadable secret', failedReply('credentials-unreadable'), /empty.*npm run secret/],
    ['a slow upstream', problemReply(504, 'upstream_timeout'), /UPSTREAM_TIMEOUT_MS/],
    ['a fault of our own', problemReply(500, 'internal_error'), /requestId a-request/],
    [
      'any other refusal',
      problemReply(400, 'invalid_parameter', 'No such source.'),
      /invalid_parameter: No such source\./,
    ],
    ['a code that is a name of JavaScript', problemReply(400, 'constructor'), /refuses the request, constructor/],
    ['a wrong stage', { status: 403, body: '{"message":"Missing Authentication Token"}' }, /ends in \/live\//],
    ['a gateway that does not answer as ours', { status: 403, body: '{"message":"Forbidden"}' }, /with its own error/],
    ['another service', { status: 200, body: '<html>' }, /is not from Lookaside/],
    [
      'a redirect',
      { status: 301, headers: { Location: 'https://elsewhere.example/' } },
      /redirects to https:\/\/elsewhere/,
    ],
    ['a store that does not answer', answered('fwd=bypass; fwd-status=200'), /CACHE_MODE is bypass/],
    ['an answer that is not stored', answered('fwd=request; fwd-status=400'), /not stored \(fwd-status=400\)/],
    [
      'a hit although the upstream had to be asked',
      answered('hit; ttl=200'),
      /no-cache, but was answered from the cache/,
    ],
    [
      'a stale answer although the upstream had to be asked',
      answered('hit; ttl=-20; detail=stale-if-error'),
      /no-cache, but was answered from the cache/,
    ],
    ['an answer that another look-up fetched', answered('fwd=miss; collapsed'), /no-cache, but was answered from/],
  ])('%s', async (_case, reply, words) => {
    const { problems } = await check([reply, HIT]);
    expect(problems).toEqual([expect.stringMatching(words)]);
  });

  test.each([
    ['of the one that begins to refuse', true],
    ['of every other one', false],
  ])("the guard's refusal %s: throttle and quota do not help", async (_case, isFirst) => {
    const { problems } = await check([await refusalOfGuard(isFirst)]);
    expect(problems).toEqual([
      expect.stringMatching(/found no customer\..*The guard refuses the caller.*throttle and quota .* do not help\.$/),
    ]);
    expect(problems.join()).not.toMatch(/Wait, or raise throttle/);
  });

  test.each<[string, Api, string]>([
    ['v2', 'v2', '{"id":7}'],
    ['v2, without its id', 'v2', '{"profiles":[{"firstName":"A"}],"warnings":[]}'],
    ['v1.1', 'v1.1', '{"response":{"customers":{"customer":[{"user_id":7,"item_status":{"success":true}}]}}}'],
    ['v1.1, without a wrapper and a list', 'v1.1', '{"customers":{"customer":{"firstname":"A"}}}'],
  ])('a customer for a made-up identifier, by %s', async (_case, api, body) => {
    const found = { apis: [api] };
    const both = [
      { ...ASKED, body },
      { ...HIT, body },
    ];
    for (const replies of [both, [ASKED, { ...HIT, body }], [{ ...answered('fwd=request; fwd-status=200'), body }]]) {
      const { problems } = await check(replies, found);
      expect(problems).toEqual([
        expect.stringMatching(/^v[12.]+: The answer has a customer, .*made up.*UpstreamBaseUrl/),
      ]);
    }
    const { problems } = await check(both, { ...found, identifier: { name: 'externalId', value: 'of a customer' } });
    expect(problems).toEqual([]);
  });

  test.each<[string, Api, string]>([
    ['v2', 'v2', '{"errors":[{"status":false,"code":8015,"message":"Not found"}],"warnings":[]}'],
    [
      'v1.1',
      'v1.1',
      '{"response":{"status":{"success":false},"customers":{"customer":[{"item_status":{"success":false,"code":1012}}]}}}',
    ],
    ['v1.1, in the form of v2', 'v1.1', '{"errors":[{"code":8015}],"warnings":[]}'],
    ['v2, in a form that is no object', 'v2', '[]'],
    ['v2, in a form that is no JSON', 'v2', 'nobody'],
  ])('not an answer without a customer, by %s', async (_case, api, body) => {
    const { problems } = await check(
      [
        { ...ASKED, body },
        { ...HIT, body },
      ],
      { apis: [api] },
    );
    expect(problems).toEqual([]);
  });

  test('no key', async () => {
    const { url, requests } = await startFakeDeployment([problemReply(403, 'forbidden')]);
    const { problems } = await checkLookups({ url: new URL(url), key: undefined });
    expect(problems).toEqual([expect.stringMatching(/wants an API key: give one with --key/)]);
    expect(requests[0]?.headers['x-api-key']).toBeUndefined();
  });

  const PROOFS = {
    signature: { kind: 'a signature', headersFor: async () => ({ authorization: 'AWS4-HMAC-SHA256 made-up' }) },
    token: { kind: 'a token', headersFor: async () => ({ authorization: 'Bearer made-up' }) },
  } as const;
  test.each([
    ['signature', problemReply(403, 'forbidden'), /refuses this signature.*LookupArns/],
    ['signature', { status: 403, body: '{"message":"Forbidden"}' }, /refuses this signature/],
    ['token', { status: 401, body: '{"message":"Unauthorized"}' }, /refuses this token: compare its iss/],
    ['token', { status: 403, body: '{"message":"Forbidden"}' }, /refuses this token/],
  ] as const)('a %s that the gateway refuses', async (kind, reply, words) => {
    const { url, requests } = await startFakeDeployment([reply]);
    const { problems } = await checkLookups({ url: new URL(url), key: undefined, proof: PROOFS[kind] });
    expect(problems).toEqual([expect.stringMatching(words)]);
    expect(requests[0]?.headers).toMatchObject({ authorization: expect.stringContaining('made-up') });
    expect(problems.join()).not.toContain('made-up');
  });

  test('no token for an HTTP API', async () => {
    const { url } = await startFakeDeployment([{ status: 401, body: '{"message":"Unauthorized"}' }]);
    const { problems } = await checkLookups({ url: new URL(url), key: undefined });
    expect(problems).toEqual([expect.stringMatching(/HTTP API, give --sign-lookups or --token/)]);
  });

  test('v1.1 alone: v2 is well, and the problem says by which API', async () => {
    const { problems, lines } = await check([ASKED, HIT, problemReply(502, 'upstream_invalid')], {});
    expect(problems).toEqual([expect.stringMatching(/^v1\.1: .*check UpstreamBaseUrl/)]);
    expect(lines).toHaveLength(3);
  });

  test('nothing at the address', async () => {
    const { problems } = await checkLookups({ url: new URL(await closedAddress()), key: undefined });
    expect(problems).toEqual([expect.stringMatching(/^v2: 127\.0\.0\.1:\d+ cannot be reached \(ECONNREFUSED\)/)]);
  });

  test('a second look-up that misses', async () => {
    const { problems } = await check([ASKED, ASKED]);
    expect(problems).toEqual([expect.stringMatching(/the second look-up did not find the entry/)]);
  });

  test('a second look-up that fails', async () => {
    const { problems, lines } = await check([ASKED, problemReply(429, 'too_many_requests')]);
    expect(problems).toEqual([expect.stringMatching(/raise throttle or quota/)]);
    expect(lines).toHaveLength(2);
  });

  test('a header that the gateway renames', async () => {
    const renamed = (reply: FakeReply): FakeReply => ({
      headers: { ...reply.headers, 'Cache-Status': undefined, 'x-amzn-remapped-cache-status': 'lookaside; hit; ttl=1' },
    });
    const { problems } = await check([renamed(ASKED), renamed(HIT)]);
    expect(problems).toEqual([
      'v2: The gateway renamed cache-status to x-amzn-remapped-cache-status: clients will not see it.',
    ]);
  });

  test('a header that something on the way removes', async () => {
    const { problems } = await check([ASKED, { headers: { ...HIT.headers, 'Cache-Control': undefined } }]);
    expect(problems).toEqual(['v2: The header cache-control is missing: something between removes it.']);
  });

  test.each([
    ['behind', 3600],
    ['ahead of', -3600],
  ])("a clock of this machine that is %s the gateway's", async (words, seconds) => {
    const date = new Date(Date.now() + seconds * 1000).toUTCString();
    const { problems } = await check([ASKED, { headers: { ...HIT.headers, Date: date } }]);
    // Whole seconds, and a machine that is busy meanwhile.
    expect(problems).toEqual([expect.stringMatching(new RegExp(`clock is 3[56]\\d\\d s ${words} the gateway's`))]);
  });

  test.each(['3600', '-60'])('clocks of instances that disagree: Age %s right after the fetch', async (age) => {
    const { problems } = await check([ASKED, { headers: { ...HEADERS, ...HIT.headers, Age: age } }]);
    expect(problems).toEqual([expect.stringMatching(/instances disagree/)]);
  });
});

describe('an address or a key that cannot be valid is reported before anything is sent:', () => {
  test.each([
    ['no address', 'execute-api', 'a-key', /--url is "execute-api"/],
    ['another scheme', 'ftp://a.example/', 'a-key', /--url is "ftp:/],
    ['a query', 'https://a.example/live?x=hidden', 'a-key', /--url is not repeated.* without user, query(?!.*hidden)/],
    ['an empty query', 'https://a.example/live?', 'a-key', /--url is .* without user, query/],
    ['a fragment', 'https://a.example/#hidden', 'a-key', /--url is not repeated.* without user, query(?!.*hidden)/],
    ['a user', 'https://till:hidden@a.example/', 'a-key', /^--url is an address with a user; (?!.*hidden)/],
    ['a user, and no scheme', 'till:hidden@a.example', 'a-key', /^--url is an address with a user; (?!.*hidden)/],
    ['an empty key', 'https://a.example/', '', /--key is empty/],
    ['a key in Cyrillic letters', 'https://a.example/', 'кey', /--key has .*U\+043A at position 1 of 3/],
    ['a key with a Latin letter that is not ASCII', 'https://a.example/', 'kéy', /--key has .*U\+00E9 at position 2/],
    ['a key in typographic quotes', 'https://a.example/', '“key”', /--key has .*U\+201C at position 1/],
    ['a key with a line break inside', 'https://a.example/', 'ab\ncd', /--key has .*U\+000A at position 3 of 5/],
    ['a key with a line break at its end', 'https://a.example/', 'abcd\r\n', /--key has .*U\+000D at position 5/],
    ['a key with a space at its start', 'https://a.example/', ' abcd', /--key has .*U\+0020 at position 1/],
    ['a key with a zero byte', 'https://a.example/', 'ab\0', /--key has .*U\+0000 at position 3/],
    ['a key with an emoji', 'https://a.example/', 'ab🔑', /--key has .*U\+1F511 at position 3/],
  ])('%s', (_case, url, key, words) => {
    const target = toTarget(url, key);
    expect(target).toMatch(words);
    expect(target).not.toMatch(/cannot be reached/);
  });

  test.each(['https://a.example/live', 'https://a.example/live/', 'https://a.example/live//'])(
    'a key of printable ASCII is accepted, and any number of slashes at the end: %s',
    (url) => {
      expect(toTarget(url, 'aB-9_.~+/=')).toEqual({ url: new URL('https://a.example/live/'), key: 'aB-9_.~+/=' });
    },
  );
});
