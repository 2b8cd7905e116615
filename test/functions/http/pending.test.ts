// The first look-up with the header loads the code that reads it: that takes real time.
import '../../../functions/lookup/preferences.ts';
import { describe, expect, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { requestMetrics } from '../../../functions/adapters/telemetry/metrics.ts';
import { createHttpHandler } from '../../../functions/http/handler.ts';
import { NO_DIRECTIVES } from '../../../functions/lookup/directives.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { type ProxyRequest, proxyEvent } from '../../support/proxy-event.ts';
import { found, foundByV1, said } from '../../support/scripted-upstream.ts';

// Tests `Prefer: wait` over HTTP, before an upstream that takes two seconds.

const V2 = 'source=INSTORE&identifierName=mobile&identifierValue=9876543210';
const KIOSK = 'https://kiosk.example';
const UPSTREAM_MS = 2000;
const REVALIDATE = { purpose: 'revalidate' } as const;
const BODY = '{"status":"pending"}';

function start() {
  const parts = startLookupService();
  const { clock, upstream, revalidator } = parts;
  upstream.takesMs = UPSTREAM_MS;
  upstream.outcomeOf.v2 = found('{"id":7,"profiles":[{"firstName":"A"}]}');
  upstream.outcomeOf['v1.1'] = foundByV1('{"user_id":"7","firstname":"A","coupons":{"coupon":[{"code":"0012"}]}}');
  const log = new RecordingLog();
  const handler = createHttpHandler({ service: parts.service, log, corsOrigins: [KIOSK] });
  const send = async (request: ProxyRequest = {}) => {
    const startedAt = clock.now();
    const replying = handler(proxyEvent({ query: V2, ...request }), {} as Context);
    let tookMs = 0;
    replying.then(() => {
      tookMs = clock.now() - startedAt;
    });
    await clock.run(9000);
    const { statusCode, headers = {}, body } = await replying;
    return { status: statusCode, headers: headers as Record<string, string>, body, tookMs };
  };
  const waiting = (wait: string, request: ProxyRequest = {}) =>
    send({ ...request, headers: { Prefer: `wait=${wait}`, ...request.headers } });
  return { ...parts, log, send, waiting, asked: revalidator.requests };
}

describe('a look-up by HTTP with a short wait', () => {
  test('gets 202, the time to ask again, and the applied preference; nothing that a cache may store', async () => {
    const { waiting, asked } = start();
    expect(await waiting('0.4')).toEqual({
      status: 202,
      headers: {
        'Cache-Control': 'no-store',
        'Cache-Status': 'lookaside; fwd=miss; detail=pending',
        'Content-Type': 'application/json',
        'Preference-Applied': 'wait=0.4',
        'Retry-After': '1',
        Vary: 'Origin, Prefer',
        'X-Content-Type-Options': 'nosniff',
      },
      body: BODY,
      tookMs: 400,
    });
    expect(asked.map(({ api }) => api)).toEqual(['v2']);
  });

  test.each<[string, ProxyRequest]>([
    ['v1.1', { resource: '/v1.1/customer/get', query: 'mobile=9876543210' }],
    [
      'v1.1, in another language',
      { resource: '/v1.1/customer/get', query: 'mobile=9876543210', headers: { language: 'zh' } },
    ],
    ['v2, with fields', { query: `${V2}&fields=id` }],
    ['v2, that has an old reply', { headers: { 'if-none-match': '*' } }],
    ['v2, that accepts gzip', { headers: { 'accept-encoding': 'gzip' } }],
  ])('of %s gets the same', async (_title, request) => {
    const { status, body, tookMs } = await start().waiting('0.4', request);
    expect({ status, body, tookMs }).toEqual({ status: 202, body: BODY, tookMs: 400 });
  });

  test('by HEAD gets the same without a body', async () => {
    const { waiting } = start();
    const { status, headers, body } = await waiting('0.4', { method: 'HEAD' });
    expect([status, body, headers['Content-Length']]).toEqual([202, '', String(BODY.length)]);
    expect(headers).toMatchObject({ 'Retry-After': '1', 'Preference-Applied': 'wait=0.4' });
  });

  test('of an allowed origin may be read by the page, with the header that the page sent', async () => {
    const { waiting, send } = start();
    const { headers } = await waiting('0.4', { headers: { origin: KIOSK } });
    expect(headers['Access-Control-Expose-Headers']).toContain('Preference-Applied');
    const preflight = await send({ method: 'OPTIONS', headers: { origin: KIOSK } });
    expect(preflight.headers['Access-Control-Allow-Headers']).toContain('prefer');
  });

  test('has a line in the log and a metric of its own', async () => {
    const { waiting, log } = start();
    await waiting('0.4');
    const { facts } = log.lines[0]!;
    expect(facts).toMatchObject({ status: 202, answer: 'pending', cache: 'miss', isRevalidationAsked: true });
    const names = requestMetrics(facts).map(({ name, value }) => [name, value]);
    expect(Object.fromEntries(names)).toEqual({ Pending: 1, RevalidationAsked: 1, Latency_Pending: 400 });
  });

  test('is answered as usual if the answer comes in time', async () => {
    const { waiting, upstream } = start();
    upstream.takesMs = 0;
    await waiting('3');
    const { status, headers, tookMs } = await waiting('0');
    expect([status, tookMs]).toEqual([200, 0]);
    expect(headers['Cache-Status']).toMatch('lookaside; hit');
    expect(headers).not.toHaveProperty('Preference-Applied');
    expect(headers).not.toHaveProperty('Retry-After');
  });

  test.each([undefined, '', 'wait', 'wait=soon', 'return=minimal'])('Prefer: %s changes nothing', async (prefer) => {
    const { send, asked } = start();
    const reply = await send(prefer === undefined ? {} : { headers: { Prefer: prefer } });
    expect([reply.status, reply.tookMs, asked]).toEqual([200, UPSTREAM_MS, []]);
  });

  test('Prefer on two lines is one list', async () => {
    const { send } = start();
    const { headers, tookMs } = await send({ headers: { Prefer: ['handling=lenient', 'wait=0.1'] } });
    expect([headers['Preference-Applied'], tookMs]).toEqual(['wait=0.1', 100]);
  });
});

describe('a joined look-up with a short wait', () => {
  const JOINED = { query: `${V2}&embed=coupons` };

  test('asks for both halves, and is pending without the profile', async () => {
    const { waiting, asked } = start();
    expect(await waiting('0.4', JOINED)).toMatchObject({ status: 202, body: BODY, tookMs: 400 });
    expect(asked.map(({ api }) => api).sort()).toEqual(['v1.1', 'v2']);
  });

  test('shows the profile while the sections of v1.1 are fetched, and says that they are missing', async () => {
    const { waiting, upstream } = start();
    upstream.takesMsOf.v2 = 0;
    await waiting('3', { query: V2 });
    const { status, headers, body, tookMs } = await waiting('0.4', JOINED);
    expect([status, tookMs, headers['Cache-Status']]).toEqual([200, 400, 'lookaside; fwd=miss']);
    expect(JSON.parse(body)).toMatchObject({
      id: 7,
      warnings: [{ message: expect.stringContaining('v1.1 has not answered yet; ask again.') }],
    });
  });

  test('is erased as soon as one half is erased', async () => {
    const { waiting, upstream, clock, service, asked } = start();
    upstream.outcomeOf['v1.1'] = said('erased', 8015);
    upstream.takesMsOf['v1.1'] = 0;
    expect((await waiting('0.4', JOINED)).status).toBe(202);
    for (const request of asked)
      service.lookup({ request, fields: undefined, supplement: undefined }, NO_DIRECTIVES, REVALIDATE);
    await clock.run(UPSTREAM_MS);
    expect((await waiting('0.4', JOINED)).body).toContain('errors');
  });
});

describe('POST /lookups with look-ups that have a short wait', () => {
  const lookupOf = (n: number) => ({ source: 'INSTORE', identifierName: 'externalId', identifierValue: `MP${n}` });
  const post = (lookups: readonly unknown[], headers: Record<string, string> = {}): ProxyRequest => ({
    method: 'POST',
    resource: '/lookups',
    query: '',
    headers,
    body: JSON.stringify({ lookups }),
  });
  const PENDING = { kind: 'pending', retryAfterSeconds: 1 };

  test('answers each look-up on its own, and all of them within the wait', async () => {
    const { waiting, asked } = start();
    const lookups = Array.from({ length: 30 }, (_, n) => lookupOf(n));
    const { status, body, headers, tookMs } = await waiting('0.4', post(lookups));
    expect([status, tookMs, headers['Preference-Applied']]).toEqual([200, 400, 'wait=0.4']);
    expect(JSON.parse(body).results).toEqual(lookups.map(() => PENDING));
    expect(asked).toHaveLength(30);
  });

  test('prefers the wait of a look-up to that of the request', async () => {
    const { waiting } = start();
    const { body, tookMs } = await waiting(
      '0.4',
      post([{ ...lookupOf(1), waitMs: 5000 }, lookupOf(2), { ...lookupOf(3), waitMs: 0 }]),
    );
    expect(JSON.parse(body).results).toMatchObject([{ kind: 'found' }, PENDING, PENDING]);
    expect(tookMs).toBe(UPSTREAM_MS);
  });

  test('does not mention preferences if nothing is pending', async () => {
    const { waiting, upstream } = start();
    upstream.takesMs = 0;
    const { headers } = await waiting('5', post([lookupOf(1)]));
    expect(headers).not.toHaveProperty('Preference-Applied');
  });

  test.each([-1, '400', null, true, {}])('refuses the wait %j of one look-up', async (waitMs) => {
    const { send } = start();
    const { body } = await send(post([{ ...lookupOf(1), waitMs }, lookupOf(2)]));
    expect(JSON.parse(body).results).toMatchObject([
      { kind: 'error', code: 'invalid_parameter', message: expect.stringContaining('waitMs') },
      { kind: 'found' },
    ]);
  });
});

describe('a prefetch by HTTP', () => {
  const PREFETCH = { headers: { Prefer: 'respond-async' } };

  test.each<[string, ProxyRequest]>([
    ['v2', {}],
    ['v1.1', { resource: '/v1.1/customer/get', query: 'mobile=9876543210' }],
    ['HEAD', { method: 'HEAD' }],
  ])('by %s gets 202 at once', async (_title, request) => {
    const { send, asked } = start();
    const { status, headers, body, tookMs } = await send({ ...PREFETCH, ...request });
    expect([status, tookMs, body]).toEqual([202, 0, request.method === 'HEAD' ? '' : BODY]);
    expect(headers).toMatchObject({
      'Cache-Status': 'lookaside; fwd=miss; detail=pending',
      'Preference-Applied': 'respond-async',
      'Retry-After': '1',
    });
    expect(asked).toHaveLength(1);
  });

  test('of a fresh entry gets 202 too, and asks for nothing: a prefetch gets no profile', async () => {
    const { send, asked, upstream } = start();
    upstream.takesMs = 0;
    await send();
    const { status, headers, body } = await send(PREFETCH);
    expect([status, body, asked]).toEqual([202, BODY, []]);
    expect(headers['Cache-Status']).toMatch(/^lookaside; hit; ttl=\d+$/);
    expect(headers).not.toHaveProperty('Age');
    expect(headers).not.toHaveProperty('ETag');
  });

  test('of a joined look-up asks for both halves', async () => {
    const { send, asked } = start();
    expect(await send({ ...PREFETCH, query: `${V2}&embed=coupons` })).toMatchObject({ status: 202, tookMs: 0 });
    expect(asked.map(({ api }) => api).sort()).toEqual(['v1.1', 'v2']);
  });

  test('has a line in the log and a metric of its own, and does not count as an answered look-up', async () => {
    const { send, log } = start();
    await send(PREFETCH);
    const names = requestMetrics(log.lines[0]!.facts).map(({ name }) => name);
    expect(names.sort()).toEqual(['Prefetch', 'RevalidationAsked']);
  });

  test('with a wait beside it waits (RFC 7240 §4.3)', async () => {
    const { send } = start();
    const { headers, tookMs } = await send({ headers: { Prefer: 'respond-async, wait=0.3' } });
    expect([headers['Preference-Applied'], tookMs]).toEqual(['respond-async, wait=0.3', 300]);
  });

  test('of a batch counts for each look-up that does not say otherwise', async () => {
    const { send, asked } = start();
    const lookupOf = (n: number) => ({ source: 'INSTORE', identifierName: 'externalId', identifierValue: `MP${n}` });
    const lookups = [lookupOf(1), { ...lookupOf(2), prefetch: false }, { ...lookupOf(3), prefetch: 1 }];
    const request = { method: 'POST', resource: '/lookups', query: '', body: JSON.stringify({ lookups }) };
    const { body, headers } = await send({ ...PREFETCH, ...request });
    expect(JSON.parse(body).results).toMatchObject([
      { kind: 'pending', retryAfterSeconds: 1 },
      { kind: 'found' },
      { kind: 'error', code: 'invalid_parameter', message: expect.stringContaining('prefetch') },
    ]);
    expect([asked.length, headers['Preference-Applied']]).toEqual([1, 'respond-async']);
  });
});
