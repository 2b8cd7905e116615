import { describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { createHttpHandler } from '../../../functions/http/handler.ts';
import { cpuMs, fastestOf } from '../../support/fastest.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { settle } from '../../support/manual-clock.ts';
import { type ProxyRequest, proxyEvent } from '../../support/proxy-event.ts';
import { found, foundByV1, said } from '../../support/scripted-upstream.ts';

const KIOSK = 'https://kiosk.example';

const lookupOf = (n: number) => ({ source: 'INSTORE', identifierName: 'externalId', identifierValue: `MP${n}` });
const ofV1 = (n: number) => ({ api: 'v1.1', external_id: `MP${n}` });
const many = (count: number) => Array.from({ length: count }, (_, n) => lookupOf(n));

function start({ corsOrigins = [] as string[], deadlineMs = 6300 } = {}) {
  const parts = startLookupService();
  const { store, upstream } = parts;
  upstream.outcomeOf.v2 = found('{"id":7,"profiles":[{"firstName":"A"}]}');
  upstream.outcomeOf['v1.1'] = foundByV1('{"user_id":"7","firstname":"A","coupons":{"coupon":[{"code":"0012"}]}}');
  const log = new RecordingLog();
  const service = Object.assign(parts.service, { deadlineMs });
  const handler = createHttpHandler({ service, log, corsOrigins });
  const send = async (request: ProxyRequest) => {
    const event = proxyEvent({ method: 'POST', resource: '/lookups', ...request });
    const { statusCode, headers = {}, body } = await handler(event, {} as Context);
    return { status: statusCode, headers: headers as Record<string, string>, body };
  };
  const sendAll = (lookups: unknown, headers: Readonly<Record<string, string>> = {}) =>
    send({ body: JSON.stringify({ lookups }), headers });
  const results = async (lookups: readonly unknown[], headers: Readonly<Record<string, string>> = {}) =>
    JSON.parse((await sendAll(lookups, headers)).body).results;
  /** The requests to the store since the last time. */
  const calls = () => store.calls.splice(0);
  return { ...parts, log, send, sendAll, results, calls };
}

describe('POST /lookups', () => {
  test('B5: refuses identifiers of 120 KB at once, and answers the other look-ups of the batch', async () => {
    const { results } = start();
    const long = `a${' '.repeat(120_000)}a`;
    const lookups = [
      { ...lookupOf(1), identifierValue: long },
      { ...ofV1(1), store_code: long },
      { ...lookupOf(2), cacheControl: `max-age${long}=1` },
      lookupOf(3),
    ];
    expect(await results(lookups)).toMatchObject([
      { code: 'invalid_identifier' },
      { code: 'invalid_parameter' },
      { kind: 'found' },
      { kind: 'found' },
    ]);
    expect(await fastestOf(200, () => cpuMs(() => results(lookups)))).toBeLessThan(200);
  });

  test('answers each look-up on its own, in their order: both APIs, joined look-ups and refused look-ups', async () => {
    const { sendAll, upstream } = start();
    const { status, headers, body } = await sendAll([
      lookupOf(1),
      { ...lookupOf(2), source: 'x y' },
      ofV1(3),
      5,
      { ...lookupOf(4), embed: ['coupons'] },
      { ...lookupOf(6), fields: 'id' },
      { api: 'v3' },
      { ...ofV1(5), embed: ['coupons'] },
    ]);
    expect({ status, headers }).toEqual({
      status: 200,
      headers: {
        'Cache-Control': 'no-store',
        'Cache-Status': 'lookaside; detail=batch',
        'Content-Type': 'application/json',
        'X-Content-Type-Options': 'nosniff',
      },
    });
    expect(JSON.parse(body)).toEqual({
      results: [
        { kind: 'found', customer: { id: 7, profiles: [{ firstName: 'A' }] }, cache: expect.anything() },
        { kind: 'error', code: 'invalid_parameter', message: expect.stringContaining('source') },
        {
          kind: 'found',
          customer: expect.objectContaining({ user_id: '7', firstname: 'A' }),
          cache: expect.anything(),
        },
        { kind: 'error', code: 'invalid_parameter', message: expect.any(String) },
        {
          kind: 'found',
          customer: { id: 7, profiles: [{ firstName: 'A' }], coupons: [{ code: '0012' }] },
          cache: { status: 'miss', ageSeconds: 0, ttlSeconds: 300 },
        },
        { kind: 'found', customer: { id: 7 }, cache: expect.anything() },
        { kind: 'error', code: 'invalid_parameter', message: expect.stringContaining('"v1.1"') },
        { kind: 'error', code: 'unknown_parameter', message: expect.stringContaining('embed') },
      ],
    });
    expect(upstream.requests).toHaveLength(5);
  });

  test('asks the store once for all look-ups, with each key once', async () => {
    const { results, calls, store } = start();
    const lookups = [
      ...many(40),
      ...many(40),
      ...Array.from({ length: 10 }, (_, n) => ({ ...lookupOf(n), embed: ['coupons'] })),
      ...Array.from({ length: 10 }, (_, n) => ofV1(n)),
    ];
    expect(lookups).toHaveLength(100);
    await results(lookups);
    calls();
    const keys: number[] = [];
    const { readAll } = store;
    store.readAll = (all) => {
      keys.push(all.length);
      return readAll(all);
    };
    const hits = await results(lookups);
    expect(hits.map(({ cache }: { cache: { status: string } }) => cache.status)).toEqual(Array(100).fill('hit'));
    expect(calls()).toEqual(['readAll']);
    // 40 of v2, 10 of v1.1 with the coupons that join, 10 of v1.1 without.
    expect(keys).toEqual([60]);
  });

  test('asks the upstream once for a customer that is in the batch twice', async () => {
    const { results, upstream, clock } = start();
    upstream.takesMs = 300;
    const answered = results([lookupOf(1), lookupOf(1), { ...lookupOf(1), embed: ['coupons'] }, lookupOf(1)]);
    await clock.run(2000);
    expect((await answered).map(({ kind }: { kind: string }) => kind)).toEqual(Array(4).fill('found'));
    expect(upstream.requests.map(({ api }) => api).sort()).toEqual(['v1.1', 'v2']);
  });

  test('runs ten look-ups at a time, and no more', async () => {
    const { results, upstream, clock } = start();
    upstream.takesMs = 1000;
    const answered = results(many(25));
    for (const begun of [10, 20, 25]) {
      await settle();
      expect(upstream.requests).toHaveLength(begun);
      await clock.run(999);
      expect(upstream.requests).toHaveLength(begun);
      await clock.run(1);
    }
    expect(await answered).toHaveLength(25);
  });

  test('ends before the gateway gives up: a look-up that could end later does not begin', async () => {
    const { results, upstream, clock } = start();
    upstream.takesMs = 2500;
    const answered = results(many(100));
    await clock.run(27_000);
    const kinds = (await answered).map(({ kind, code }: { kind: string; code?: string }) => code ?? kind);
    // Nine rounds of ten begin in the first 20.7 s: 27 s without the deadline of one look-up.
    expect(kinds).toEqual([...Array(90).fill('found'), ...Array(10).fill('upstream_timeout')]);
    expect(upstream.requests).toHaveLength(90);
  });

  test('begins in the first second, even if one look-up may take longer than the gateway waits', async () => {
    const { results, upstream, clock } = start({ deadlineMs: 28_000 });
    upstream.takesMs = 1001;
    const answered = results(many(15));
    await clock.run(27_000);
    const kinds = (await answered).map(({ kind, code }: { kind: string; code?: string }) => code ?? kind);
    expect(kinds).toEqual([...Array(10).fill('found'), ...Array(5).fill('upstream_timeout')]);
  });

  test('does not delay the others if one look-up is slow', async () => {
    const { results, upstream, clock } = start();
    upstream.takesMsOf.v2 = 2000;
    const answered = results([lookupOf(1), ...Array.from({ length: 99 }, (_, n) => ofV1(n))]);
    await clock.run(1999);
    expect(upstream.requests).toHaveLength(100);
    await clock.run(1);
    expect(await answered).toHaveLength(100);
  });

  test('says for each look-up how it failed, and answers the others', async () => {
    const { results, upstream } = start();
    upstream.outcomeOf.v2 = { kind: 'failed', failure: 'throttled', retryAfterMs: 7000 };
    upstream.outcomeOf['v1.1'] = said('not-found', 1012);
    expect(await results([lookupOf(1), ofV1(2), { ...lookupOf(3), cacheControl: 'only-if-cached' }])).toMatchObject([
      { kind: 'error', code: 'upstream_unavailable', retryAfterSeconds: 7 },
      { kind: 'not-found', upstream: { code: 1012, message: 'its words' } },
      { kind: 'error', code: 'not_cached' },
    ]);
  });

  test('works without the store if it is down, and asks it once', async () => {
    const { results, store, calls } = start();
    await results(many(12));
    calls();
    store.failing.add('readAll');
    const answered = await results([...many(12), { ...lookupOf(1), embed: ['coupons'] }]);
    for (const result of answered) expect(result).toMatchObject({ kind: 'found', cache: { status: 'bypass' } });
    expect(calls()).toEqual(['readAll']);
  });

  test('answers the others after one fault of the service, and reports only its place', async () => {
    const { results, service, log } = start();
    const { lookup } = service;
    Object.assign(service, {
      lookup: async (...call: Parameters<typeof lookup>) => {
        if (call[0].request.api === 'v1.1') return JSON.parse('{"mobile":9876543210');
        return lookup(...call);
      },
    });
    expect(await results([lookupOf(1), ofV1(2)])).toMatchObject([
      { kind: 'found' },
      { kind: 'error', code: 'internal_error', message: expect.not.stringContaining('98765') },
    ]);
    expect(log.lines).toMatchObject([
      {
        level: 'error',
        facts: { status: 200, lookups: [{ answer: 'found' }, { code: 'internal_error', error: 'SyntaxError' }] },
      },
    ]);
    expect(JSON.stringify(log.lines)).not.toContain('98765');
  });

  test('writes one log line for all, without an identifier in it', async () => {
    const { sendAll, log } = start();
    await sendAll([
      { source: 'INSTORE', identifierName: 'email', identifierValue: 'Canary@Example.com', embed: ['coupons'] },
      { api: 'v1.1', external_id: 'CANARY', store_code: 'canary' },
      { api: 'v1.1', canary: 'canary' },
    ]);
    expect(log.lines).toMatchObject([
      {
        level: 'info',
        facts: {
          requestId: 'request-1',
          method: 'POST',
          resource: '/lookups',
          status: 200,
          lookups: [
            { answer: 'found', joined: 'joined' },
            { answer: 'found', cache: 'miss' },
            { code: 'unknown_parameter' },
          ],
        },
      },
    ]);
    expect(JSON.stringify(log.lines)).not.toMatch(/canary/i);
  });
});

describe('Cache-Control of a batch', () => {
  test('counts for the look-ups that have none of their own', async () => {
    const { results, upstream } = start();
    await results(many(2));
    const headers = { 'Cache-Control': 'only-if-cached' };
    expect(
      await results([lookupOf(0), lookupOf(5), { ...lookupOf(6), cacheControl: 'max-age=60' }, ofV1(7)], headers),
    ).toMatchObject([
      { kind: 'found', cache: { status: 'hit' } },
      { kind: 'error', code: 'not_cached' },
      { kind: 'found', cache: { status: 'miss' } },
      { kind: 'error', code: 'not_cached' },
    ]);
    expect(upstream.requests).toHaveLength(3);
  });

  test('is not added to a look-up’s own, even if that is empty', async () => {
    const { results } = start();
    await results([lookupOf(1)]);
    const [own] = await results([{ ...lookupOf(1), cacheControl: '' }], { 'cache-control': 'no-cache' });
    expect(own).toMatchObject({ cache: { status: 'hit' } });
  });
});

describe('the number of look-ups', () => {
  test('of zero is allowed, and asks no upstream', async () => {
    const { send, calls, upstream } = start();
    expect(await send({ body: '{"lookups":[]}' })).toMatchObject({ status: 200, body: '{"results":[]}' });
    expect(calls()).toEqual([]);
    expect(upstream.requests).toEqual([]);
  });

  test('of 100 is allowed, with joined look-ups too', async () => {
    const { results } = start();
    const answered = await results(many(100).map((lookup) => ({ ...lookup, embed: ['coupons'] })));
    expect(answered.map(({ kind }: { kind: string }) => kind)).toEqual(Array(100).fill('found'));
  });

  test('of 101 is refused as a whole', async () => {
    const { sendAll, upstream, calls } = start();
    const { status, headers, body } = await sendAll(many(101));
    expect({ status, type: headers['Content-Type'] }).toEqual({ status: 400, type: 'application/problem+json' });
    expect(JSON.parse(body)).toMatchObject({ code: 'too_many_lookups', detail: expect.stringContaining('100') });
    expect(upstream.requests).toEqual([]);
    expect(calls()).toEqual([]);
  });
});

describe('a body', () => {
  test('in base64 is decoded', async () => {
    const { send } = start();
    const text = JSON.stringify({ lookups: [{ ...lookupOf(1), identifierValue: 'Zoë 🦉' }] });
    const { status, body } = await send({ body: Buffer.from(text).toString('base64'), isBase64Encoded: true });
    expect(status).toBe(200);
    expect(JSON.parse(body).results).toMatchObject([{ kind: 'found' }]);
  });

  test.each([
    [
      'a character of Latin-1',
      Buffer.from(JSON.stringify({ lookups: [{ ...lookupOf(1), identifierValue: 'Zo\xeb' }] }), 'latin1'),
    ],
    ['half a character', Buffer.from('{"lookups":[]}\ud83e').subarray(0, -1)],
  ])('that is not UTF-8 (%s) is refused: it would be read as another customer', async (_case, bytes) => {
    const { send, upstream } = start();
    const reply = await send({ body: bytes.toString('base64'), isBase64Encoded: true });
    expect(reply.status).toBe(400);
    expect(JSON.parse(reply.body)).toMatchObject({
      code: 'invalid_parameter',
      detail: expect.stringContaining('UTF-8'),
    });
    expect(upstream.requests).toEqual([]);
  });

  test('may hold numbers and booleans if the API has them, but no number that JSON may have rounded', async () => {
    const { send, upstream } = start();
    const lookups =
      '[{"api":"v1.1","id":9007199254740991,"mlp":true,"gap_to_renew_for":30},{"api":"v1.1","id":9007199254740993}]';
    const { body } = await send({ body: `{"lookups":${lookups}}` });
    expect(JSON.parse(body).results).toMatchObject([{ kind: 'found' }, { kind: 'error', code: 'invalid_parameter' }]);
    expect(upstream.requests[0]?.subjectParameters).toEqual([['id', '9007199254740991']]);
  });

  test.each<[string, string | undefined, string]>([
    ['none', undefined, 'invalid_parameter'],
    ['empty', '', 'invalid_parameter'],
    ['no JSON', '{"lookups":[', 'invalid_parameter'],
    ['a list', '[]', 'invalid_parameter'],
    ['null', 'null', 'invalid_parameter'],
    ['a text', '"lookups"', 'invalid_parameter'],
    ['a look-up outside of a list', JSON.stringify(lookupOf(1)), 'missing_parameter'],
    ['an object of nothing', '{}', 'missing_parameter'],
    ['lookups that is not a list', '{"lookups":{"0":{}}}', 'invalid_parameter'],
    ['lookups that is null', '{"lookups":null}', 'invalid_parameter'],
    ['something beside lookups', '{"lookups":[],"fields":"id"}', 'unknown_parameter'],
    ['a prototype beside lookups', '{"lookups":[],"__proto__":{}}', 'unknown_parameter'],
  ])('%s is refused', async (_case, body, code) => {
    const { send, upstream } = start();
    const reply = await send(body === undefined ? {} : { body });
    expect(reply.status).toBe(400);
    expect(reply.headers['Cache-Status']).toBe(`lookaside; detail=${code}`);
    expect(JSON.parse(reply.body)).toMatchObject({ code, status: 400 });
    expect(upstream.requests).toEqual([]);
  });

  test('is not repeated in the error message', async () => {
    const { send } = start();
    for (const body of ['canary', '{"lookups":[],"canary":1}', '{"canary":[{"mobile":"canary"}]}']) {
      expect((await send({ body })).body).not.toContain('canary');
    }
  });
});

describe('another method', () => {
  test.each(['GET', 'PUT', 'PATCH', 'DELETE'])('%s is method_not_allowed, with Allow', async (method) => {
    const { send, upstream } = start();
    const reply = await send({ method, body: JSON.stringify({ lookups: many(1) }) });
    expect(reply).toMatchObject({ status: 405, headers: { Allow: 'POST, OPTIONS' } });
    expect(JSON.parse(reply.body)).toMatchObject({ code: 'method_not_allowed' });
    expect(upstream.requests).toEqual([]);
  });

  test('HEAD is method_not_allowed too, without a body: the address does not answer GET', async () => {
    const { send } = start();
    const reply = await send({ method: 'HEAD' });
    expect(reply).toMatchObject({ status: 405, headers: { Allow: 'POST, OPTIONS' }, body: '' });
  });
});

describe('CORS', () => {
  const cors = ({ headers }: { headers: Record<string, string> }) =>
    Object.fromEntries(Object.entries(headers).filter(([name]) => /^(access-control|vary|allow$)/i.test(name)));

  test('the preflight of a batch allows POST, and the content type of its body', async () => {
    const { send, upstream } = start({ corsOrigins: [KIOSK] });
    const reply = await send({ method: 'OPTIONS', headers: { origin: KIOSK } });
    expect(reply).toMatchObject({ status: 204, body: '' });
    expect(cors(reply)).toEqual({
      Allow: 'POST, OPTIONS',
      'Access-Control-Allow-Origin': KIOSK,
      'Access-Control-Allow-Methods': 'POST',
      'Access-Control-Allow-Headers':
        'x-api-key, cache-control, if-none-match, prefer, authorization, x-cap-api-oauth-token, content-type',
      'Access-Control-Expose-Headers': 'Cache-Status, Age, ETag, Retry-After, Preference-Applied, x-amzn-RequestId',
      'Access-Control-Max-Age': '7200',
      Vary: 'Origin',
    });
    expect(upstream.requests).toEqual([]);
  });

  test.each([
    ['/v2/customers/lookup/customerDetails', ''],
    ['/v1.1/customer/get', ', language'],
  ])(
    'the preflight of %s allows GET, the headers that count there, and those of a page made for the upstream',
    async (resource, own) => {
      const { send } = start({ corsOrigins: [KIOSK] });
      expect(cors(await send({ resource, method: 'OPTIONS', headers: { origin: KIOSK } }))).toMatchObject({
        Allow: 'GET, HEAD, OPTIONS',
        'Access-Control-Allow-Methods': 'GET, HEAD',
        'Access-Control-Allow-Headers': `x-api-key, cache-control, if-none-match, prefer, authorization, x-cap-api-oauth-token, content-type${own}`,
      });
    },
  );

  test('a kiosk may read every answer: found, refused as a whole, wrong method', async () => {
    const { send, sendAll } = start({ corsOrigins: [KIOSK] });
    const headers = { origin: KIOSK };
    const replies = [await sendAll(many(1), headers), await sendAll(many(101), headers)];
    replies.push(await send({ headers, body: 'no json' }), await send({ headers, method: 'GET' }));
    expect(replies.map(({ status }) => status)).toEqual([200, 400, 400, 405]);
    for (const reply of replies) {
      expect(reply.headers).toMatchObject({ 'Access-Control-Allow-Origin': KIOSK, Vary: 'Origin' });
    }
  });

  test('another origin gets no CORS answer', async () => {
    const { send } = start({ corsOrigins: [KIOSK] });
    for (const method of ['POST', 'OPTIONS']) {
      const reply = await send({ method, body: '{"lookups":[]}', headers: { origin: 'https://other.example' } });
      expect(Object.keys(cors(reply)).filter((name) => name.startsWith('Access'))).toEqual([]);
    }
  });
});

describe('the answer of a batch', () => {
  test('fits even if each quote becomes two characters in the reply', async () => {
    const { send, upstream } = start();
    upstream.outcomeOf.v2 = found(`{"id":7,"segments":${JSON.stringify('"'.repeat(400_000))}}`);
    const reply = await send({ body: JSON.stringify({ lookups: many(12) }) });
    const kinds = JSON.parse(reply.body).results.map(
      (result: { kind: string; code?: string }) => result.code ?? result.kind,
    );
    expect(kinds.at(-1)).toBe('too_large');
    expect(kinds.filter((kind: string) => kind === 'found').length).toBeGreaterThan(2);
    expect(Buffer.byteLength(JSON.stringify(reply))).toBeLessThan(6 * 1024 * 1024);
  });

  test('is written once: a v2 customer is not written at all, any other customer is written once', async () => {
    const { send } = start();
    const lookups = [
      lookupOf(1),
      ofV1(2),
      { ...lookupOf(3), fields: 'profiles/firstName' },
      { ...lookupOf(4), embed: ['coupons'] },
    ];
    const request = { body: JSON.stringify({ lookups }) };
    const first = await send(request);
    const stringify = jest.spyOn(JSON, 'stringify');
    try {
      const again = await send(request);
      const written = stringify.mock.results.map(({ value }) => String(value));
      // The joined look-up has two halves, and the join writes it.
      expect(written.filter((text) => text.includes('"0012"')).length).toBe(2);
      expect(written.filter((text) => text.includes('"firstName"') && !text.includes('"0012"')).length).toBe(1);
      expect(written.filter((text) => text.includes('"results"'))).toEqual([]);
      expect(JSON.parse(again.body).results).toHaveLength(JSON.parse(first.body).results.length);
    } finally {
      stringify.mockRestore();
    }
  });
});
