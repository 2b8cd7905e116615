import { describe, expect, test } from '@jest/globals';
import { guarded } from '../../../functions/http/guarded.ts';
import { createHttpHandler } from '../../../functions/http/handler.ts';
import { Guard } from '../../../functions/lookup/guard/guard.ts';
import type { CallerNames } from '../../../functions/rest/caller.ts';
import { RecordingLog, startLookupService } from '../../support/lookup-service.ts';
import { MemoryCallerCounts } from '../../support/memory-caller-counts.ts';
import { type ProxyRequest, proxyEvent } from '../../support/proxy-event.ts';
import { found, said } from '../../support/scripted-upstream.ts';

const LIMIT = 20;
/** The look-up that exceeds the limit is not answered, and an instance adds five up at once. */
const ANSWERED = 24;
const KEY = { apiKeyId: 'a1b2c3d4e5' };
const KIOSK = 'https://kiosk.example';

function start({ isGuarded = true } = {}) {
  const { service, clock, store, upstream } = startLookupService();
  const counts = new MemoryCallerCounts();
  const limits = { notFound: LIMIT, sharePercent: 80 };
  const guard = new Guard({ clock, store: counts, limits, hash: (caller) => caller, storeTimeoutMs: 150 });
  const log = new RecordingLog();
  const options = { service, log, corsOrigins: [KIOSK] };
  const handler = createHttpHandler(isGuarded ? { ...options, guard } : options);
  const send = async (request: ProxyRequest = {}) => {
    const {
      statusCode,
      headers = {},
      body,
    } = await handler(proxyEvent({ identity: KEY, ...request }), {
      awsRequestId: 'invocation-1',
    });
    return { status: statusCode, headers: headers as Record<string, string>, body };
  };
  let asked = 0;
  const query = () => `source=INSTORE&identifierName=externalId&identifierValue=MP${++asked}`;
  /** The statuses of look-ups of this number of customers. */
  const statusesOf = async (count: number, request: ProxyRequest = {}) => {
    const statuses: number[] = [];
    for (let n = 0; n < count; n += 1) statuses.push((await send({ query: query(), ...request })).status);
    return statuses;
  };
  const lookUpAll = (count: number) => {
    const lookups = Array.from({ length: count }, () => Object.fromEntries(new URLSearchParams(query())));
    return send({ method: 'POST', resource: '/lookups', body: JSON.stringify({ lookups }) });
  };
  upstream.outcome = said('not-found', 8015, 404);
  return { clock, store, upstream, counts, log, send, statusesOf, lookUpAll, query };
}

describe('a caller with look-ups that find no customer', () => {
  test('is answered 429 too_many_requests, which says when to come again', async () => {
    const { statusesOf, send, query, clock, log } = start();
    expect(await statusesOf(ANSWERED + 2)).toEqual([...Array(ANSWERED).fill(404), 429, 429]);
    clock.advance(1);
    const { status, headers, body } = await send({ query: query(), headers: { origin: KIOSK } });
    const seconds = Math.ceil((600_000 - (clock.now() % 600_000)) / 1000);
    expect(status).toBe(429);
    expect(headers).toMatchObject({
      'Cache-Control': 'no-store',
      'Cache-Status': 'lookaside; detail=too_many_requests',
      'Retry-After': String(seconds),
      'Access-Control-Allow-Origin': KIOSK,
    });
    expect(JSON.parse(body)).toMatchObject({ code: 'too_many_requests', status: 429, requestId: 'request-1' });
    expect(log.lines.at(-1)?.facts).toMatchObject({ status: 429, isGuarded: true, by: KEY.apiKeyId });
    expect(log.lines.at(-1)?.facts).not.toHaveProperty('cache');
  });

  test('learns nothing from the look-up that reaches the limit: status, body and headers do not show it', async () => {
    const { statusesOf, send, query, log } = start();
    await statusesOf(ANSWERED);
    const last = await send({ query: query() });
    expect(JSON.stringify(last)).not.toMatch(/404|8015|ETag|Age/);
    expect(last.headers).toMatchObject({ 'X-Cap-RequestID': 'cap-1' });
    // The log keeps the facts about the upstream call.
    expect(log.lines.at(-1)?.facts).toMatchObject({ answer: 'not-found', cache: 'miss', isGuarded: true });
  });

  test.each<[string, ProxyRequest]>([
    ['HEAD', { method: 'HEAD', query: 'source=INSTORE&identifierName=externalId&identifierValue=X' }],
    ['a joined look-up', { query: 'source=INSTORE&identifierName=externalId&identifierValue=X&embed=coupons' }],
    ['v1.1', { resource: '/v1.1/customer/get', query: 'external_id=X' }],
    ['a customer that is in the cache', { query: 'source=INSTORE&identifierName=externalId&identifierValue=KNOWN' }],
    ['a batch', { method: 'POST', resource: '/lookups', body: '{"lookups":[]}' }],
  ])('is refused afterwards: %s', async (_title, request) => {
    const { statusesOf, send, upstream } = start();
    upstream.outcome = found('{"id":7}');
    await send({ query: 'source=INSTORE&identifierName=externalId&identifierValue=KNOWN' });
    upstream.outcome = said('not-found', 8015, 404);
    await statusesOf(40);
    const before = upstream.requests.length;
    expect((await send(request)).status).toBe(429);
    expect(upstream.requests).toHaveLength(before);
  });

  test.each<[string, ProxyRequest]>([
    ['HEAD', { method: 'HEAD' }],
    ['no-cache', { headers: { 'cache-control': 'no-cache' } }],
    ['a role, whatever its session', {}],
  ])('counts by %s too', async (title, request) => {
    const { statusesOf } = start();
    let session = 0;
    const identity = () => ({ userArn: `arn:aws:sts::111122223333:assumed-role/till/s${++session}` });
    const statuses: number[] = [];
    for (let n = 0; n < ANSWERED + 1; n += 1) {
      const own = title.startsWith('a role') ? { identity: identity() } : request;
      statuses.push(...(await statusesOf(1, own)));
    }
    expect(statuses).toEqual([...Array(ANSWERED).fill(404), 429]);
  });

  test('counts each look-up of a batch, and counts a joined look-up once', async () => {
    const { lookUpAll, statusesOf, counts } = start();
    expect((await lookUpAll(LIMIT)).status).toBe(200);
    expect([...counts.sums.values()]).toEqual([{ lookups: LIMIT, notFound: LIMIT }]);
    expect((await lookUpAll(5)).status).toBe(429);

    const joined = start();
    await joined.statusesOf(5, { query: 'source=INSTORE&identifierName=externalId&identifierValue=X&embed=coupons' });
    expect([...joined.counts.sums.values()]).toEqual([{ lookups: 5, notFound: 5 }]);
    expect(await statusesOf(1)).toEqual([429]);
  });

  test('does not count a look-up that is refused for its form, nor /health', async () => {
    const { send, counts } = start();
    for (let n = 0; n < 30; n += 1) await send({ query: 'source=INSTORE' });
    for (let n = 0; n < 30; n += 1) await send({ resource: '/health' });
    expect(counts.calls).toEqual([]);
  });
});

describe('an honest caller', () => {
  test('is not refused because another caller is', async () => {
    const { statusesOf } = start();
    await statusesOf(40);
    expect(await statusesOf(20, { identity: { apiKeyId: 'f6g7h8i9j0' } })).toEqual(Array(20).fill(404));
    expect(await statusesOf(20, { identity: { sourceIp: '192.0.2.7' } })).toEqual(Array(20).fill(404));
  });

  test('without an identity is never counted: the gateway of a test or another function has none', async () => {
    const { statusesOf, counts } = start();
    expect(await statusesOf(60, { identity: null })).toEqual(Array(60).fill(404));
    expect(counts.calls).toEqual([]);
  });

  test('is answered as before while the store of the counts fails', async () => {
    const { statusesOf, counts } = start();
    counts.trouble = 'down';
    expect(await statusesOf(60)).toEqual(Array(60).fill(404));
  });

  test('does not touch the store again after its look-up met a failure of the store (promise 7)', async () => {
    const { statusesOf, counts, store } = start();
    store.failing.add('read');
    expect(await statusesOf(60)).toEqual(Array(60).fill(404));
    expect(counts.calls).toEqual([]);
  });

  test('is not counted at all if the guard is off', async () => {
    const { statusesOf, counts } = start({ isGuarded: false });
    expect(await statusesOf(60)).toEqual(Array(60).fill(404));
    expect(counts.calls).toEqual([]);
  });
});

test('the guard has the time that the look-ups leave', async () => {
  const { clock } = startLookupService();
  const times: number[] = [];
  const guard = {
    refusedForMs: () => undefined,
    counted: async (_caller: unknown, _results: unknown, leftMs: number) => void times.push(leftMs),
  } as unknown as Guard;
  const names = { counted: () => 'caller' } as unknown as CallerNames;
  const reply = { status: 200, headers: {}, body: '', report: {} };
  const options = { guard, names, clock, withinMs: 6300 };
  await guarded(options, proxyEvent({}), async () => {
    clock.advance(2000);
    return { reply, results: [] };
  });
  expect(times).toEqual([4300]);
});
