import { describe, expect, test } from '@jest/globals';
import { createHttpHandler } from '../../../functions/http/handler.ts';
import type { Clock } from '../../../functions/lookup/ports.ts';
import { FOREIGN_EVENTS } from '../../support/foreign-events.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { type ProxyRequest, proxyEvent } from '../../support/proxy-event.ts';
import { found, said } from '../../support/scripted-upstream.ts';

const QUERY = 'source=INSTORE&identifierName=mobile&identifierValue=9876543210';
const V1 = { resource: '/v1.1/customer/get', query: 'mobile=9876543210' };
const HEALTH = { resource: '/health', query: '' };
const KIOSK = 'https://kiosk.example';
const CONTEXT = { awsRequestId: 'invocation-1' };

/** @param timeOfDay the change of the time of day; the other clock is not affected */
function start({ corsOrigins = [KIOSK], timeOfDay = { setByMs: 0 } } = {}) {
  const parts = startLookupService();
  const clock: Clock = {
    now: () => parts.clock.now() + timeOfDay.setByMs,
    monotonicNow: () => parts.clock.monotonicNow() + 0.125,
    sleep: (ms, signal) => parts.clock.sleep(ms, signal),
    sleepFree: (ms, signal) => parts.clock.sleepFree(ms, signal),
  };
  let asked = 0;
  const isAnswering = async () => {
    asked += 1;
    return true;
  };
  const log = new RecordingLog();
  const service = { ...parts.service, clock, store: { isAnswering } as never };
  const handler = createHttpHandler({ service, log, corsOrigins });
  const send = async (request: ProxyRequest = {}) => {
    const { statusCode, headers = {}, body } = await handler(proxyEvent({ query: QUERY, ...request }), CONTEXT);
    return { status: statusCode, headers: headers as Record<string, string>, body };
  };
  return { ...parts, log, handler, send, storeChecks: () => asked };
}

test("a request ends by itself, and not by Lambda's remaining time, which a wrong clock makes negative", async () => {
  const { handler, upstream } = start();
  upstream.outcomeOf.v2 = found('{"id":7}');
  let asked = 0;
  const getRemainingTimeInMillis = () => {
    asked += 1;
    return -1000;
  };
  const context = { ...CONTEXT, getRemainingTimeInMillis };
  expect(await handler(proxyEvent({ query: QUERY }), context)).toMatchObject({ statusCode: 200 });
  expect(asked).toBe(0);
});

describe('R12: HEAD', () => {
  test.each<[string, ProxyRequest]>([
    ['a customer that is found', {}],
    ['a customer that is found by v1.1', V1],
    ['a customer that is found, by a page of a kiosk', { headers: { origin: KIOSK } }],
    ['a customer, narrowed', { query: `${QUERY}&fields=id` }],
    ['an entity that the caller has', { headers: { 'if-none-match': '*' } }],
    ['a refusal', { query: `${QUERY}&x=1` }],
    ['a refusal, by a page of a kiosk', { query: '', headers: { origin: KIOSK } }],
    ['a look-up that the cache cannot answer', { ...V1, headers: { 'cache-control': 'only-if-cached' } }],
    ['an unknown path', { resource: '/{proxy+}' }],
    ['health', HEALTH],
    ['health, by a page of a kiosk', { ...HEALTH, headers: { origin: KIOSK } }],
  ])('of %s gets the status and the headers of GET, and no body', async (_title, request) => {
    const { send, upstream } = start();
    upstream.outcomeOf.v2 = found('{"id":7,"profiles":[{"firstName":"उदाहरण"}]}');
    if (request.resource !== V1.resource || request.headers === undefined) await send(request);
    const got = await send(request);
    const headed = await send({ ...request, method: 'HEAD' });
    const length = got.status === 304 ? {} : { 'Content-Length': String(Buffer.byteLength(got.body)) };
    expect(headed).toEqual({ ...got, headers: { ...got.headers, ...length }, body: '' });
  });

  test('asks and stores as GET does, also if the customer is not found or the upstream fails', async () => {
    const { send, upstream } = start();
    upstream.outcome = said('not-found', 8015, 404);
    const headed = await send({ method: 'HEAD' });
    expect(headed).toMatchObject({ status: 404, body: '', headers: { 'Content-Type': 'application/json', Age: '0' } });
    expect(headed.headers['Cache-Status']).toBe('lookaside; fwd=miss; fwd-status=404; stored');
    expect((await send()).headers['Cache-Status']).toBe('lookaside; hit; ttl=15');
    upstream.outcome = { kind: 'failed', failure: 'throttled' };
    const failed = await send({ ...V1, method: 'HEAD' });
    expect(failed).toMatchObject({ status: 503, body: '', headers: { 'Retry-After': '5' } });
  });

  test('is among the methods that a preflight and a refusal name, if GET is', async () => {
    const { send } = start();
    const preflight = (resource: string) =>
      send({ method: 'OPTIONS', resource, query: '', headers: { origin: KIOSK } });
    for (const resource of ['/v2/customers/lookup/customerDetails', '/v1.1/customer/get', '/health']) {
      expect((await preflight(resource)).headers).toMatchObject({
        Allow: 'GET, HEAD, OPTIONS',
        'Access-Control-Allow-Methods': 'GET, HEAD',
      });
      expect(await send({ method: 'POST', resource })).toMatchObject({
        status: 405,
        headers: { Allow: 'GET, HEAD, OPTIONS' },
      });
    }
    expect((await preflight('/lookups')).headers).toMatchObject({ 'Access-Control-Allow-Methods': 'POST' });
  });

  test('a path that is unknown and a method that is not allowed are refused, and the refusal says what there is', async () => {
    const { send } = start();
    const detailOf = async (request: ProxyRequest) => JSON.parse((await send(request)).body).detail;
    expect(await detailOf({ resource: '/{proxy+}' })).toMatch(
      /^There is nothing at this path; this part of the API has \/v2\/customers\/lookup\/customerDetails, \/v1.*\.$/,
    );
    expect(await detailOf({ method: 'POST' })).toBe('This method is not allowed here; allowed is GET, HEAD.');
  });

  test('only a preflight gets the headers of a preflight, and its own Cache-Status', async () => {
    const { send } = start();
    const headers = { origin: KIOSK };
    const { headers: preflight } = await send({ method: 'OPTIONS', headers });
    expect(preflight['Cache-Status']).toBe('lookaside; detail=preflight');
    expect(preflight).toHaveProperty('Access-Control-Max-Age', '7200');
    expect((await send({ headers })).headers).not.toHaveProperty('Access-Control-Max-Age');
    expect((await send()).headers).not.toHaveProperty('Access-Control-Allow-Origin');
  });

  test('is logged as HEAD', async () => {
    const { send, log } = start();
    await send({ method: 'HEAD' });
    expect(log.lines).toMatchObject([{ facts: { method: 'HEAD', status: 200, cache: 'miss' } }]);
  });
});

describe('H07: two lines of one header', () => {
  test('Cache-Control: both count', async () => {
    const { send, upstream } = start();
    await send();
    for (const lines of [
      ['max-age=300', 'no-cache'],
      ['no-cache', 'max-age=300'],
    ]) {
      const reply = await send({ headers: { 'Cache-Control': lines } });
      expect(reply.headers['Cache-Status']).toBe('lookaside; fwd=request; fwd-status=200; stored');
    }
    expect(upstream.requests).toHaveLength(3);
  });

  test('If-None-Match: both count', async () => {
    const { send } = start();
    const { headers } = await send();
    const tag = String(headers.ETag);
    for (const lines of [
      [tag, '"other"'],
      ['"other"', tag],
    ]) {
      expect(await send({ headers: { 'if-none-match': lines } })).toMatchObject({ status: 304 });
    }
    expect(await send({ headers: { 'if-none-match': ['"one"', '"other"'] } })).toMatchObject({ status: 200 });
  });
});

describe('R11: an event that is not the function’s own', () => {
  test.each(FOREIGN_EVENTS)('%s is answered 400, and its kind is logged', async (kind, event) => {
    const { handler, log, upstream } = start();
    const reply = await handler(event, CONTEXT);
    expect(reply).toMatchObject({
      statusCode: 400,
      isBase64Encoded: false,
      headers: {
        'Content-Type': 'application/problem+json',
        'Cache-Control': 'no-store',
        'X-Content-Type-Options': 'nosniff',
        'Cache-Status': 'lookaside; detail=invalid_parameter',
      },
    });
    const detail = 'The event is not a request; this function answers requests of a REST API (payload format 1.0).';
    expect(JSON.parse(reply.body)).toMatchObject({ code: 'invalid_parameter', detail, requestId: 'invocation-1' });
    const facts = { requestId: 'invocation-1', status: 400, code: 'invalid_parameter', foreignEvent: kind };
    expect(log.lines).toEqual([{ level: 'info', message: 'request', facts }]);
    expect(JSON.stringify([reply, log.lines])).not.toContain('canary');
    expect(upstream.requests).toEqual([]);
  });

  test('a look-up of a direct invocation is not an event of this function either', async () => {
    const { handler, log } = start();
    const reply = await handler({ source: 'INSTORE', identifierName: 'mobile', identifierValue: 'canary' }, CONTEXT);
    expect(reply).toMatchObject({ statusCode: 400 });
    expect(log.lines).toMatchObject([{ facts: { foreignEvent: 'look-up' } }]);
    expect(JSON.stringify([reply, log.lines])).not.toContain('canary');
  });
});

describe('B12: the time of day changes', () => {
  test.each([-3_600_000, -60_000, 60_000, 3_600_000])(
    'by %i ms: health still asks the store every five seconds',
    async (ms) => {
      const timeOfDay = { setByMs: 0 };
      const { send, clock, storeChecks } = start({ timeOfDay });
      await send(HEALTH);
      timeOfDay.setByMs = ms;
      clock.advance(4999);
      await send(HEALTH);
      expect(storeChecks()).toBe(1);
      clock.advance(1);
      await send(HEALTH);
      expect(storeChecks()).toBe(2);
    },
  );

  test('while a request is answered: the duration is still right, in whole milliseconds', async () => {
    const timeOfDay = { setByMs: 0 };
    const { send, clock, upstream, log } = start({ timeOfDay });
    clock.advance(5000);
    upstream.takesMs = 300;
    const replied = send();
    await clock.run(100);
    timeOfDay.setByMs = -60_000;
    await clock.run(300);
    await replied;
    expect(log.lines).toMatchObject([{ facts: { durationMs: 300 } }]);
  });
});

describe('the log line of a request names the caller', () => {
  const KEY = { apiKeyId: 'a1b2c3d4e5', apiKey: 'the-value-of-the-key', sourceIp: '192.0.2.7' };

  test.each<[string, ProxyRequest]>([
    ['found', {}],
    ['HEAD', { method: 'HEAD' }],
    ['refused', { query: `${QUERY}&x=1` }],
    ['of v1.1', V1],
    ['a batch', { method: 'POST', resource: '/lookups', query: '', body: '{"lookups":[]}' }],
  ])('%s: by the id of the API key, and not by its value or address', async (_title, request) => {
    const { send, log } = start();
    await send({ identity: KEY, ...request });
    expect(log.lines).toMatchObject([{ facts: { by: 'a1b2c3d4e5' } }]);
    expect(JSON.stringify(log.lines)).not.toMatch(/the-value|192\.0\.2/);
  });

  test('by nothing, if the gateway does not say', async () => {
    const { send, log } = start();
    await send({ identity: { apiKeyId: null, userArn: null, sourceIp: '192.0.2.7' } });
    expect(log.lines[0]?.facts).not.toHaveProperty('by');
  });
});
