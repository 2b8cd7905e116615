import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { createHttpHandler } from '../../../functions/http/handler.ts';
import type { FailureKind } from '../../../functions/lookup/upstream.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { type ProxyRequest, proxyEvent } from '../../support/proxy-event.ts';
import { found, foundByV1, SILENTLY_REFUSED, said, saidByV1 } from '../../support/scripted-upstream.ts';

const QUERY = 'source=INSTORE&identifierName=mobile&identifierValue=9876543210';
const KIOSK = 'https://kiosk.example';

function start({ corsOrigins = [] as string[] } = {}) {
  const parts = startLookupService();
  const log = new RecordingLog();
  const handler = createHttpHandler({ service: parts.service, log, corsOrigins });
  const send = async (request: ProxyRequest = {}) => {
    const { statusCode, headers = {}, body } = await handler(proxyEvent({ query: QUERY, ...request }), {} as Context);
    return { status: statusCode, headers: headers as Record<string, string>, body };
  };
  return { ...parts, log, send };
}

type Started = ReturnType<typeof start>;

describe('Cache-Status', () => {
  test.each<[string, string, (started: Started) => Promise<unknown>, ProxyRequest]>([
    [
      'fresh',
      'lookaside; hit; ttl=287',
      async ({ send, clock }) => {
        await send();
        clock.advance(12_001);
      },
      {},
    ],
    ['miss, fetched and stored', 'lookaside; fwd=miss; fwd-status=200; stored', async () => {}, {}],
    [
      'miss, not kept',
      'lookaside; fwd=miss; fwd-status=200',
      async () => {},
      { headers: { 'Cache-Control': 'no-store' } },
    ],
    [
      'miss, perhaps not stored',
      'lookaside; fwd=miss; fwd-status=200',
      async ({ store }) => {
        store.failing.add('writeEntry');
      },
      {},
    ],
    [
      'entry too old, fetched',
      'lookaside; fwd=stale; fwd-status=200; stored',
      async ({ send, clock }) => {
        await send();
        clock.advance(1_200_000);
      },
      {},
    ],
    [
      'stale, being revalidated',
      'lookaside; hit; ttl=-12; detail=stale-while-revalidate',
      async ({ send, clock }) => {
        await send();
        clock.advance(311_001);
      },
      {},
    ],
    [
      'at the end of its freshness',
      'lookaside; hit; ttl=-1; detail=stale-while-revalidate',
      async ({ send, clock }) => {
        await send();
        clock.advance(300_000);
      },
      {},
    ],
    [
      'stale, the upstream failed',
      'lookaside; hit; ttl=-900; detail=stale-if-error',
      async ({ send, clock, upstream }) => {
        await send();
        clock.advance(1_200_000);
        upstream.outcome = { kind: 'failed', failure: 'connection' };
      },
      {},
    ],
    [
      'stale, the client said max-stale',
      'lookaside; hit; ttl=-1200; detail=max-stale',
      async ({ send, clock }) => {
        await send();
        clock.advance(1_500_000);
      },
      { headers: { 'cache-control': 'max-stale=1200' } },
    ],
    [
      'the client asked for a newer one',
      'lookaside; fwd=request; fwd-status=200; stored',
      async ({ send }) => send(),
      { headers: { 'cache-control': 'no-cache' } },
    ],
    [
      'the store does not answer',
      'lookaside; fwd=bypass; fwd-status=200',
      async ({ store }) => {
        store.failing.add('read');
      },
      {},
    ],
    [
      'miss, the upstream fails',
      'lookaside; fwd=miss',
      async ({ upstream }) => {
        upstream.outcome = { kind: 'failed', failure: 'connection' };
      },
      {},
    ],
    ['refused', 'lookaside; detail=invalid_identifier', async () => {}, { query: QUERY.replace('9876543210', '1') }],
    [
      'only-if-cached and nothing usable',
      'lookaside; detail=not_cached',
      async () => {},
      { headers: { 'cache-control': 'only-if-cached' } },
    ],
  ])('%s: %s', async (_case, cacheStatus, prepare, request) => {
    const started = start();
    await prepare(started);
    expect((await started.send(request)).headers['Cache-Status']).toBe(cacheStatus);
  });

  test('while another request fetches it: lookaside; fwd=miss; collapsed', async () => {
    const { send, upstream, clock } = start();
    upstream.takesMs = 500;
    const sent = [send(), send()];
    await clock.run(1000);
    const statuses = (await Promise.all(sent)).map(({ headers }) => headers['Cache-Status']);
    expect(statuses).toEqual(['lookaside; fwd=miss; fwd-status=200; stored', 'lookaside; fwd=miss; collapsed']);
    expect(upstream.requests).toHaveLength(1);
  });

  test('rounds ttl down to whole seconds', async () => {
    const { send, clock } = start();
    await send();
    clock.advance(299_001);
    expect((await send()).headers['Cache-Status']).toBe('lookaside; hit; ttl=0');
  });
});

describe('a reply', () => {
  test('carries Age, a strong ETag and the upstream’s request id with an answer of the upstream', async () => {
    const { send, upstream, clock } = start();
    upstream.takesMs = 1500;
    const sent = send();
    await clock.run(1500);
    expect(await sent).toEqual({
      status: 200,
      headers: {
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Status': 'lookaside; fwd=miss; fwd-status=200; stored',
        'X-Cap-RequestID': 'cap-1',
        'Content-Type': 'application/json',
        Age: '1',
        ETag: expect.stringMatching(/^"[\w-]{22}"$/),
      },
      body: '{"id":1}',
    });
  });

  test('from the cache has no X-Cap-RequestID, and an Age in whole seconds, rounded down', async () => {
    const { send, clock } = start();
    await send();
    clock.advance(59_999);
    const { headers } = await send();
    expect(headers).toMatchObject({ Age: '59' });
    expect(headers).not.toHaveProperty('X-Cap-RequestID');
  });

  test('of "not found" is the upstream’s own reply: status and errors[]', async () => {
    const { send, upstream } = start();
    upstream.outcome = said('not-found', 8015, 404);
    const fetched = await send();
    const replayed = await send();
    expect(fetched).toMatchObject({ status: 404, body: expect.stringContaining('"code":8015') });
    expect(replayed).toMatchObject({
      status: 404,
      body: fetched.body,
      headers: { 'Cache-Status': 'lookaside; hit; ttl=15', Age: '0' },
    });
  });

  test('of an upstream refusal has its status and errors[]', async () => {
    const { send, upstream } = start();
    upstream.outcome = said('refused', 8003, 400);
    expect(await send()).toMatchObject({
      status: 400,
      body: '{"errors":[{"status":false,"code":8003,"message":"its words"}],"warnings":[]}',
      headers: { 'Cache-Status': 'lookaside; fwd=miss; fwd-status=400', 'Content-Type': 'application/json' },
    });
  });

  test('is narrowed by fields, with an ETag of its own', async () => {
    const { send, upstream } = start();
    upstream.outcome = found('{"id":9007199254740993,"profiles":[{"firstName":"A","lastName":"B"}]}');
    const whole = await send();
    const narrowed = await send({ query: `${QUERY}&fields=id,profiles(lastName)` });
    expect(narrowed.body).toBe('{"id":9007199254740993,"profiles":[{"lastName":"B"}]}');
    expect(narrowed.headers.ETag).not.toBe(whole.headers.ETag);
  });

  test('to fields does not change "not found"', async () => {
    const { send, upstream } = start();
    upstream.outcome = said('not-found', 8015);
    expect((await send({ query: `${QUERY}&fields=id` })).body).toContain('8015');
  });
});

describe('GET /v1.1/customer/get', () => {
  const MEMBERS =
    '{"firstname":"A","lastname":"B","user_id":"9007199254740993","lifetime_purchases":"2.2135E+5","transactions":"canary"}';

  function startV1({ corsOrigins = [] as string[] } = {}) {
    const started = start({ corsOrigins });
    started.upstream.outcomeOf['v1.1'] = foundByV1(MEMBERS);
    const get = (query = 'mobile=9876543210', request: ProxyRequest = {}) =>
      started.send({ resource: '/v1.1/customer/get', query, ...request });
    return { ...started, get };
  }

  test('is answered in v1.1’s own shape and spelling, trimmed to the till’s profile, with the headers of a look-up', async () => {
    const { get, upstream } = startV1();
    expect(await get()).toEqual({
      status: 200,
      headers: {
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Status': 'lookaside; fwd=miss; fwd-status=200; stored',
        'X-Cap-RequestID': 'cap-1',
        'Content-Type': 'application/json',
        Age: '0',
        ETag: expect.stringMatching(/^"[\w-]{22}"$/),
      },
      body: expect.stringContaining('"user_id":"9007199254740993"'),
    });
    const { body } = await get();
    expect(JSON.parse(body)).toEqual({
      response: {
        customers: {
          customer: [
            {
              firstname: 'A',
              lastname: 'B',
              user_id: '9007199254740993',
              lifetime_purchases: '2.2135E+5',
              item_status: expect.objectContaining({ success: 'true', code: '1000' }),
            },
          ],
        },
      },
    });
    expect(upstream.requests.map(({ api }) => api)).toEqual(['v1.1']);
  });

  test('is a hit under every spelling, with its age; it is stale while it is revalidated', async () => {
    const { get, clock } = startV1();
    const first = await get();
    clock.advance(12_001);
    const hit = await get('mobile=%2B91+98765-43210&format=json&user_id=true');
    expect(hit).toMatchObject({ body: first.body, headers: { Age: '12', 'Cache-Status': 'lookaside; hit; ttl=287' } });
    expect(hit.headers.ETag).toBe(first.headers.ETag);
    expect(hit.headers).not.toHaveProperty('X-Cap-RequestID');
    clock.advance(300_000);
    expect((await get()).headers['Cache-Status']).toBe('lookaside; hit; ttl=-13; detail=stale-while-revalidate');
  });

  test('gets 304 if the caller has the entity', async () => {
    const { get } = startV1();
    const { headers } = await get();
    const reply = await get('mobile=9876543210', { headers: { 'if-none-match': String(headers.ETag) } });
    expect(reply).toMatchObject({ status: 304, body: '', headers: { ETag: headers.ETag, Age: '0' } });
    expect(await get('mobile=9876543210', { headers: { 'if-none-match': '"other"' } })).toMatchObject({ status: 200 });
  });

  test('is narrowed by fields, by the customer’s members, with a separate ETag', async () => {
    const { get, upstream } = startV1();
    const whole = await get();
    const narrowed = await get('mobile=9876543210&fields=lastname');
    expect(JSON.parse(narrowed.body).response.customers.customer[0]).toEqual({
      lastname: 'B',
      item_status: expect.anything(),
    });
    expect(narrowed.headers.ETag).not.toBe(whole.headers.ETag);
    expect(upstream.requests).toHaveLength(1);
  });

  test('takes the language from its header, which makes a separate entry', async () => {
    const { get, upstream } = startV1();
    await get();
    for (const language of ['zh', 'ZH', 'zh-Hans-CN'])
      await get('mobile=9876543210', { headers: { Language: language } });
    expect(upstream.requests.map(({ language }) => language)).toEqual([undefined, 'zh', 'zh-Hans-CN']);
    const refused = await get('mobile=9876543210', { headers: { language: 'canary!' } });
    expect(refused).toMatchObject({ status: 400, body: expect.stringContaining('"code":"invalid_parameter"') });
    expect(refused.body).not.toContain('canary');
  });

  test('replays "not found", in the upstream’s words, for NOT_FOUND_FRESH_SECONDS', async () => {
    const { get, upstream, clock } = startV1();
    upstream.outcomeOf['v1.1'] = saidByV1('not-found', 1012, 400);
    const fetched = await get();
    expect(fetched).toMatchObject({
      status: 400,
      headers: { 'Cache-Status': 'lookaside; fwd=miss; fwd-status=400; stored' },
      body: '{"response":{"customers":{"customer":[{"item_status":{"success":"false","code":"1012","message":"its words"}}]}}}',
    });
    clock.advance(14_999);
    expect(await get()).toMatchObject({
      status: 400,
      body: fetched.body,
      headers: { 'Cache-Status': 'lookaside; hit; ttl=0', Age: '14' },
    });
    clock.advance(1);
    await get();
    expect(upstream.requests).toHaveLength(2);
  });

  test.each(['refused', 'erased'] as const)(
    'passes on that the customer is %s, and does not store it',
    async (kind) => {
      const { get, upstream, store } = startV1();
      upstream.outcomeOf['v1.1'] = saidByV1(kind, 618);
      for (const count of [1, 2]) {
        expect(await get()).toMatchObject({
          status: 200,
          headers: { 'Cache-Status': 'lookaside; fwd=miss; fwd-status=200' },
          body: expect.stringContaining('"code":"618"'),
        });
        expect(upstream.requests).toHaveLength(count);
      }
      expect(store.entries).toEqual([]);
    },
  );

  test.each<[string, string]>([
    ['missing_parameter', ''],
    ['missing_parameter', 'mobile='],
    ['missing_parameter', 'points_summary=true'],
    ['duplicate_parameter', 'mobile=9876543210&mobile=9876543210'],
    ['duplicate_parameter', 'mobile=9876543210&id=7'],
    ['unknown_parameter', 'mobile=9876543210&source=INSTORE'],
    ['unknown_parameter', 'mobile=9876543210&constructor=x'],
    ['unknown_parameter', 'mobile=9876543210&__proto__=x'],
    ['invalid_identifier', 'mobile=9876543210,9876543211'],
    ['invalid_identifier', 'id=7x'],
    ['invalid_parameter', 'mobile=9876543210&format=xml'],
    ['invalid_parameter', 'mobile=9876543210&user_id=2'],
    ['invalid_parameter', 'mobile=9876543210&fields=('],
  ])('%s for ?%s, and the service does not ask the upstream', async (code, query) => {
    const { get, upstream } = startV1();
    const reply = await get(query);
    expect(reply).toMatchObject({ status: 400, headers: { 'Cache-Status': `lookaside; detail=${code}` } });
    expect(JSON.parse(reply.body)).toMatchObject({ code, errors: [{ status: false, code }] });
    expect(reply.body).not.toContain('98765');
    expect(upstream.requests).toEqual([]);
  });

  test('accepts no other method, and a kiosk may read that too', async () => {
    const { get } = startV1({ corsOrigins: [KIOSK] });
    const reply = await get('mobile=9876543210', { method: 'POST', headers: { origin: KIOSK } });
    expect(reply).toMatchObject({
      status: 405,
      headers: { Allow: 'GET, HEAD, OPTIONS', 'Access-Control-Allow-Origin': KIOSK },
    });
  });
});

describe('a joined look-up', () => {
  const JOINED = `${QUERY}&embed=coupons`;

  function startJoined() {
    const started = start();
    started.upstream.outcomeOf.v2 = found('{"id":7,"profiles":[{"firstName":"A"}]}');
    started.upstream.outcomeOf['v1.1'] = foundByV1('{"user_id":"7","coupons":{"coupon":[{"code":"0012"}]}}');
    return { ...started, get: (request: ProxyRequest = {}) => started.send({ query: JOINED, ...request }) };
  }

  test('has the headers of one reply: Age of the older half, ttl of the half with less time left, and one ETag for both', async () => {
    const { get, send, clock } = startJoined();
    const plain = await send();
    clock.advance(100_000);
    const missed = await get();
    expect(missed).toMatchObject({
      status: 200,
      headers: {
        Age: '100',
        'Cache-Status': 'lookaside; fwd=miss; fwd-status=200; stored',
        'X-Cap-RequestID': 'cap-1',
      },
      body: '{"id":7,"profiles":[{"firstName":"A"}],"coupons":[{"code":"0012"}]}',
    });
    clock.advance(50_000);
    const hit = await get();
    expect(hit.headers).toEqual({
      'Cache-Control': 'no-store',
      'X-Content-Type-Options': 'nosniff',
      'Content-Type': 'application/json',
      'Cache-Status': 'lookaside; hit; ttl=150',
      Age: '150',
      ETag: missed.headers.ETag,
    });
    expect(hit.headers.ETag).not.toBe(plain.headers.ETag);
    expect(await get({ headers: { 'if-none-match': String(hit.headers.ETag) } })).toMatchObject({
      status: 304,
      body: '',
    });
  });

  test('with a missing half has another ETag, and its warning', async () => {
    const { get, upstream } = startJoined();
    const whole = await get();
    upstream.outcomeOf['v1.1'] = { kind: 'failed', failure: 'server-error' };
    const partial = await get({ headers: { 'cache-control': 'no-cache' } });
    expect(partial).toMatchObject({ status: 200, body: expect.stringContaining('"code":"missing_sections"') });
    expect(partial.headers.ETag).not.toBe(whole.headers.ETag);
  });

  test('is narrowed by fields, and so are the joined sections', async () => {
    const { get, upstream } = startJoined();
    await get();
    const { body } = await get({ query: `${JOINED}&fields=id,coupons/code` });
    expect(body).toBe('{"id":7,"coupons":[{"code":"0012"}]}');
    expect(upstream.requests).toHaveLength(2);
  });

  test('with two halves that fail is an error of the service, which says when to come back', async () => {
    const { get, upstream } = startJoined();
    for (const api of ['v2', 'v1.1'] as const) {
      upstream.outcomeOf[api] = { kind: 'failed', failure: 'throttled', retryAfterMs: 7000 };
    }
    const reply = await get();
    expect(reply).toMatchObject({
      status: 503,
      headers: { 'Retry-After': '7', 'Cache-Status': 'lookaside; fwd=miss' },
    });
    expect(JSON.parse(reply.body)).toMatchObject({ code: 'upstream_unavailable' });
  });

  test.each([
    ['found', undefined, { answer: 'found', joined: 'joined', cache: 'miss', upstreamAttempts: 2 }],
    ['v2', 'v2', { answer: 'found', joined: 'v2-missing', upstreamFailure: 'timeout' }],
    ['v1.1', 'v1.1', { answer: 'found', joined: 'v1.1-missing', upstreamFailure: 'timeout' }],
  ] as const)('writes one log line that says how the halves ended (%s)', async (_case, failing, facts) => {
    const { get, log, upstream } = startJoined();
    if (failing !== undefined) upstream.outcomeOf[failing] = { kind: 'failed', failure: 'timeout' };
    await get();
    expect(log.lines).toMatchObject([{ level: 'info', facts: { status: 200, ...facts } }]);
  });

  test('is refused if v1.1 has no such identifier or source, and the service asks no API', async () => {
    const { get, upstream } = startJoined();
    for (const query of [
      JOINED.replace('INSTORE', 'WECHAT&accountId=A1'),
      JOINED.replace('mobile', 'wechat'),
      `${JOINED},canary`,
    ]) {
      const reply = await get({ query });
      expect(reply).toMatchObject({ status: 400, body: expect.stringContaining('invalid_parameter') });
      expect(reply.body).not.toMatch(/canary|98765/);
    }
    expect(upstream.requests).toEqual([]);
  });
});

describe('If-None-Match', () => {
  test('with the tag of the entity gets 304: no body, the headers of the reply', async () => {
    const { send } = start();
    const { headers } = await send();
    for (const tag of [headers.ETag, `W/${headers.ETag}`, `"other", ${headers.ETag}`, '*']) {
      expect(await send({ headers: { 'if-none-match': String(tag) } })).toEqual({
        status: 304,
        headers: {
          'Cache-Control': 'no-store',
          'X-Content-Type-Options': 'nosniff',
          'Cache-Status': 'lookaside; hit; ttl=300',
          Age: '0',
          ETag: headers.ETag,
        },
        body: '',
      });
    }
  });

  test('with another tag gets the reply', async () => {
    const { send } = start();
    await send();
    expect(await send({ headers: { 'If-None-Match': '"other"' } })).toMatchObject({ status: 200, body: '{"id":1}' });
  });

  test('counts on a miss too, and not on an error', async () => {
    const { send, upstream } = start();
    expect(await send({ headers: { 'If-None-Match': '*' } })).toMatchObject({ status: 304 });
    upstream.outcome = said('not-found', 8015, 404);
    expect(await send({ headers: { 'If-None-Match': '*', 'Cache-Control': 'no-cache' } })).toMatchObject({
      status: 404,
    });
  });
});

describe('an error of the service', () => {
  test('is a problem that a client of the upstream can read too', async () => {
    const { send } = start();
    const { status, headers, body } = await send({ query: `${QUERY}&format=json` });
    const detail = expect.stringMatching(/^format is not known; allowed are source, /);
    expect({ status, headers, body: JSON.parse(body) }).toEqual({
      status: 400,
      headers: {
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Status': 'lookaside; detail=unknown_parameter',
        'Content-Type': 'application/problem+json',
      },
      body: {
        type: 'about:blank',
        title: 'Bad Request',
        status: 400,
        detail,
        code: 'unknown_parameter',
        requestId: 'request-1',
        errors: [{ status: false, code: 'unknown_parameter', message: detail }],
      },
    });
  });

  test.each<[string, number, ProxyRequest]>([
    ['missing_parameter', 400, { query: 'source=INSTORE' }],
    ['missing_parameter', 400, { query: '' }],
    ['unknown_parameter', 400, { query: `${QUERY}&x=1` }],
    ['duplicate_parameter', 400, { query: `${QUERY}&source=INSTORE` }],
    ['invalid_parameter', 400, { query: `${QUERY}&embed=x` }],
    ['invalid_identifier', 400, { query: QUERY.replace('9876543210', '98') }],
    ['not_found', 404, { resource: '/{proxy+}' }],
    ['not_found', 404, { resource: '/' }],
    ['not_found', 404, { resource: 'constructor' }],
    ['not_cached', 504, { headers: { 'Cache-Control': 'only-if-cached' } }],
  ])('%s has status %i', async (code, status, request) => {
    const { send, upstream } = start();
    const reply = await send(request);
    expect(reply.status).toBe(status);
    expect(JSON.parse(reply.body)).toMatchObject({ code, status });
    expect(upstream.requests).toHaveLength(0);
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'head'])(
    '%s on a look-up is method_not_allowed, with Allow',
    async (method) => {
      const { send } = start();
      const reply = await send({ method });
      expect(reply).toMatchObject({ status: 405, headers: { Allow: 'GET, HEAD, OPTIONS' } });
      expect(JSON.parse(reply.body)).toMatchObject({ code: 'method_not_allowed' });
    },
  );

  test.each<[FailureKind, number, string, string | undefined]>([
    ['connection', 503, 'upstream_unavailable', '5'],
    ['server-error', 503, 'upstream_unavailable', '5'],
    ['throttled', 503, 'upstream_unavailable', '5'],
    ['credentials-unreadable', 503, 'upstream_unavailable', '5'],
    ['invalid', 502, 'upstream_invalid', undefined],
    ['credentials-refused', 502, 'upstream_invalid', undefined],
    ['timeout', 504, 'upstream_timeout', undefined],
  ])('the upstream’s %s is %i %s', async (failure, status, code, retryAfter) => {
    const { send, upstream } = start();
    upstream.outcome = { kind: 'failed', failure };
    const reply = await send();
    expect(reply.status).toBe(status);
    expect(reply.headers['Retry-After']).toBe(retryAfter);
    expect(JSON.parse(reply.body)).toMatchObject({ code });
  });

  test('of an upstream refusal without a readable error is 400 upstream_refused, without Age or ETag', async () => {
    const { send, upstream } = start();
    upstream.outcome = SILENTLY_REFUSED;
    const reply = await send();
    expect(reply).toMatchObject({
      status: 400,
      headers: {
        'Content-Type': 'application/problem+json',
        'Cache-Status': 'lookaside; fwd=miss; fwd-status=400',
        'X-Cap-RequestID': 'cap-1',
      },
    });
    expect(JSON.parse(reply.body)).toMatchObject({
      code: 'upstream_refused',
      detail: expect.stringMatching(/does not say why\. Check the identifier/),
      errors: [{ status: false, code: 'upstream_refused' }],
    });
    expect(reply.headers).not.toHaveProperty('Age');
    expect(reply.headers).not.toHaveProperty('ETag');
  });

  test.each([
    [0, '1'],
    [1, '1'],
    [12_001, '13'],
    [900_000, '60'],
  ])('Retry-After of %i ms is %s', async (retryAfterMs, header) => {
    const { send, upstream } = start();
    upstream.outcome = { kind: 'failed', failure: 'throttled', retryAfterMs };
    expect((await send()).headers['Retry-After']).toBe(header);
  });

  test('after a fault of the service is internal_error; the log has its name and place, and not its message', async () => {
    const { send, service, log } = start();
    Object.assign(service, { lookup: async () => JSON.parse('{"mobile":9876543210') });
    const reply = await send();
    expect(reply).toMatchObject({
      status: 500,
      headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
    });
    expect(JSON.parse(reply.body)).toMatchObject({ code: 'internal_error', requestId: 'request-1' });
    expect(reply.body).not.toContain('98765');
    expect(log.lines).toMatchObject([
      {
        level: 'error',
        facts: { requestId: 'request-1', code: 'internal_error', error: 'SyntaxError', stack: expect.any(Array) },
      },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('98765');
  });
});

describe('CORS', () => {
  const browser = { origin: KIOSK };

  test('an allowed origin may read every answer: found, refused, 404, 405, 5xx', async () => {
    const { send, upstream } = start({ corsOrigins: ['https://other.example', KIOSK] });
    const requests: ProxyRequest[] = [{}, { query: 'x=1' }, { resource: '/{proxy+}' }, { method: 'POST' }];
    const replies = await Promise.all(requests.map((request) => send({ headers: browser, ...request })));
    upstream.outcome = { kind: 'failed', failure: 'connection' };
    replies.push(await send({ headers: { ...browser, 'cache-control': 'no-cache' } }));
    expect(replies.map(({ status }) => status)).toEqual([200, 400, 404, 405, 503]);
    for (const { headers } of replies) {
      expect(headers).toMatchObject({
        'Access-Control-Allow-Origin': KIOSK,
        'Access-Control-Expose-Headers': 'Cache-Status, Age, ETag, Retry-After, Preference-Applied, x-amzn-RequestId',
        Vary: 'Origin',
      });
    }
  });

  test('the preflight lists what a kiosk may send', async () => {
    const { send } = start({ corsOrigins: [KIOSK] });
    expect(await send({ method: 'OPTIONS', headers: browser, query: '' })).toMatchObject({
      status: 204,
      body: '',
      headers: {
        'Access-Control-Allow-Origin': KIOSK,
        'Access-Control-Allow-Methods': 'GET, HEAD',
        'Access-Control-Allow-Headers':
          'x-api-key, cache-control, if-none-match, prefer, authorization, x-cap-api-oauth-token, content-type',
        'Access-Control-Max-Age': '7200',
        Allow: 'GET, HEAD, OPTIONS',
        Vary: 'Origin',
      },
    });
  });

  test.each(['https://evil.example', 'https://kiosk.example.evil.example', 'null', KIOSK.toUpperCase()])(
    'another origin (%s) gets no CORS answer',
    async (origin) => {
      const { send } = start({ corsOrigins: [KIOSK] });
      for (const method of ['GET', 'OPTIONS']) {
        const { headers } = await send({ method, headers: { origin } });
        expect(Object.keys(headers).filter((name) => /^access-control/i.test(name))).toEqual([]);
        expect(headers.Vary).toBe('Origin');
      }
    },
  );

  test('without CORS_ORIGINS no page gets one', async () => {
    const { send } = start();
    const { headers } = await send({ headers: browser });
    expect(Object.keys(headers).filter((name) => /^(access-control|vary)/i.test(name))).toEqual([]);
  });
});

describe('GET /health', () => {
  const request = { resource: '/health', query: '' };

  test('is ok while the store answers, degraded while it does not, and asks it once in five seconds', async () => {
    const { service, clock } = startLookupService();
    let asked = 0;
    let isAnswering = true;
    const store = {
      isAnswering: async () => {
        asked += 1;
        return isAnswering;
      },
    };
    const handler = createHttpHandler({
      service: { ...service, store: store as never },
      log: new RecordingLog(),
      corsOrigins: [],
    });
    const health = async () => JSON.parse((await handler(proxyEvent(request), {} as Context)).body);
    expect(await health()).toEqual({ status: 'ok', store: 'ok' });
    isAnswering = false;
    clock.advance(4999);
    expect(await health()).toEqual({ status: 'ok', store: 'ok' });
    clock.advance(1);
    expect(await health()).toEqual({ status: 'degraded', store: 'unavailable' });
    expect(asked).toBe(2);
  });

  test('is ok while the cache is off, and does not ask the upstream', async () => {
    const { send, upstream } = start();
    const { status, body } = await send(request);
    expect({ status, body: JSON.parse(body) }).toEqual({ status: 200, body: { status: 'ok', store: 'off' } });
    expect(upstream.requests).toHaveLength(0);
  });
});

describe('the log', () => {
  test('has one line for each request, without query, header or body', async () => {
    const { send, log, upstream } = start();
    upstream.outcome = found('{"id":424242,"profiles":[{"firstName":"Canaria"}]}');
    const query = 'source=INSTORE&identifierName=email&identifierValue=canary@example.com';
    await send({ query, headers: { 'x-api-key': 'canary-key', authorization: 'Basic canary' } });
    await send({ query });
    await send({ query: query.replace('@', '') });
    expect(log.lines.map(({ facts }) => facts)).toMatchObject([
      {
        requestId: 'request-1',
        status: 200,
        cache: 'miss',
        isStored: true,
        upstreamStatus: 200,
        upstreamRequestId: 'cap-1',
      },
      { status: 200, cache: 'hit', durationMs: 0 },
      { status: 400, code: 'invalid_identifier' },
    ]);
    expect(log.lines.filter(({ facts }) => 'method' in facts)).toEqual([]);
    expect(JSON.stringify(log.lines)).not.toMatch(/canar|424242/i);
  });

  test('says how store and upstream failed', async () => {
    const { send, log, store, upstream } = start();
    store.failing.add('read');
    upstream.outcome = { kind: 'failed', failure: 'throttled' };
    await send();
    expect(log.lines).toMatchObject([
      { level: 'info', facts: { status: 503, storeFailure: 'TimeoutError', upstreamFailure: 'throttled' } },
    ]);
  });
});
